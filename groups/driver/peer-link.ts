/**
 * The way of a member to one other: a gsub to its gpub, and, where that one may lead, a gqry to its gans.
 * Each counts only once the other has answered on it, so what is said from then on is heard.
 */
import {
  type AnySocket,
  connect,
  type DealerSocket,
  readAll,
  type Sockets,
  type SubscriberSocket,
} from '../../ports/index.js'
import type { GroupPeer } from '../link.js'
import { type Envelope, routingIdOf } from './frames.js'
import { driverLimits } from './limits.js'
import { WayOut, type WayOutEvents } from './way-out.js'

export interface PeerLinkEvents extends Pick<WayOutEvents, 'unsent'> {
  /** Takes the parts of a message; returns how many turns' worth of frames they are. */
  arrived(from: string, parts: Buffer[], by: 'gsub' | 'gqry'): number
  /** What stands is another than before. */
  changed(): void
  /** A connection has broken, just now. */
  broken(id: string): void
}

export interface PeerLinkOptions {
  /** Of the member that it is the link of. */
  readonly id: string
  readonly sockets: Sockets
  readonly envelope: Envelope
  readonly events: PeerLinkEvents
}

export class PeerLink {
  readonly peer: GroupPeer
  /** Its gpub has welcomed the gsub. */
  isHeard = false
  readonly #options: PeerLinkOptions
  readonly #gsub: SubscriberSocket
  readonly #gqry: DealerSocket | undefined
  readonly #way: WayOut | undefined
  /** Its gans has welcomed the gqry. */
  #isAnswered = false
  #isBroken = false
  #hello: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(peer: GroupPeer, options: PeerLinkOptions) {
    const { id, sockets, envelope, events } = options
    const bounds = { queueFrames: driverLimits.queueFrames, peerKey: peer.key }
    this.peer = peer
    this.#options = options
    this.#gsub = sockets.subscriber(bounds)
    this.#gsub.subscribe(envelope.liveTopic(peer.id), envelope.ownTopic(peer.id, id))
    if (!peer.isElectable) return
    const gqry = sockets.dealer({ ...bounds, routingId: routingIdOf(id) })
    this.#gqry = gqry
    const send = async (parts: Buffer[]): Promise<void> => gqry.send(parts)
    this.#way = new WayOut(send, { unsent: events.unsent, lost: () => undefined })
  }

  /** @throws Error where an address is none. */
  open(): void {
    this.#open(this.#gsub, this.peer.gpub, 'gsub')
    if (!this.#gqry) return
    this.#gqry.events.on('handshake', () => this.#sayHello())
    this.#open(this.#gqry, this.peer.gans, 'gqry')
  }

  /** To its gans, where that has welcomed this member. */
  get way(): WayOut | undefined {
    return this.#isAnswered ? this.#way : undefined
  }

  /** All that there is to it stands. */
  get isUp(): boolean {
    return this.isHeard && (this.#isAnswered || !this.#gqry)
  }

  welcomed(by: 'gsub' | 'gqry'): void {
    if (by === 'gsub') this.isHeard = true
    else {
      clearTimeout(this.#hello)
      this.#isAnswered = true
    }
    this.#isBroken = false
    this.#options.events.changed()
  }

  /** Its gans has forgotten this member. */
  forgotten(): void {
    if (!this.#isAnswered) return
    this.#isAnswered = false
    this.#sayHello()
    this.#options.events.changed()
  }

  close(lingerMs: number): void {
    const { sockets } = this.#options
    this.#isClosed = true
    clearTimeout(this.#hello)
    this.#way?.close()
    sockets.close(this.#gsub)
    if (this.#gqry) sockets.close(this.#gqry, lingerMs)
  }

  #open(socket: SubscriberSocket | DealerSocket, endpoint: string, by: 'gsub' | 'gqry'): void {
    socket.events.on('disconnect', () => this.#disconnected(by))
    connect(socket, endpoint)
    void readAll(socket satisfies AnySocket, [], (parts) =>
      this.#isClosed ? 1 : this.#options.events.arrived(this.peer.id, parts, by),
    )
  }

  #sayHello(): void {
    clearTimeout(this.#hello)
    if (this.#isClosed || this.#isAnswered) return
    const hello = this.#options.envelope.greeting('hello', this.peer.id)
    this.#gqry?.send(hello).catch(() => undefined)
    this.#hello = setTimeout(() => this.#sayHello(), driverLimits.helloMs)
  }

  #disconnected(by: 'gsub' | 'gqry'): void {
    if (this.#isClosed) return
    if (by === 'gsub') this.isHeard = false
    else {
      clearTimeout(this.#hello)
      this.#isAnswered = false
      this.#way?.drop()
    }
    if (!this.#isBroken) this.#options.events.broken(this.peer.id)
    this.#isBroken = true
    this.#options.events.changed()
  }
}
