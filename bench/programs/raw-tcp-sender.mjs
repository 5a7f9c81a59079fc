// What `node:net` alone does: 1 MiB after 1 MiB, and round trips of 116 bytes, which is a frame of 100.

import { once } from 'node:events'
import { connect } from 'node:net'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const FRAME_BYTES = 116
const { port, bytes, trips, warmTrips } = options

async function open(kind) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  socket.write(Buffer.from([kind]))
  await new Promise((next) => setTimeout(next, 50))
  return socket
}

const sink = await open(0)
const told = once(sink, 'data')
const piece = Buffer.alloc(1 << 20, 7)
for (let sent = 0; sent < bytes; sent += piece.length) {
  if (!sink.write(piece)) await Promise.race([once(sink, 'drain'), told])
}
const [text] = await told
sink.destroy()

const echo = await open(1)
let back = () => undefined
let waiting = 0
echo.on('data', (chunk) => {
  waiting -= chunk.length
  if (waiting <= 0) back()
})
const frame = Buffer.alloc(FRAME_BYTES)
const us = []
for (let trip = 0; trip < warmTrips + trips; trip++) {
  const startedMs = performance.now()
  waiting = FRAME_BYTES
  const done = new Promise((resolve) => {
    back = resolve
  })
  echo.write(frame)
  await done
  if (trip >= warmTrips) us.push((performance.now() - startedMs) * 1000)
}
echo.destroy()
tell({ type: 'done', ms: Number(String(text)), us })
