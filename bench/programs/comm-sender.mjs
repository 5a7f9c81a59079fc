// Sends to a receiver by a communicator: small messages as fast as there is room, large ones, and round trips
// one after the other.

import { Communicator, Endpoint, Message, Mode } from 'quorate/communicator'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const COUNT = 1
const TOTAL = 2
const ECHO = 3
const SMALL_BYTES = 100
const LARGE_BYTES = 1 << 20

const { url, connProps, small, large, trips, warmTrips } = options
const communicator = new Communicator(new Endpoint('sender', {}, connProps))
let answered = () => undefined
for (const app of [TOTAL, ECHO]) {
  communicator.registerMessageReceiver(app, { processMessage: (_e, _c, _a, message) => answered(message) })
}
await communicator.addConnector(url, Mode.ACTIVE)
await communicator.start()
await communicator.connected('receiver')

async function asked(app, payload) {
  const answer = new Promise((resolve) => {
    answered = resolve
  })
  await communicator.send('receiver', app, new Message(null, payload))
  return answer
}

/** The payload is another each time, as it would be: of large ones that are under way as many as may be. */
async function stream(messages, size) {
  const ring = size === LARGE_BYTES ? Array.from({ length: 16 }, () => Buffer.alloc(size, 7)) : undefined
  for (let at = 0; at < messages; at++) {
    const payload = ring?.[at % ring.length] ?? Buffer.allocUnsafe(size)
    payload.writeUInt32BE(at, 0)
    await communicator.send('receiver', COUNT, new Message(null, payload))
  }
  return (await asked(TOTAL)).headers
}

await stream(small / 10, SMALL_BYTES)
const one = await stream(small, SMALL_BYTES)
await stream(large / 10, LARGE_BYTES)
const two = await stream(large, LARGE_BYTES)
const us = []
const payload = Buffer.alloc(SMALL_BYTES)
for (let trip = 0; trip < warmTrips + trips; trip++) {
  const startedMs = performance.now()
  await asked(ECHO, payload)
  if (trip >= warmTrips) us.push((performance.now() - startedMs) * 1000)
}
tell({ type: 'done', small: one, large: two, us })
