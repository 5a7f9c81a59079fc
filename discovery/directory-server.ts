/**
 * The directory of an actor: a ROUTER at which peers and observers learn what the actor has, and are pushed
 * every change. It beats, so that they know not only the process but its event loop to be alive. What
 * strangers send is counted, noticed now and then, and disturbs nobody. Who the clients are is only their
 * claim.
 */
import {
  errnoOf,
  messageOf,
  portOf,
  type RouterSocket,
  readAll,
  type Sockets,
  WIRE_VERSION,
} from '../ports/index.js'
import { disbelief } from './belief.js'
import {
  BEAT_FRAME,
  type DirectoryRole,
  frameOf,
  type HelloMessage,
  type Listing,
  listingFrameOf,
  readToDirectory,
  type ToDirectory,
} from './directory-frames.js'
import { notListening } from './errors.js'
import { discoveryLimits } from './limits.js'
import { OncePerSource } from './once.js'
import type { Revocations } from './revoked-list.js'
import type { ActorRecord, DiscoveryOptions } from './types.js'

export interface DirectoryServerEvents {
  /**
   * Someone said hello and was welcomed. A peer that is not known yet can be dialled back, so it suffices
   * that one of the two discovers the other. The record always has a host: one without is left out.
   */
  hello(record: ActorRecord | undefined, role: DirectoryRole): void
  /** A peer that had said hello as this actor said goodbye, and has no other connection. */
  bye?(actorId: string): void
  notice(what: string, text: string): void
}

export interface DirectoryServerOptions extends DiscoveryOptions {
  readonly sockets: Sockets
  /** Address to listen on. */
  readonly host: string
  /** TCP port; 0 or none takes a free one. */
  readonly port?: number | undefined
  /** The record of the actor as it is now. */
  readonly self: () => ActorRecord
  readonly events: DirectoryServerEvents
  /**
   * What observers get who ask for the status: anything that `encode` takes, or a promise of it. They may
   * want to know where the actor is commanded, too.
   */
  readonly status?: ((isDoorWanted: boolean) => unknown) | undefined
  /** Clients are told which list of who is revoked there is, and given it when they ask. */
  readonly revocations?: Pick<Revocations, 'list'> | undefined
  /** Wire versions that the actor speaks, newest first. */
  readonly wire?: readonly number[] | undefined
  readonly beatMs?: number | undefined
}

interface Client {
  readonly routingId: Buffer
  readonly role: DirectoryRole
  readonly actorId: string | undefined
  /** The newest wire version that both speak. */
  readonly wire: number
  /** Its queue was full when it was to get the listing: it gets it with a later beat. */
  isOwed: boolean
  /** When it was given the list of who is revoked. */
  givenAtMs: number
}

/** Of the id of a connection, in a notice: quorate's have as many, those of strangers up to 510. */
const CONNECTION_CHARS = 32
/** In a crowd a beat comes after so many times `beatMs`: still twice, or more, before a client gives up. */
const CROWD_BEATS = 2
const EMPTY: Listing = { ports: [], types: [] }
const BYE = frameOf({ t: 'bye' })

export class DirectoryServer {
  readonly #options: DirectoryServerOptions
  readonly #wire: readonly number[]
  readonly #beatMs: number
  readonly #notices: OncePerSource
  readonly #clients = new Map<string, Client>()
  readonly #router: RouterSocket
  #listing = EMPTY
  #listingFrame = listingFrameOf(EMPTY)
  #isPushing = false
  #isOpen = false
  /** Frames of connections of which nobody said whose they are. */
  #strange = 0
  #beat: NodeJS.Timeout | undefined

