/**
 * The sockets of one member of a group: a gpub and a gans that it binds, and of each other participant a link
 * to its own. What goes to whom:
 *
 *     control to one     where the member leads, back on its gans; else by the gqry to the other's gans;
 *                        where neither stands, on gpub, addressed
 *     control to all     to each as above, so that it does not wait behind users' messages on gpub
 *     users' messages    to all on gpub, to the leader by the gqry, of the leader on its gans
 *
 * Only what comes from a listed participant, by its own connection, gets in.
 */
import { type BoundSocket, portOf, type Sockets } from '../../ports/index.js'
import type { GroupPeer } from '../link.js'
import type { GroupMessage } from '../messages.js'
import { decodeGroupMessage } from '../wire.js'
import { Answering, type Caller } from './answering.js'
import {
  DIRECT,
  Envelope,
  type Greeting,
  type Parcel,
  type Refusal,
  type Saying,
  UNGREETED,
} from './frames.js'
import { driverLimits } from './limits.js'
import { PeerLink } from './peer-link.js'
import { Publishing } from './publishing.js'
import type { WayOut, WayOutEvents } from './way-out.js'

export interface NetworkEvents extends Pick<WayOutEvents, 'unsent'> {
  control(message: GroupMessage): void
  users(from: string, parcel: Parcel): void
  /** With whom messages get through may be others than before. */
  changed(): void
  broken(id: string): void
  refused(source: string, refusal: Refusal): void
}

/** TCP ports of its two sockets. */
interface NetworkPorts {
  readonly gpub: number
  readonly gans: number
}

export interface NetworkOptions {
  readonly id: string
  readonly group: string
  readonly isElectable: boolean
  /** How long another may take to answer. */
  readonly answerMs: number
  readonly sockets: Sockets
  readonly events: NetworkEvents
}

type By = 'gsub' | 'gqry'

/** How many turns' worth of frames users' messages are, of those that readAll() takes at once. */
const USERS_WEIGHT = 2048 / driverLimits.framesPerTurn

export class MemberNetwork {
  readonly #options: NetworkOptions
  readonly #envelope: Envelope
  readonly #publishing: Publishing
  readonly #answering: Answering
  readonly #links = new Map<string, PeerLink>()
  #isClosed = false

  constructor(options: NetworkOptions) {
    const { id, group, sockets, events } = options
    this.#options = options
    this.#envelope = new Envelope(group, id)
    const { unsent, changed, refused } = events
    const isListed = (other: string): boolean => this.#links.has(other)
    this.#publishing = new Publishing(sockets, this.#envelope, { unsent, changed, refused, isListed })
    const arrived = (caller: Caller, parts: Buffer[]): number => this.#called(caller, parts)
    const answering = { unsent, changed, refused, isListed, arrived }
    this.#answering = new Answering(sockets, this.#envelope, answering)
  }

  /** Binds; gives the ports. Throws where the system refuses. */
  open(host: string): NetworkPorts {
    const ports = this.#bind(host)
    this.#publishing.open()
    this.#answering.open()
    return ports
  }

  /** Binds others, too, and leaves the former a little later. Throws where the system refuses. */
  renew(host: string): NetworkPorts {
    const former = this.#bound.map((socket) => ({ socket, endpoint: socket.lastEndpoint ?? '' }))
    const ports = this.#bind(host)
    const { sockets } = this.#options
    setTimeout(() => {
      for (const { socket, endpoint } of former) if (!socket.closed) sockets.unbind(socket, endpoint)
    }, driverLimits.formerMs).unref()
    return ports
  }

  get #bound(): readonly [BoundSocket, BoundSocket] {
    return [this.#publishing.socket, this.#answering.socket]
  }

