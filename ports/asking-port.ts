/**
 * What the kinds that ask share (qry, req, clt): a socket for each answering peer, so that a request is known
 * to be with it and is rejected at once when it dies; the turns of the peers; what is under way. Every
 * request settles: answered, timed out or rejected. An answer to one that was given up is counted, never
 * delivered.
 */
import type { Sender } from './arrival.js'
import { bindingKindFor } from './counterparts.js'
import { PortError, type QuorateError } from './errors.js'
import { Expiry, LONGEST_DELAY_MS } from './expiry.js'
import { limits } from './limits.js'
import { peerKey } from './link.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import { type Peer, type PeerPort, Port, type PortOptions, type ReadyOptions } from './port.js'
import { type Due, QryLink, type QryLinkEvents } from './qry-link.js'
import type { Gate } from './reader.js'
import { check } from './reception.js'
import { checkTimeout } from './timeout.js'

/** Options of a port that asks: qry, req or clt. */
export interface AskingOptions extends PortOptions {
  /** Milliseconds that a request waits for its answer. Default 5000. */
  readonly timeout?: number
}

/** Options of `send()` on a port that asks. */
export interface SendOptions {
  /** Asks this peer; the next in turn unless told. */
  readonly to?: Peer
}

/** Options of one `ask()` or `call()`. */
export interface AskOptions extends SendOptions {
  /** Milliseconds to wait for the answer, at most 24 days. */
  readonly timeout?: number
}

/** What becomes of a request: exactly one of them is called. */
export interface Settle<Answer> {
  /** Takes the answer where it is a value. Without it, a value is an invalid answer. */
  readonly value?: ((answer: Answer, from: Sender) => void) | undefined
  /** Takes the answer where it is bytes. Without it, bytes are an invalid answer. */
  readonly bytes?: ((answer: Uint8Array, from: Sender) => void) | undefined
  reject(error: QuorateError): void
}

/** One request under way. */
interface Pending<Answer> extends Settle<Answer> {
  readonly link: QryLink
  readonly timeoutMs: number
  /** Milliseconds of performance.now() at which it is given up. */
  readonly dueMs: number
}

/** An answer as it came. */
interface Arrived {
  readonly answer: unknown
  readonly asBytes: boolean
  readonly from: Sender
}

/** Hands a request to a link. */
export type Give = (link: QryLink, id: number, due: Due) => void

export abstract class AskingPort<AIn, AOut> extends Port {
  protected readonly links = new Map<string, QryLink>()
  readonly #answer: MessageType<AIn, AOut>
  readonly #timeoutMs: number
  /** The links that are ready, in the order of their turns. */
  #ready: QryLink[] = []
  #turn = 0
  /**
   * Ids of requests that wait are odd and those of qry.send() even, so that an answer tells which of the two
   * it belongs to.
   */
  #lastId = 0
  readonly #pending = new Map<number, Pending<AOut>>()
  readonly #expiry = new Expiry((nowMs) => this.#sweep(nowMs))

