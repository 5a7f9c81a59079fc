/**
 * qry: any number of queries in flight, spread over the answering peers in turn. Each peer has a socket of
 * its own, so that a query is known to be with it: when the peer dies, its queries are rejected at once.
 * Every ask() settles: answered, timed out or rejected; an answer to a query that was given up is counted and
 * never delivered.
 */
import { PortError, type QuorateError } from './errors.js'
import { Expiry } from './expiry.js'
import { limits } from './limits.js'
import { peerKey } from './link.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import { type Peer, type PeerPort, Port, type ReadyOptions } from './port.js'
import { type Due, QryLink } from './qry-link.js'
import { type Handler, type ReceiveOptions, Reception } from './reception.js'

export interface QryOptions {
  /** Under this name instead of the field's. */
  readonly name?: string
  /** Milliseconds that ask() waits for an answer. Default 5000. */
  readonly timeout?: number
  /** Gets the answers in bytes to send() and sendBytes(). */
  readonly bytes?: Handler<Uint8Array, Peer>
}

export interface SendOptions {
  /** Asks this peer; the next in turn unless told. */
  readonly to?: Peer
}

export interface AskOptions extends SendOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout?: number
}

/** One ask() under way. */
interface Pending<Answer> {
  readonly link: QryLink
  readonly timeoutMs: number
  /** Milliseconds of performance.now() at which it is given up. */
  readonly dueMs: number
  readonly value: ((answer: Answer) => void) | undefined
  readonly bytes: ((answer: Uint8Array) => void) | undefined
  reject(error: QuorateError): void
}

type Give = (link: QryLink, id: number, due: Due) => void

type Settle<Answer> = Partial<Pick<Pending<Answer>, 'value' | 'bytes'>> & Pick<Pending<Answer>, 'reject'>

export class Qry<QIn, QOut, AIn, AOut> extends Port {
  readonly kind = 'qry'
  readonly #answer: MessageType<AIn, AOut>
  readonly #options: QryOptions
  readonly #links = new Map<string, QryLink>()
  /** The links that are ready, in the order of their turns. */
  #ready: QryLink[] = []
  #turn = 0
  /**
   * Ids of ask() are odd and those of send() even, so that an answer tells which of the two it belongs to.
   */
  #lastId = 0
  readonly #pending = new Map<number, Pending<AOut>>()
  /** Answers to send() that were taken since there was room for them. */
  #crammed = 0
  readonly #expiry = new Expiry((nowMs) => this.#sweep(nowMs))
  readonly #reception: Reception<AOut, Peer, AOut, Uint8Array>

