// Listens where all actors do, and counts the mDNS packets that each of them sees: on loopback all see all.

import { createSocket } from 'node:dgram'
import { onTold, tell } from './channel.mjs'

const GROUP = '224.0.0.251'
const PORT = 5353
const HERE = '127.0.0.1'
const FLAGS = 2
const AR_COUNT = 10

const seen = { questions: 0, announcements: 0, answers: 0, bytes: 0 }
const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 * 1024 * 1024 })
socket.on('message', (packet) => {
  seen.bytes += packet.length
  if ((packet[FLAGS] & 0x80) === 0) seen.questions++
  // The answer to a question brings further records; what is announced is all answer.
  else if (packet.readUInt16BE(AR_COUNT) > 0) seen.answers++
  else seen.announcements++
})
socket.bind({ port: PORT, address: '0.0.0.0', exclusive: true }, () => {
  socket.addMembership(GROUP, HERE)
  tell({ type: 'ready' })
})
onTold('tell', () => tell({ type: 'seen', ...seen }))