  constructor(query: MessageType, answer: MessageType<AIn, AOut>, options: AskingOptions) {
    super([query, answer], options)
    this.#answer = answer
    this.#timeoutMs = options.timeout ?? limits.askTimeoutMs
    checkTimeout(this.#timeoutMs, this, LONGEST_DELAY_MS)
  }

  /** What holds the reading of answers back. */
  protected abstract readonly gates: readonly Gate[]

  /** Takes an answer that no request waits for: one to qry.send(). */
  protected abstract unawaited(link: QryLink, answer: unknown, asBytes: boolean, from: Sender): void

  /**
   * Resolves when a peer is ready to answer, at once where one is. @throws PortError `not-connected` where
   * none comes in time, `closed`.
   */
  ready(options?: ReadyOptions): Promise<void> {
    return this.whenConnected(options, bindingKindFor(this.kind) ?? 'peer')
  }

  /** Peers that are ready to answer. */
  get connected(): number {
    return this.#ready.length
  }

  /** The ports that are ready to answer, in the order of their turns. */
  get peers(): Peer[] {
    return this.#ready.map((link) => link.peer)
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#pending.size
  }

  /**
   * Connects to an answering port; once more with the same endpoint does nothing, with another follows it
   * there.
   */
  update(target: PeerPort): void {
    const key = peerKey(target)
    if (this.links.get(key)?.target.endpoint === target.endpoint) return
    this.#cut(key, 'moved to another address')
    this.#connect(target)
  }

  /**
   * The way to a peer was cut for about `cutMs`, and is whole again: where what was sent meanwhile is stuck,
   * connects anew. What was asked and has no answer is rejected with `peer-lost`: it may have arrived or not.
   */
  mend(peer: Peer, cutMs: number): void {
    const key = peerKey(peer)
    const link = this.links.get(key)
    if (!link?.isStuck(cutMs)) return
    const why = 'the way to it was cut'
    this.links.delete(key)
    link.giveUp(() => this.#peerLost(link, why))
    this.#lost(link, why)
    this.#connect(link.target, link)
  }

  #connect(target: PeerPort, before?: QryLink): void {
    const { environment } = this
    const key = peerKey(target)
    const events: QryLinkEvents = {
      isAwaited: () => this.#pending.size > 0,
      ready: () => this.#becameReady(link),
      lost: (why) => this.#lost(link, why),
      answer: (id, answer, asBytes, from) => this.#answered(link, id, { answer, asBytes, from }),
      failed: (id, error) => this.#fail(link, id, error),
      refuse: (reason) => this.refuse(link.peer, reason),
      sent: (messages) => {
        this.stats.sent += messages
      },
    }
    let link: QryLink
    try {
      link = new QryLink(target, this, environment, this.gates, events, before)
      this.links.set(key, link)
      link.open()
    } catch (error) {
      this.#cut(key, 'it cannot be reached')
      this.cannotConnect(target, error)
    }
  }

  /** Disconnects from a peer that is gone: what it was asked is rejected with `peer-lost`. */
  drop(peer: Peer): void {
    this.#cut(peerKey(peer), 'it stopped or died')
  }

  override close(lingerMs?: number): void {
    super.close(lingerMs)
    this.links.clear()
  }

  protected async start(): Promise<void> {
    const targets = [...this.links.values()].map((link) => link.target)
    this.links.clear()
    for (const target of targets) this.update(target)
  }

  protected stop(lingerMs: number): void {
    const closed = () => this.closedWhile('a query was under way')
    for (const link of this.links.values()) link.close(lingerMs, closed)
    this.#ready = []
    for (const pending of this.#pending.values()) pending.reject(closed())
    this.#pending.clear()
    this.#expiry.stop()
  }

  /** An id for a request that waits (1), or for one whose answers come as they like (0). */
  protected newId(waits: 0 | 1): number {
    this.#lastId++
    return this.#lastId * 2 + waits
  }

  /**
   * Begins a request; its id. @throws PortError `not-connected`, `again`, `unencodable`, `too-large`;
   * OperationError `bad-option`.
   */
  protected begin(options: AskOptions, settle: Settle<AOut>, give: Give): number {
    const timeoutMs = options.timeout ?? this.#timeoutMs
    checkTimeout(timeoutMs, this, LONGEST_DELAY_MS)
    const link = this.choose(options.to)
    if (this.#pending.size >= limits.queriesInFlight) {
      this.stats.dropped++
      throw new PortError(
        'again',
        `${this.path}: ${limits.queriesInFlight} queries are in flight; await some first`,
      )
    }
    const id = this.newId(1)
    const nowMs = performance.now()
    const dueMs = nowMs + timeoutMs
    give(link, id, { timeoutMs, dueMs })
    const { value, bytes, reject } = settle
    this.#pending.set(id, { link, timeoutMs, dueMs, value, bytes, reject })
    this.#expiry.watch(dueMs)
    link.asked(nowMs)
    return id
  }

  /** Gives a request up, where it is still under way. */
  protected abandon(id: number, error: PortError): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.reject(error)
  }

  /** The peer that is asked next, or the one that is named. @throws PortError `not-connected`. */
  protected choose(to: Peer | undefined): QryLink {
    const ready = this.#ready
    const link = to ? this.links.get(peerKey(to)) : ready[this.#turn++ % Math.max(ready.length, 1)]
    if (link?.ready) return link
    // The getter explains a port that is not open.
    this.mustBeOpen()
    const whom = to ? `${peerKey(to)} is not` : `no port that answers ${this.carries} is`
    throw new PortError(
      'not-connected',
      `${this.path}: ${whom} connected; look at \`connected\`, or try again later`,
    )
  }

  /** Gives up what is overdue; says when the next is due. */
  #sweep(nowMs: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const [id, { link, dueMs, timeoutMs }] of this.#pending) {
      if (dueMs > nowMs) next = Math.min(next, dueMs)
      else {
        link.timedOut()
        const text = `${this.path}: ${peerKey(link.peer)} gave no answer within ${timeoutMs} ms`
        this.#fail(link, id, new PortError('timeout', text))
      }
    }
    return next
  }