  constructor(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: Handler<AOut, Peer>,
    options: QryOptions = {},
  ) {
    super([query, answer])
    this.#answer = answer
    this.#options = options
    this.#reception = new Reception(
      answer,
      this.receptionOwner,
      { value: handler, bytes: options.bytes },
      { value: (value) => value, bytes: (bytes) => bytes },
    )
  }

  /**
   * Asks one peer and resolves with its first answer; further answers to the same query are dropped.
   * @throws PortError `not-connected`, `again` (too many in flight), `timeout`, `peer-lost`, `remote` (the
   * handler there threw), `invalid-answer`, `unencodable`, `too-large`, `closed`.
   */
  ask(query: QIn, options: AskOptions = {}): Promise<AOut> {
    return settled((resolve, reject) => {
      this.#begin(options, { value: resolve, reject }, (link, id, due) => link.value(query, id, due))
    })
  }

  /** As ask(), with bytes for the query and for the answer. */
  askBytes(query: Uint8Array, options: AskOptions = {}): Promise<Uint8Array> {
    return settled((resolve, reject) => {
      this.#begin(options, { bytes: resolve, reject }, (link, id, due) => link.bytes(query, id, due))
    })
  }

  /**
   * Sends a query whose answers, none, one or many, now or later, go to the handler or to recv(). Resolves
   * when the socket has taken it. @throws PortError `not-connected`, `again`, `peer-lost`, `unencodable`,
   * `too-large`, `closed` (it may have left, but its answers find nobody).
   */
  send(query: QIn, options: SendOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      const link = this.#choose(options.to)
      link.value(query, this.#newId(0), undefined, { resolve, reject })
    })
  }

  /** As send(), with bytes for the query. */
  sendBytes(query: Uint8Array, options: SendOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      const link = this.#choose(options.to)
      link.bytes(query, this.#newId(0), undefined, { resolve, reject })
    })
  }

  /**
   * The oldest answer to send() that waits, or the next. Only without a handler. @throws PortError `timeout`,
   * `closed`.
   */
  recv(options?: ReceiveOptions): Promise<AOut> {
    return this.#reception.recv(options)
  }

  /** As recv(), for answers in bytes. */
  recvBytes(options?: ReceiveOptions): Promise<Uint8Array> {
    return this.#reception.recvBytes(options)
  }

  /**
   * Resolves when a peer is ready to answer, at once where one is. @throws PortError `not-connected` where
   * none comes in time, `closed`.
   */
  ready(options?: ReadyOptions): Promise<void> {
    return this.whenConnected(options, 'ans')
  }

  /** Peers that are ready to answer. */
  get connected(): number {
    return this.#ready.length
  }

  get peers(): Peer[] {
    return this.#ready.map((link) => link.peer)
  }

  /** Queries of ask() that have no answer yet. */
  get inFlight(): number {
    return this.#pending.size
  }

  /**
   * Connects to an answering port; once more with the same endpoint does nothing, with another follows it
   * there.
   */
  update(target: PeerPort): void {
    const { environment } = this
    const key = peerKey(target)
    if (this.#links.get(key)?.target.endpoint === target.endpoint) return
    this.#cut(key, 'moved to another address')
    try {
      const link = new QryLink(target, this, environment, this.#reception.gates, {
        isAwaited: () => this.#pending.size > 0,
        ready: () => this.#becameReady(link),
        lost: (why) => this.#lost(link, why),
        answer: (id, answer, asBytes) => this.#answered(link, id, answer, asBytes),
        failed: (id, error) => this.#fail(link, id, error),
        refuse: (reason) => this.refuse(link.peer, reason),
        sent: (messages) => {
          this.stats.sent += messages
        },
      })
      this.#links.set(key, link)
      link.open()
    } catch (error) {
      this.#cut(key, 'cannot be connected')
      this.cannotConnect(target, error)
    }
  }

  /** Disconnects from a peer that is gone: what it was asked is rejected with `peer-lost`. */
  drop(peer: Peer): void {
    this.#cut(peerKey(peer), 'it stopped or died')
  }

  protected async start(): Promise<void> {
    this.#reception.open(this.environment.turns)
    const targets = [...this.#links.values()].map((link) => link.target)
    this.#links.clear()
    for (const target of targets) this.update(target)
  }

  protected stop(lingerMs: number): void {
    const closed = () => this.closedWhile('a query was under way')
    for (const link of this.#links.values()) link.close(lingerMs, closed)
    this.#ready = []
    for (const pending of this.#pending.values()) pending.reject(closed())
    this.#pending.clear()
    this.#expiry.stop()
    this.#reception.close()
  }

  override close(lingerMs?: number): void {
    super.close(lingerMs)
    this.#links.clear()
  }

  #newId(ask: 0 | 1): number {
    this.#lastId++
    return this.#lastId * 2 + ask
  }

  #begin(options: AskOptions, settle: Settle<AOut>, give: Give): void {
    const link = this.#choose(options.to)
    if (this.#pending.size >= limits.queriesInFlight) {
      this.stats.dropped++
      throw new PortError(
        'again',
        `${this.path}: ${limits.queriesInFlight} queries are in flight; await some first`,
      )
    }
    const id = this.#newId(1)
    const timeout = options.timeout ?? this.#options.timeout ?? limits.askTimeoutMs
    const dueMs = performance.now() + timeout
    give(link, id, { timeoutMs: timeout, dueMs })
    const { value, bytes, reject } = settle
    this.#pending.set(id, { link, timeoutMs: timeout, dueMs, value, bytes, reject })
    this.#expiry.watch(dueMs)
    link.asked()
  }

  /** Gives up what is overdue; says when the next is due. */
  #sweep(nowMs: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const [id, { link, dueMs, timeoutMs }] of this.#pending) {
      if (dueMs > nowMs) next = Math.min(next, dueMs)
      else {
        const text = `${this.path}: ${peerKey(link.peer)} gave no answer within ${timeoutMs} ms`
        this.#fail(link, id, new PortError('timeout', text))
      }
    }
    return next
  }

  #choose(to: Peer | undefined): QryLink {
    const ready = this.#ready
    const link = to ? this.#links.get(peerKey(to)) : ready[this.#turn++ % Math.max(ready.length, 1)]
    if (link?.ready) return link
    // The getter explains a port that is not open.
    void this.environment
    const whom = to ? `${peerKey(to)} is not` : `no port that answers ${this.carries} is`
    throw new PortError(
      'not-connected',
      `${this.path}: ${whom} connected; look at \`connected\`, or try again later`,
    )
  }

  #becameReady(link: QryLink): void {
    if (this.#ready.includes(link)) return
    this.#ready.push(link)
    this.changed()
  }

  #cut(key: string, why: string): void {
    const link = this.#links.get(key)
    if (!link) return
    this.#links.delete(key)
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

  #answered(link: QryLink, id: number, answer: unknown, asBytes: boolean): void {
    const pending = this.#pending.get(id)
    if (pending && pending.link === link) {
      this.#pending.delete(id)
      this.#deliver(pending, answer, asBytes)
    } else if (id % 2 === 1) this.stats.late++
    else if (!this.#hasRoom()) this.#passOver(link.peer)
    else if (!asBytes) this.#reception.takeValue(answer, link.peer, link.peer)
    else if (answer instanceof Uint8Array) this.#reception.takeBytes(answer, link.peer)
  }

  /** A full port is only read for an answer that an ask() waits for; what comes before that is bounded. */
  #hasRoom(): boolean {
    if (!this.#reception.gates.some((gate) => gate.full)) this.#crammed = 0
    return this.#crammed++ < limits.crammedAnswers
  }

  #passOver(peer: Peer): void {
    this.stats.dropped++
    this.warn('full', 'answers to send() are not taken as fast as they come; they are dropped', peer)
  }

  #deliver(pending: Pending<AOut>, answer: unknown, asBytes: boolean): void {
    const { peer } = pending.link
    if (asBytes !== (pending.bytes !== undefined)) {
      const [got, asked] = asBytes ? ['bytes', 'ask()'] : ['a value', 'askBytes()']
      pending.reject(
        new PortError('invalid-answer', `${this.path}: ${peerKey(peer)} answered ${asked} with ${got}`),
      )
      return
    }
    if (answer instanceof Uint8Array && pending.bytes) {
      this.stats.received++
      pending.bytes(answer)
      return
    }
    const checked = this.#reception.check(answer)
    if ('refusal' in checked) {
      this.refuse(peer, checked.refusal)
      const whatItIs = `gave an answer that is no ${this.#answer.name}: ${checked.refusal}`
      const text = `${this.path}: ${peerKey(peer)} ${whatItIs}`
      pending.reject(new PortError('invalid-answer', text))
      return
    }
    this.stats.received++
    pending.value?.(checked.value)
  }

  #fail(link: QryLink, id: number, error: QuorateError): void {
    const pending = this.#pending.get(id)
    if (error.code === 'again') this.stats.dropped++
    // Nobody waits for what became of a send(): it is told in the log.
    if (!pending && id % 2 === 0 && error.code === 'remote') this.warn('remote', error.message, link.peer)
    if (pending?.link !== link) return
    this.#pending.delete(id)
    pending.reject(error)
  }
}

/** A promise as `begin` settles it, for callers who may not look at it. */
function settled<T>(
  begin: (resolve: (value: T) => void, reject: (error: QuorateError) => void) => void,
): Promise<T> {
  return lookedAt(new Promise<T>(begin))
}
