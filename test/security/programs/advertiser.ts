/**
 * Sends an mDNS packet to a port of loopback over and over, each time under another id, and with the same:
 * `advertiser.ts <port> <packets a second> <id> <packet in base64>`. Says how many when it is told to stop.
 */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'

const [port = '', perSecond = '', id = '', packet = ''] = process.argv.slice(2)
const TICK_MS = 5
const GROUP = '224.0.0.251'
const template = Buffer.from(packet, 'base64').toString('latin1')
const socket = createSocket({ type: 'udp4', reuseAddr: true })
let sent = 0

process.once('disconnect', () => process.exit())
socket.bind(0, '127.0.0.1', () => {
  socket.setMulticastInterface('127.0.0.1')
  const beganMs = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - beganMs) * Number(perSecond)) / 1000
    for (; sent < due; sent++) {
      const other = randomBytes(id.length / 2).toString('hex')
      socket.send(Buffer.from(template.replaceAll(id, other), 'latin1'), Number(port), GROUP)
    }
  }, TICK_MS)
  process.once('message', () => {
    clearInterval(timer)
    process.send?.(String(sent))
  })
  process.send?.('sends')
})