  #becameReady(link: QryLink): void {
    if (this.#ready.includes(link)) return
    this.#ready.push(link)
    this.changed()
  }

  #cut(key: string, why: string): void {
    const link = this.links.get(key)
    if (!link) return
    this.links.delete(key)
    link.close(0, () => this.#peerLost(link, why))
    this.#lost(link, why)
  }

  #lost(link: QryLink, why: string): void {
    const wasReady = this.#ready.includes(link)
    this.#ready = this.#ready.filter((other) => other !== link)
    for (const [id, pending] of this.#pending) {
      if (pending.link !== link) continue
      this.#pending.delete(id)
      pending.reject(this.#peerLost(link, why))
    }
    if (wasReady) this.changed()
  }

  #peerLost({ peer }: QryLink, why: string): PortError {
    return new PortError('peer-lost', `${this.path}: ${peerKey(peer)} had the query, and ${why}`)
  }

  #answered(link: QryLink, id: number, arrived: Arrived): void {
    const pending = this.#pending.get(id)
    if (pending && pending.link === link) {
      this.#pending.delete(id)
      this.#deliver(pending, arrived)
    } else if (id % 2 === 1) this.stats.late++
    else this.unawaited(link, arrived.answer, arrived.asBytes, arrived.from)
  }

  #deliver(pending: Pending<AOut>, { answer, asBytes, from }: Arrived): void {
    const { peer } = pending.link
    if (asBytes ? !pending.bytes : !pending.value) {
      const [got, wanted] = asBytes ? ['bytes', 'values'] : ['a value', 'bytes']
      const text = `${this.path}: ${peerKey(peer)} answered with ${got} where ${wanted} were asked for`
      pending.reject(new PortError('invalid-answer', text))
      return
    }
    if (answer instanceof Uint8Array && asBytes) {
      this.stats.received++
      pending.bytes?.(answer, from)
      return
    }
    const checked = check(this.#answer, answer)
    if ('refusal' in checked) {
      this.refuse(peer, checked.refusal)
      const whatItIs = `gave an answer that is no ${this.#answer.name}: ${checked.refusal}`
      pending.reject(new PortError('invalid-answer', `${this.path}: ${peerKey(peer)} ${whatItIs}`))
      return
    }
    this.stats.received++
    pending.value?.(checked.value, from)
  }

  #fail(link: QryLink, id: number, error: QuorateError): void {
    const pending = this.#pending.get(id)
    if (error.code === 'again') this.stats.dropped++
    if (!pending && error.code === 'remote') {
      // Nobody waits for what became of a send(): it is told in the log.
      if (id % 2 === 0) this.warn('remote', error.message, link.peer)
      else this.stats.late++
    }
    if (pending?.link !== link) return
    this.#pending.delete(id)
    pending.reject(error)
  }
}

/** A promise as `begin` settles it, for callers who may not look at it. */
export function settled<T>(
  begin: (resolve: (value: T) => void, reject: (error: QuorateError) => void) => void,
): Promise<T> {
  return lookedAt(new Promise<T>(begin))
}
