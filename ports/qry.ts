/**
 * qry: any number of queries in flight, spread over the answering peers in turn. ask() is a promise of the
 * first answer; the answers to send(), none, one or many, now or later, go to the handler or to recv().
 */
import type { Sender } from './arrival.js'
import { type AskingOptions, AskingPort, type AskOptions, type SendOptions } from './asking-port.js'
import { limits } from './limits.js'
import type { MessageType } from './message.js'
import type { QryLink } from './qry-link.js'
import type { Gate } from './reader.js'
import { type Handler, type ReceiveOptions, Reception } from './reception.js'
import { settled } from './settled.js'

/** Options of a qry port. */
export interface QryOptions extends AskingOptions {
  /** Gets the answers in bytes to send() and sendBytes(). */
  readonly bytes?: Handler<Uint8Array, Sender>
}

/** A port that asks ans ports, any number of queries at a time: `Component.qry()`. */
export class Qry<QIn, QOut, AIn, AOut> extends AskingPort<AIn, AOut> {
  readonly kind = 'qry'
  /** Answers to send() that were taken since there was room for them. */
  #crammed = 0
  readonly #reception: Reception<AOut, Sender, AOut, Uint8Array>

  constructor(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: Handler<AOut, Sender>,
    options: QryOptions = {},
  ) {
    super(query, answer, options)
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
      this.begin(options, { value: resolve, reject }, (link, id, due) => link.value(query, id, due))
    })
  }

  /** As ask(), with bytes for the query and for the answer. */
  askBytes(query: Uint8Array, options: AskOptions = {}): Promise<Uint8Array> {
    return settled((resolve, reject) => {
      this.begin(options, { bytes: resolve, reject }, (link, id, due) => link.bytes(query, id, due))
    })
  }

  /**
   * Sends a query whose answers, none, one or many, now or later, go to the handler or to recv(). Resolves
   * when the socket has taken it. @throws PortError `not-connected`, `again`, `peer-lost`, `unencodable`,
   * `too-large`, `closed` (it may have left, but its answers find nobody).
   */
  send(query: QIn, options: SendOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      const link = this.choose(options.to)
      link.value(query, this.newId(0), undefined, { resolve, reject })
    })
  }

  /** As send(), with bytes for the query. */
  sendBytes(query: Uint8Array, options: SendOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      const link = this.choose(options.to)
      link.bytes(query, this.newId(0), undefined, { resolve, reject })
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

  protected get gates(): readonly Gate[] {
    return this.#reception.gates
  }

  protected override async start(): Promise<void> {
    this.#reception.open(this.environment.turns)
    await super.start()
  }

  protected override stop(lingerMs: number): void {
    super.stop(lingerMs)
    this.#reception.close()
  }

  protected unawaited({ peer }: QryLink, answer: unknown, asBytes: boolean, from: Sender): void {
    if (!this.#hasRoom()) {
      this.stats.dropped++
      this.warn('full', 'answers to send() are not taken as fast as they come; they are dropped', peer)
    } else if (!asBytes) this.#reception.takeValue(answer, from, peer)
    else if (answer instanceof Uint8Array) this.#reception.takeBytes(answer, from)
  }

  /** A full port is only read for an answer that an ask() waits for; what comes before that is bounded. */
  #hasRoom(): boolean {
    if (!this.gates.some((gate) => gate.full)) this.#crammed = 0
    return this.#crammed++ < limits.crammedAnswers
  }
}
