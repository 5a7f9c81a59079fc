/**
 * What the kinds that ask share (qry, req, clt): a link to each answering peer, so that a request is known to
 * be with it and is rejected at once when it dies; what is under way. Every request settles: answered, timed
 * out or rejected. An answer to one that was given up is counted, never delivered.
 */
import type { Sender } from './arrival.js'
import { AskedLinks } from './asked-links.js'
import { bindingKindFor } from './counterparts.js'
import { PortError, type QuorateError } from './errors.js'
import { Expiry, LONGEST_DELAY_MS } from './expiry.js'
import { limits } from './limits.js'
import { peerKey } from './link.js'
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
  readonly #answer: MessageType<AIn, AOut>
  readonly #timeoutMs: number
  /**
   * Ids of requests that wait are odd and those of qry.send() even, so that an answer tells which of the two
   * it belongs to.
   */
  #lastId = 0
  /** What was sent up to there was before the last reset. */
  #forgotten = 0
  readonly #pending = new Map<number, Pending<AOut>>()
  readonly #expiry = new Expiry((nowMs) => this.#sweep(nowMs))
  readonly #links = new AskedLinks({
    make: (target, before) => this.#link(target, before),
    cannotConnect: (target, error) => this.cannotConnect(target, error),
    isPending: (link) => [...this.#pending.values()].some((pending) => pending.link === link),
    lost: (isMeant, lost, why) => this.#lost(isMeant, lost, why),
    close: (link, why) => link.close(0, () => this.#peerLost(link, why)),
    giveUp: (link, why) => link.giveUp(() => this.#peerLost(link, why)),
    changed: () => this.changed(),
  })

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
    return this.#links.ready.length
  }

  /** The ports that are ready to answer, in the order of their turns. */
  get peers(): Peer[] {
    return this.#links.ready.map((link) => link.peer)
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#pending.size
  }

  /**
   * Connects to an answering port; once more with the same endpoint does nothing, with another follows it
   * there. What it was asked before is answered, as long as it is heard where it was.
   */
  update(target: PeerPort): void {
    // The getter explains a port that is not open.
    void this.environment
    this.#links.update(target)
  }

  /**
   * The way to a peer was cut for about `cutMs`, and is whole again: where what was sent meanwhile is stuck,
   * connects anew. What was asked and has no answer is rejected with `peer-lost`: it may have arrived or not.
   */
  mend(peer: Peer, cutMs: number): void {
    this.#links.mend(peer, cutMs)
  }

  /** Disconnects from a peer that is gone: what it was asked is rejected with `peer-lost`. */
  drop(peer: Peer): void {
    this.#links.drop(peer, 'it stopped or died')
  }

  override close(lingerMs?: number): void {
    super.close(lingerMs)
    this.#links.clear()
  }

  protected async start(): Promise<void> {
    this.#links.restart()
  }

  protected stop(lingerMs: number): void {
    const closed = () => this.closedWhile('a query was under way')
    this.#links.stop((link) => link.close(lingerMs, closed))
    this.#forgotten = 2 * this.#lastId + 1
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
    const link = to ? this.#links.to(to) : this.#links.next()
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

  #link(target: PeerPort, before: QryLink | undefined): QryLink {
    const events: QryLinkEvents = {
      isAwaited: () => this.#pending.size > 0,
      ready: () => this.#links.becameReady(link),
      lost: (why) => this.#links.lost(link, why),
      answer: (id, answer, asBytes, from) => this.#answered(link, id, { answer, asBytes, from }),
      failed: (id, error) => this.#fail(link, id, error),
      refuse: (reason) => this.refuse(link.peer, reason),
      sent: (messages) => {
        this.stats.sent += messages
      },
    }
    const link: QryLink = new QryLink(target, this, this.environment, this.gates, events, before)
    return link
  }

  #lost(isMeant: (link: QryLink) => boolean, lost: QryLink, why: string): void {
    for (const [id, pending] of this.#pending) {
      if (!isMeant(pending.link)) continue
      this.#pending.delete(id)
      pending.reject(this.#peerLost(lost, why))
    }
  }

  #peerLost({ peer }: QryLink, why: string): PortError {
    return new PortError('peer-lost', `${this.path}: ${peerKey(peer)} had the query, and ${why}`)
  }

  #answered(link: QryLink, id: number, arrived: Arrived): void {
    const pending = this.#pending.get(id)
    if (pending?.link.leadsTo(link)) {
      this.#pending.delete(id)
      this.#deliver(pending, arrived)
    } else if (id % 2 === 1 || id <= this.#forgotten) this.stats.late++
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
    if (!pending?.link.leadsTo(link)) return
    this.#pending.delete(id)
    pending.reject(error)
  }
}