  constructor(options: DirectoryServerOptions) {
    this.#options = options
    this.#wire = options.wire ?? [WIRE_VERSION]
    this.#beatMs = options.beatMs ?? discoveryLimits.beatMs
    this.#notices = new OncePerSource((what, text) => options.events.notice(what, text))
    this.#router = options.sockets.router({
      door: 'directory',
      frameBytes: discoveryLimits.directoryFrameBytes,
    })
  }

  /** Peers and observers connected now. */
  get clients(): readonly { readonly actorId: string | undefined; readonly role: DirectoryRole }[] {
    return [...this.#clients.values()].map(({ actorId, role }) => ({ actorId, role }))
  }

  /** Frames and hellos that were refused, in all. */
  get refused(): number {
    return this.#notices.count
  }

  /** Listens; gives the TCP port. @throws DiscoveryError `directory-in-use`, `cannot-listen`. */
  async open(): Promise<number> {
    const { sockets, host, port } = this.#options
    const address = `tcp://${host}:${port || '*'}`
    try {
      sockets.bind(this.#router, address)
    } catch (cause) {
      sockets.close(this.#router)
      throw notListening({ host, port }, errnoOf(cause), messageOf(cause))
    }
    this.#isOpen = true
    readAll(this.#router, [], (parts) => this.#accept(parts)).catch((cause: unknown) => {
      this.#notices.say('socket', 'router', `the directory stopped reading: ${messageOf(cause)}`)
    })
    this.#beatLater()
    return portOf(this.#router.lastEndpoint ?? '')
  }

  /**
   * Listens at another TCP port, too, with the keys of the actor as they are now. Gives it, and what gives
   * the former up. Clients are told by renew(), when the record has it. Throws with a `code` as EADDRINUSE.
   */
  listenAnew(): { readonly port: number; readonly leave: () => void } {
    const { sockets, host } = this.#options
    const former = this.#router.lastEndpoint ?? ''
    const endpoint = sockets.bind(this.#router, `tcp://${host}:*`)
    const leave = (): void => {
      if (!this.#router.closed) sockets.unbind(this.#router, former)
    }
    return { port: portOf(endpoint), leave }
  }

  /**
   * Lists these ports from now on; clients are told once at the end of the turn.
   * @throws DiscoveryError `listing-too-large`, PortError `unencodable`; then the former listing stands.
   */
  update(listing: Listing): void {
    this.#listingFrame = listingFrameOf(listing)
    this.#listing = listing
    if (this.#isPushing) return
    this.#isPushing = true
    queueMicrotask(() => {
      this.#isPushing = false
      for (const client of this.#clients.values()) this.#pushListing(client)
    })
  }

  /** Welcomes all clients again, because the own record changed. */
  renew(): void {
    for (const { routingId, wire } of this.#clients.values()) this.#send(routingId, this.#welcomeFrame(wire))
  }

  /** Says goodbye to all and closes. Harmless twice. */
  close(): void {
    if (!this.#isOpen) return
    for (const client of this.#clients.values()) this.#send(client.routingId, BYE)
    this.#isOpen = false
    clearTimeout(this.#beat)
    this.#clients.clear()
    this.#options.sockets.close(this.#router, discoveryLimits.byeLingerMs)
  }

  #accept(parts: Buffer[]): number {
    const [routingId, frame] = parts
    if (!this.#isOpen || !routingId) return 1
    const key = routingId.toString('hex')
    const message = frame && parts.length === 2 ? readToDirectory(frame) : `${parts.length - 1} frames, not 1`
    if (typeof message === 'string') this.#refuseFrame(key, message)
    else this.#dispatch(routingId, key, message)
    return 1
  }

  #dispatch(routingId: Buffer, key: string, message: ToDirectory): void {
    try {
      if (message.t === 'hello') this.#greet(routingId, key, message)
      else if (message.t === 'bye') this.#left(key)
      else this.#answer(key, message)
    } catch (thrown) {
      this.#notices.say('internal', message.t, `a ${message.t} was not handled: ${messageOf(thrown)}`)
    }
  }

  /**
   * Noticed once for each actor. A stranger has another connection whenever it likes: of all of them together
   * the first frame is noticed, the tenth, the hundredth and so on.
   */
  #refuseFrame(key: string, why: string): void {
    const actorId = this.#clients.get(key)?.actorId
    const nth = actorId === undefined ? ++this.#strange : 1
    const soFar = nth > 1 ? `; those of strangers are ${nth} by now` : ''
    const text = `the directory refused a frame of ${connectionOf(key)}: ${why}${soFar}`
    this.#notices.say('garbage', actorId ?? `strangers ${nth.toString().length}`, text)
  }

  #greet(routingId: Buffer, key: string, { role, self, wire }: HelloMessage): void {
    const common = this.#wire.filter((version) => wire.includes(version))
    const refusal = this.#refusalOf(key, self, common, wire)
    if (refusal) {
      this.#clients.delete(key)
      this.#notices.say(
        refusal.code,
        self?.id ?? 'strangers',
        `${nameOf(self, key)} was refused: ${refusal.why}`,
      )
      this.#send(routingId, frameOf({ t: 'refused', ...refusal }))
      return
    }
    const newest = Math.max(...common)
    const givenAtMs = this.#clients.get(key)?.givenAtMs ?? Number.NEGATIVE_INFINITY
    this.#clients.set(key, { routingId, role, actorId: self?.id, wire: newest, isOwed: false, givenAtMs })
    this.#send(routingId, this.#welcomeFrame(newest))
    this.#options.events.hello(self?.host ? self : undefined, role)
  }

  #left(key: string): void {
    const client = this.#clients.get(key)
    this.#clients.delete(key)
    if (client?.actorId === undefined || client.role !== 'peer') return
    const { actorId } = client
    // Who dials another address closes the connection to the former one, and stays.
    if (this.clients.some((other) => other.actorId === actorId && other.role === 'peer')) return
    this.#options.events.bye?.(actorId)
  }

  #welcomeFrame(wire: number): Buffer {
    const { self, revocations } = this.#options
    const { number, digest } = revocations?.list ?? {}
    const revoked = number !== undefined && digest !== undefined ? { revoked: { number, digest } } : {}
    return frameOf({ t: 'welcome', wire, self: self(), beatMs: this.#beatMs, ...revoked, ...this.#listing })
  }

  #answer(key: string, question: Extract<ToDirectory, { readonly t: 'status' | 'revoked' }>): void {
    const client = this.#clients.get(key)
    if (!client) this.#refuseFrame(key, 'a question before the hello')
    else if (question.t === 'status') void this.#tellStatus(client.routingId, question.door === true)
    else this.#giveRevoked(client)
  }

  /** Who asks more often than that is not answered: the answer is long. */
  #giveRevoked(client: Client): void {
    const list = this.#options.revocations?.list?.bytes
    const now = performance.now()
    if (!list || now - client.givenAtMs < discoveryLimits.revokedGiveMs) return
    client.givenAtMs = now
    this.#send(client.routingId, frameOf({ t: 'revoked', list }))
  }

  #refusalOf(
    key: string,
    self: ActorRecord | undefined,
    common: readonly number[],
    wire: readonly number[],
  ): { code: string; why: string } | undefined {
    if (common.length === 0) {
      const why = `no common wire version: ${this.#wire} here, ${wire} there; update the older of the two`
      return { code: 'no-common-version', why }
    }
    const why = self && disbelief(this.#options.verify, self)
    if (why !== undefined) return { code: 'unverified', why: `the record was refused: ${why}` }
    if (this.#clients.size >= discoveryLimits.directoryClients && !this.#clients.has(key)) {
      return { code: 'full', why: `${discoveryLimits.directoryClients} clients are connected already` }
    }
    return undefined
  }

  async #tellStatus(routingId: Buffer, isDoorWanted: boolean): Promise<void> {
    try {
      const status = (await this.#options.status?.(isDoorWanted)) ?? null
      this.#send(routingId, frameOf({ t: 'status', status }))
    } catch (thrown) {
      this.#notices.say('status', 'self', `the status cannot be told: ${messageOf(thrown)}`)
      this.#send(routingId, frameOf({ t: 'status', status: null }))
    }
  }

  #pushListing(client: Client): void {
    client.isOwed = false
    this.#send(client.routingId, this.#listingFrame, () => {
      client.isOwed = true
    })
  }

  /** Beats cost more than all else that an idle crowd does: in one they are half as many. */
  #beatLater(): void {
    const isCrowd = this.#clients.size > discoveryLimits.crowdClients
    this.#beat = setTimeout(() => this.#pushBeat(), this.#beatMs * (isCrowd ? CROWD_BEATS : 1))
    this.#beat.unref()
  }

  #pushBeat(): void {
    this.#beatLater()
    for (const client of this.#clients.values()) {
      if (client.isOwed) this.#pushListing(client)
      else this.#send(client.routingId, BEAT_FRAME)
    }
  }

  /** `full` is called when the client does not read what it was sent before. */
  #send(routingId: Buffer, frame: Buffer, full: () => void = () => undefined): void {
    // All sockets of a process may be closed at once, when it ends.
    if (!this.#isOpen || this.#router.closed) return
    this.#router.send([routingId, frame]).catch((cause: unknown) => {
      if (errnoOf(cause) === 'EAGAIN') full()
      // EHOSTUNREACH: the connection is gone; what else there may be, a client that cannot be sent to is
      // none.
      else this.#clients.delete(routingId.toString('hex'))
    })
  }
}

function nameOf(record: ActorRecord | undefined, key: string): string {
  return record ? `${record.actor} of app ${record.app} (id ${record.id})` : connectionOf(key)
}

function connectionOf(key: string): string {
  const cut = key.length > CONNECTION_CHARS ? `${key.slice(0, CONNECTION_CHARS)}…` : key
  return `connection ${cut}`
}
