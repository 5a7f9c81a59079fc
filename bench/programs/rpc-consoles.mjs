// Consoles as the reference's: REQ sockets of ZeroMQ, each with one command under way.

import { Request } from 'zeromq'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const { port, consoles, warmMs, runMs } = options
const us = []
let untilMs = 0
let fromMs = 0

await Promise.all(Array.from({ length: consoles }, (_, number) => command(number)))
tell({ type: 'done', rate: us.length / (runMs / 1000), us })

async function command(number) {
  const socket = new Request()
  socket.connect(`tcp://127.0.0.1:${port}`)
  fromMs ||= performance.now() + warmMs
  untilMs ||= fromMs + runMs
  for (let nonce = 1; ; nonce++) {
    const startedMs = performance.now()
    if (startedMs >= untilMs) break
    await socket.send(`{"command": 100, "nonce": ${nonce}, "data": {"console": ${number}}}`)
    const [reply] = await socket.receive()
    if (!reply.includes(`"nonce":${nonce},`)) throw new Error(`the answer to ${nonce} is ${reply}`)
    if (startedMs >= fromMs) us.push(Math.round((performance.now() - startedMs) * 1000))
  }
  socket.close()
}
