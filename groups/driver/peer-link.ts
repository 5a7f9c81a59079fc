/**
 * The way of a member to one other: a gsub to its gpub, and, where that one may lead, a gqry to its gans.
 * Each counts only once the other has answered on it, so what is said from then on is heard, and only as long
 * as the other is heard on it.
 */
import type { DealerSocket, Sockets, SubscriberSocket } from '../../ports/index.js'
import type { GroupPeer } from '../link.js'
import { type Envelope, isLarge, routingIdOf } from './frames.js'
import { driverLimits } from './limits.js'
import { Line } from './line.js'
import { WayOut, type WayOutEvents } from './way-out.js'

type By = 'gsub' | 'gqry'

export interface PeerLinkEvents extends Pick<WayOutEvents, 'unsent'> {
  /** Takes the parts of a message; returns how many turns' worth of frames they are. */
  arrived(from: string, parts: Buffer[], by: By): number
  /** What stands is another than before. */
  changed(): void
  /** A connection has broken, just now. */
  broken(id: string): void
}

export interface PeerLinkOptions {
  /** Of the member that it is the link of. */
  readonly id: string
  /** How long the other may take to answer. */
  readonly answerMs: number
  readonly sockets: Sockets
  readonly envelope: Envelope
  readonly events: PeerLinkEvents
}

/** Of three times as many pairs as this member knows. */
const CROWD_PATIENCE = 3
const bounds = { queueFrames: driverLimits.queueFrames }

export class PeerLink {
  readonly peer: GroupPeer
  readonly #options: PeerLinkOptions
  readonly #gsub: Line<SubscriberSocket>
  readonly #gqry: Line<DealerSocket> | undefined
  /** By the gqry as it is now. */
  #hello: (() => void) | undefined
  #way: WayOut | undefined
  #isBroken = false

  constructor(peer: GroupPeer, options: PeerLinkOptions) {
    const { sockets, answerMs, events } = options
    this.peer = peer
    this.#options = options
    const common = (by: By) => ({
      ...{ sockets, answerMs },
      arrived: (parts: Buffer[]): number => events.arrived(peer.id, parts, by),
      lost: () => this.#lost(by),
    })
    this.#gsub = new Line({
      ...common('gsub'),
      endpoint: peer.gpub,
      // By then a gpub has shown life, unasked.
      quietMs: driverLimits.linkQuietMs + driverLimits.linkAnswerMs,
      make: () => this.#newGsub(),
      ask: () => undefined,
    })
    if (!peer.isElectable) return
    this.#gqry = new Line({
      ...common('gqry'),
      endpoint: peer.gans,
      quietMs: driverLimits.linkQuietMs,
      make: () => this.#newGqry(),
      ask: () => this.#hello?.(),
    })
  }

  /** @throws Error where an address is none. */
  open(): void {
    this.#gsub.open()
    this.#gqry?.open()
  }

  /** To its gans, where that has welcomed this member. */
  get way(): WayOut | undefined {
    return this.#gqry?.isUp ? this.#way : undefined
  }

  /** All that there is to it stands. */
  get isUp(): boolean {
    return this.#gsub.isUp && this.#gqry?.isUp !== false
  }

  welcomed(by: By): void {
    this.#isBroken = false
    if (this.#line(by)?.answered()) this.#options.events.changed()
  }

  /** Its gans has forgotten this member. */
  forgotten(): void {
    if (this.#gqry?.forgotten()) this.#options.events.changed()
  }

  /** What comes next is large. */
  bePatient(by: By): void {
    this.#line(by)?.bePatient()
  }

  /** To be called every `driverLimits.watchMs`. @param crowdMs how seldom those of this group show life. */
  look(crowdMs: number): void {
    // The other may know more members than this one does, and show life more seldom.
    this.#gsub.look(CROWD_PATIENCE * crowdMs + driverLimits.linkAnswerMs)
    this.#gqry?.look(crowdMs)
  }

  close(lingerMs: number): void {
    this.#way?.close()
    this.#gsub.close(0)
    this.#gqry?.close(lingerMs)
  }

  #line(by: By): Line<SubscriberSocket> | Line<DealerSocket> | undefined {
    return by === 'gsub' ? this.#gsub : this.#gqry
  }

  #newGsub(): SubscriberSocket {
    const { sockets, envelope, id } = this.#options
    const gsub = sockets.subscriber({ ...bounds, peerKey: this.peer.key })
    gsub.subscribe(envelope.liveTopic(this.peer.id), envelope.ownTopic(this.peer.id, id))
    return gsub
  }

  #newGqry(): DealerSocket {
    const { sockets, envelope, id, events } = this.#options
    const gqry = sockets.dealer({ ...bounds, routingId: routingIdOf(id), peerKey: this.peer.key })
    const send = async (parts: Buffer[]): Promise<void> => {
      // What asks for an answer waits behind it.
      if (isLarge(parts)) this.#gqry?.bePatient()
      return gqry.send(parts)
    }
    this.#way?.close()
    this.#way = new WayOut(send, { unsent: events.unsent, lost: () => undefined })
    this.#hello = () => {
      gqry.send(envelope.greeting('hello', this.peer.id)).catch(() => undefined)
    }
    return gqry
  }

  #lost(by: By): void {
    const { events } = this.#options
    if (by === 'gqry') this.#way?.drop()
    if (!this.#isBroken) events.broken(this.peer.id)
    this.#isBroken = true
    events.changed()
  }
}
