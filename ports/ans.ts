/**
 * ans: gets queries and answers them, as often as it likes and whenever it likes, to any asker that is still
 * there.
 */
import { type AnsweringOptions, AnsweringPort, type Query } from './answering-port.js'
import { PortError } from './errors.js'
import { lookedAt } from './looked-at.js'
import type { MessageType } from './message.js'
import type { Handler, ReceiveOptions } from './reception.js'
import { isGivenUp, type Reply } from './reply.js'

/** Options of an ans port. */
export interface AnsOptions extends AnsweringOptions {
  /** Gets the queries of sendBytes() and askBytes(). */
  readonly bytes?: Handler<Uint8Array, Reply<never>>
}

/** A port that gets queries and answers each as often as it likes, now or later: `Component.ans()`. */
export class Ans<QIn, QOut, AIn, AOut> extends AnsweringPort<QOut, AIn> {
  readonly kind = 'ans'

  constructor(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    handler?: Handler<QOut, Reply<AIn>>,
    options: AnsOptions = {},
  ) {
    super(query, answer, { value: handler, bytes: options.bytes }, options)
  }

  /**
   * Answers a query that was asked any time before. An answer that its asker does not take in time is counted
   * in `stats.dropped`. @throws PortError `unreachable` where the asker is gone.
   */
  send(answer: AIn, to: Reply<AIn>): Promise<void> {
    return lookedAt(this.#send(answer, to))
  }

  async #send(answer: AIn, to: Reply<AIn>): Promise<void> {
    if (!to(answer)) throw new PortError('unreachable', `${this.path}: ${to.from.actorId} asked, and is gone`)
  }

  /**
   * The oldest query that waits, or the next. Only without a handler. @throws PortError `timeout`, `closed`.
   */
  recv(options?: ReceiveOptions): Promise<Query<QOut, AIn>> {
    return this.#wanted(() => this.reception.recv(options))
  }

  /** As recv(), for queries in bytes. */
  recvBytes(options?: ReceiveOptions): Promise<Query<Uint8Array, AIn>> {
    return this.#wanted(() => this.reception.recvBytes(options))
  }

  /** What was given up while it waited is passed over. */
  #wanted<V>(next: () => Promise<Query<V, AIn>>): Promise<Query<V, AIn>> {
    const wanted = async (): Promise<Query<V, AIn>> => {
      for (;;) {
        const query = await next()
        if (!isGivenUp(query.reply)) return query
      }
    }
    return lookedAt(wanted())
  }
}
