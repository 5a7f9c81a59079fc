/**
 * req: one request at a time, without waiting for it; its handler gets the reply. A new request abandons the
 * one before, whose reply is then counted and never delivered. Several repliers get the requests in turn.
 */
import type { Sender } from './arrival.js'
import {
  type AskingOptions,
  AskingPort,
  type AskOptions,
  type Give,
  type Settle,
  settled,
} from './asking-port.js'
import { PortError } from './errors.js'
import type { MessageType } from './message.js'
import type { Gate } from './reader.js'
import type { Handler } from './reception.js'

export interface ReqOptions extends AskingOptions {
  /** Gets the replies in bytes, which are those to sendBytes(). */
  readonly bytes?: Handler<Uint8Array, Sender>
}

export class Req<QIn, QOut, AIn, AOut> extends AskingPort<AIn, AOut> {
  readonly kind = 'req'
  protected readonly gates: readonly Gate[] = []
  readonly #onReply: Handler<AOut, Sender>
  readonly #onBytes: Handler<Uint8Array, Sender> | undefined
  /** The id of the request that was sent last. */
  #last = 0

  constructor(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: Handler<AOut, Sender>,
    options: ReqOptions = {},
  ) {
    super(request, reply, options)
    this.#onReply = handler
    this.#onBytes = options.bytes
  }

  /**
   * Sends a request; its reply goes to the handler. One that is still under way is abandoned. Resolves when
   * the reply has been given to the handler. @throws PortError `abandoned` (another followed), `not-connected`,
   * `again`, `timeout`, `peer-lost`, `remote` (the handler there threw), `invalid-answer`, `unencodable`,
   * `too-large`, `closed`.
   */
  send(request: QIn, options: AskOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      this.#next(options, resolve, reject, (link, id, due) => link.value(request, id, due))
    })
  }

  /** As send(), with bytes for the request. */
  sendBytes(request: Uint8Array, options: AskOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      this.#next(options, resolve, reject, (link, id, due) => link.bytes(request, id, due))
    })
  }

  protected unawaited(): void {
    this.stats.late++
  }

  #next(options: AskOptions, resolve: () => void, reject: Settle<AOut>['reject'], give: Give): void {
    const before = this.#last
    const onBytes = this.#onBytes
    this.#last = this.begin(
      options,
      {
        value: (reply, from) => this.#hand(this.#onReply, reply, from, resolve),
        bytes: onBytes && ((reply, from) => this.#hand(onBytes, reply, from, resolve)),
        reject,
      },
      give,
    )
    this.abandon(before, new PortError('abandoned', `${this.path}: another request followed this one`))
  }

  #hand<T>(handler: Handler<T, Sender>, reply: T, from: Sender, done: () => void): void {
    this.environment.turns.run(this, handler, reply, from)
    done()
  }
}