  #bind(host: string): NetworkPorts {
    const { sockets } = this.#options
    const [gpub = 0, gans = 0] = this.#bound.map((socket) => portOf(sockets.bind(socket, `tcp://${host}:*`)))
    return { gpub, gans }
  }

  /** All other participants. @returns those that are listed anew. */
  setPeers(peers: readonly GroupPeer[]): readonly string[] {
    const { id, sockets, answerMs, events } = this.#options
    const wanted = new Map(
      peers.filter((peer) => peer.id !== id && isId(peer.id)).map((peer) => [peer.id, peer]),
    )
    for (const [peerId, link] of this.#links) {
      const peer = wanted.get(peerId)
      if (peer && isSame(peer, link.peer)) wanted.delete(peerId)
      else this.#forget(link)
    }
    const arrived = (from: string, parts: Buffer[], by: By): number => this.#heard(from, parts, by)
    const { unsent, changed, broken } = events
    const linkEvents = { arrived, unsent, changed, broken }
    for (const peer of wanted.values()) {
      const options = { id, sockets, answerMs, envelope: this.#envelope, events: linkEvents }
      const link = new PeerLink(peer, options)
      this.#links.set(peer.id, link)
      try {
        link.open()
      } catch {
        this.#forget(link)
        events.refused(peer.id, { code: 'garbage', text: 'a listing with an address that is none' })
      }
    }
    events.changed()
    return [...wanted.keys()]
  }

  /** Those with whom messages get through, both ways, on every way that there is. */
  get connected(): readonly string[] {
    const isUp = (link: PeerLink): boolean =>
      link.isUp &&
      this.#publishing.reaches(link.peer.id) &&
      (!this.#options.isElectable || this.#answering.way(link.peer.id) !== undefined)
    return [...this.#links.values()].filter(isUp).map(({ peer }) => peer.id)
  }

  get peers(): Iterable<string> {
    return this.#links.keys()
  }

  /** Control to one. @param isLeading by gans rather than by gqry. */
  control(to: string, messages: readonly Uint8Array[], isLeading: boolean): void {
    const way = this.#wayTo(to, isLeading)
    if (!way && !this.#publishing.reaches(to)) return
    for (const some of framesOf(messages)) {
      const frame = this.#envelope.control(way ? DIRECT : to, some)
      if (way) way.control([frame])
      else this.#publishing.control(frame)
    }
  }

  /** Users' messages to one, or to all. */
  users(to: string | undefined, parcel: Parcel): void {
    const { route, count } = parcel
    if (to === undefined) {
      this.#publishing.users(this.#envelope.users(undefined, parcel), route, count)
      return
    }
    const way = this.#wayTo(to, route === 'from-leader')
    if (way) way.users(this.#envelope.users(DIRECT, parcel), route, count)
    else this.#options.events.unsent(route, count)
  }

  /** To be called every `driverLimits.watchMs`. */
  look(): void {
    if (this.#isClosed) return
    const crowdMs = driverLimits.linkPairMs * this.#links.size ** 2
    this.#publishing.look(crowdMs)
    for (const link of this.#links.values()) link.look(crowdMs)
  }

  /** Closes all; what is with the sockets may still leave for so long. */
  close(lingerMs: number): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { sockets } = this.#options
    for (const link of this.#links.values()) link.close(lingerMs)
    this.#publishing.close()
    this.#answering.close()
    sockets.close(this.#publishing.socket, lingerMs)
    sockets.close(this.#answering.socket, lingerMs)
  }

  #forget(link: PeerLink): void {
    const { id } = link.peer
    link.close(0)
    this.#links.delete(id)
    this.#envelope.forget(id)
  }

  #wayTo(id: string, prefersBack: boolean): WayOut | undefined {
    const back = this.#answering.way(id)
    const direct = this.#links.get(id)?.way
    return prefersBack ? (back ?? direct) : (direct ?? back)
  }

  /** What came by a gans. Of who has not said hello, or not last, only a hello gets in. */
  #called(caller: Caller, parts: Buffer[]): number {
    if (this.#isClosed) return 1
    const { id } = caller
    const isGreeted = this.#answering.hasGreeted(caller)
    const frame = this.#envelope.read(parts, id, isGreeted)
    if ('kind' in frame && frame.kind === 'hello') this.#answering.greeted(caller)
    else if ('kind' in frame && isGreeted) return this.#arrived(frame)
    else {
      const refusal = 'kind' in frame ? UNGREETED : frame
      if (refusal.code === 'ungreeted') this.#answering.ask(caller)
      this.#refuse(id, refusal)
    }
    return 1
  }

  /** What came by a link, which is to one that is listed. */
  #heard(source: string, parts: Buffer[], by: By): number {
    if (this.#isClosed) return 1
    const link = this.#links.get(source)
    const frame = this.#envelope.read(parts, source, by === 'gqry' && link?.way !== undefined)
    if (!('kind' in frame)) this.#refuse(source, frame)
    else if (frame.kind === 'welcome') link?.welcomed(by)
    else if (frame.kind === 'large') link?.bePatient(by)
    else if (frame.kind === 'who' && by === 'gqry') link?.forgotten()
    else return this.#arrived(frame)
    return 1
  }

  #arrived(frame: Greeting | Saying): number {
    if (frame.kind !== 'control' && frame.kind !== 'users') return 1
    if (this.#links.has(frame.from)) return this.#take(frame)
    // Who says hello need not be listed yet: its listing may come later than itself.
    this.#refuse(frame.from, { code: 'stranger', text: 'a frame of a member that is not listed' })
    return 1
  }

  /** Those that are listed have greeted before, and greet again. */
  #refuse(source: string, refusal: Refusal): void {
    const isStrange = refusal.code === 'ungreeted' && !this.#links.has(source)
    this.#options.events.refused(source, isStrange ? { ...refusal, code: 'stranger' } : refusal)
  }

  #take(frame: Saying): number {
    const { events } = this.#options
    if (frame.kind === 'users') {
      events.users(frame.from, frame)
      return USERS_WEIGHT
    }
    for (const bytes of frame.messages) {
      const message = decodeGroupMessage(bytes)
      if (typeof message === 'string') events.refused(frame.from, { code: 'garbage', text: message })
      else if (message.from !== frame.from) {
        events.refused(frame.from, { code: 'forged', text: `a message that claims to be of ${message.from}` })
      } else events.control(message)
    }
    return Math.max(frame.messages.length, 1)
  }
}

/** Together, as many as go in one frame. */
function* framesOf(messages: readonly Uint8Array[]): Iterable<readonly Uint8Array[]> {
  let from = 0
  let bytes = 0
  for (const [at, { length }] of messages.entries()) {
    if (at > from && bytes + length > driverLimits.controlBytes) {
      yield messages.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += length
  }
  yield messages.slice(from)
}

/** Listings come from others. */
function isId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id)
}

function isSame(a: GroupPeer, b: GroupPeer): boolean {
  return a.gpub === b.gpub && a.gans === b.gans && a.isElectable === b.isElectable && a.key === b.key
}
