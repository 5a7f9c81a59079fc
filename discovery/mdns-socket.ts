/**
 * The one UDP socket of an mDNS discovery: on one interface, multicast only, and the first to look at what
 * arrives. Bound to all addresses, for a socket bound to one hears no multicast on Linux; therefore it takes
 * packets from the link of its interface only. It sorts queries from responses and passes on what mentions
 * our service.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { messageOf } from '../ports/index.js'
import { shapeOf } from './dns-shape.js'
import { DiscoveryError } from './errors.js'
import { type InterfaceChoice, isOnLink } from './interfaces.js'

export const MDNS_GROUP = '224.0.0.251'
export const MDNS_PORT = 5353
/** In every packet that asks for our service, answers for it, or lists all services there are. */
const OUR_LABELS = ['_quorate', '_dns-sd']

/** Asked of the system, which may give less: a crowd that answers at once must not overflow it. */
const RECEIVE_BYTES = 1024 * 1024

export interface MulticastEvents {
  query(message: Buffer, from: RemoteInfo): void
  response(message: Buffer, from: RemoteInfo): void
  /** Bytes that are no DNS packet. */
  garbage(source: string, why: string): void
  /** A packet could not be sent. */
  unsent(why: string): void
}

export class MulticastSocket {
  /** Packets sent, and those taken in, in all. */
  readonly traffic = { sent: 0, received: 0 }
  readonly #socket: Socket
  readonly #choice: InterfaceChoice
  readonly #port: number
  readonly #events: MulticastEvents
  readonly #labels: readonly string[]
  #isOpen = false

  /** @param labels packets without any of them are passed over. */
  constructor(
    choice: InterfaceChoice,
    port: number,
    events: MulticastEvents,
    labels: readonly string[] = OUR_LABELS,
  ) {
    this.#choice = choice
    this.#port = port
    this.#events = events
    this.#labels = labels
    this.#socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: RECEIVE_BYTES })
  }

  /** @throws DiscoveryError `no-multicast`. */
  async open(): Promise<void> {
    const { address, name } = this.#choice
    try {
      await this.#bound()
      this.#socket.addMembership(MDNS_GROUP, address)
      this.#socket.setMulticastInterface(address)
      this.#socket.setMulticastTTL(255)
      this.#socket.setMulticastLoopback(true)
    } catch (cause) {
      this.#socket.close()
      const where = `${name} (${address}), UDP port ${this.#port}`
      throw new DiscoveryError('no-multicast', `cannot use multicast on ${where}: ${messageOf(cause)}`, {
        cause,
      })
    }
    this.#isOpen = true
    this.#socket.on('message', (message, from) => this.#take(message, from))
  }

  /** Sends to the group. Never throws; a failure is told to `unsent`. */
  send(message: Buffer, done: (error: Error | null) => void = () => undefined): void {
    if (!this.#isOpen) {
      process.nextTick(done, null)
      return
    }
    this.traffic.sent++
    this.#socket.send(message, this.#port, MDNS_GROUP, (error) => {
      if (error && this.#isOpen) this.#events.unsent(messageOf(error))
      done(error)
    })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#socket.close()
  }

  #bound(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject)
      this.#socket.bind({ port: this.#port, address: '0.0.0.0', exclusive: true }, () => {
        this.#socket.off('error', reject)
        this.#socket.on('error', (error) => this.#events.unsent(messageOf(error)))
        resolve()
      })
    })
  }

  #take(message: Buffer, from: RemoteInfo): void {
    if (!this.#isOpen || !isOnLink(from.address, this.#choice)) return
    this.traffic.received++
    const shape = shapeOf(message)
    if (typeof shape === 'object') this.#events.garbage(from.address, shape.refusal)
    else if (this.#labels.some((label) => message.includes(label))) this.#events[shape](message, from)
  }
}
