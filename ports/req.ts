/**
 * req: one request at a time, without waiting for it; its handler gets the reply. A new request abandons the
 * one before, whose reply is then counted and never delivered. Several repliers get the requests in turn.
 */
import type { Sender } from './arrival.js'
import { type AskingOptions, AskingPort, type AskOptions, type Give, type Settle } from './asking-port.js'
import { OperationError, PortError } from './errors.js'
import { limits } from './limits.js'
import type { MessageType } from './message.js'
import type { Gate } from './reader.js'
import type { Handler } from './reception.js'
import { settled } from './settled.js'

/** Options of a req port. */
export interface ReqOptions extends AskingOptions {
  /** Gets the replies in bytes, which are those to sendBytes(); that needs it. */
  readonly bytes?: Handler<Uint8Array, Sender>
}

/** A port with one request under way at a time; another abandons it: `Component.req()`. */
export class Req<QIn, QOut, AIn, AOut> extends AskingPort<AIn, AOut> {
  readonly kind = 'req'
  protected readonly gates: readonly Gate[] = []
  readonly #onReply: Handler<AOut, Sender>
  readonly #onBytes: Handler<Uint8Array, Sender> | undefined
  /** The id of the request that was sent last. */
  #last = 0
  /** Replies that wait for their turn with the handler. */
  #unhandled = 0

  constructor(
    request: MessageType<QIn, QOut>,
    reply: MessageType<AIn, AOut>,
    handler: Handler<AOut, Sender>,
    options: ReqOptions = {},
  ) {
    super(request, reply, options)
    this.#onReply = this.#counted(handler)
    this.#onBytes = options.bytes && this.#counted(options.bytes)
  }

  /**
   * Sends a request; its reply goes to the handler. One that is still under way is abandoned, unless this one
   * cannot be sent. Resolves when the reply is there and is the handler's, which may have to wait for its
   * turn; so a handler of the same component may await it. It always settles, and a reply that comes after
   * that is counted in `stats.late` and never delivered. @throws PortError `abandoned` (another followed),
   * `not-connected`, `again` (too many replies wait for the handler), `timeout`, `peer-lost`, `remote` (the
   * handler there threw), `invalid-answer`, `unencodable`, `too-large`, `closed`.
   */
  send(request: QIn, options: AskOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      this.#next(options, resolve, reject, (link, id, due) => link.value(request, id, due))
    })
  }

  /**
   * As send(), with bytes for the request. @throws OperationError `bad-option` without the option `bytes`.
   */
  sendBytes(request: Uint8Array, options: AskOptions = {}): Promise<void> {
    return settled((resolve, reject) => {
      if (!this.#onBytes) {
        const text = `${this.path}: sendBytes() needs the option \`bytes\`, a handler for the reply`
        throw new OperationError('bad-option', text)
      }
      this.#next(options, resolve, reject, (link, id, due) => link.bytes(request, id, due))
    })
  }

  protected unawaited(): void {
    this.stats.late++
  }

  #next(options: AskOptions, resolve: () => void, reject: Settle<AOut>['reject'], give: Give): void {
    if (this.#unhandled >= limits.mailboxMessages) {
      this.stats.dropped++
      const text = `${this.path}: ${this.#unhandled} replies wait for its handler; let it run first`
      throw new PortError('again', text)
    }
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

  #counted<T>(handler: Handler<T, Sender>): Handler<T, Sender> {
    return (reply, from) => {
      this.#unhandled--
      return handler(reply, from)
    }
  }

  #hand<T>(handler: Handler<T, Sender>, reply: T, from: Sender, done: () => void): void {
    this.#unhandled++
    this.environment.turns.run(this, handler, reply, from)
    done()
  }
}
