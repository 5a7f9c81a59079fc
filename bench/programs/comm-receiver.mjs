// Listens with a communicator, and counts what comes: whether it was in order, and until when. Sends back
// what is to be sent back.

import { Communicator, Endpoint, Message } from 'quorate/communicator'
import { tell } from './channel.mjs'
import { options } from './task.mjs'

const COUNT = 1
const TOTAL = 2
const ECHO = 3

const { scheme, resources, connProps } = options
const communicator = new Communicator(new Endpoint('receiver', {}, connProps))
let count = 0
let bytes = 0
let disorder = 0
let firstMs = 0
let lastMs = 0

communicator.registerMessageReceiver(COUNT, {
  processMessage(_endpoint, _connection, _app, { payload }) {
    if (count === 0) firstMs = performance.now()
    if (payload.readUInt32BE(0) !== count) disorder++
    count++
    bytes += payload.length
  },
})
communicator.registerMessageReceiver(TOTAL, {
  processMessage(endpoint) {
    lastMs = performance.now()
    const total = { count, bytes, disorder, ms: lastMs - firstMs }
    count = 0
    bytes = 0
    disorder = 0
    return communicator.send(endpoint, TOTAL, new Message(total))
  },
})
communicator.registerMessageReceiver(ECHO, {
  processMessage: (endpoint, _connection, _app, message) => communicator.send(endpoint, ECHO, message),
})
await communicator.start()
const { connectUrl } = await communicator.startListener(scheme, resources)
tell({ type: 'listening', url: connectUrl, rss: process.memoryUsage().rss })
process.on('message', ({ type }) => {
  if (type === 'memory') {
    globalThis.gc?.()
    tell({ type: 'memory', rss: process.memoryUsage().rss })
  }
})
