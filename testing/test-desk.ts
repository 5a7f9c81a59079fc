/** The other end of a component's ports, as far as it does not wait: typed by the messages. */
import type { MessageType } from '../ports/index.js'
import type { Desk } from './desk.js'

/**
 * Answers in place of a peer: what it returns, or its promise, is the answer; `reply()` answers as well,
 * later and, to a qry, any number of times. Without either there is no answer. What it throws is the answer
 * of a handler that threw.
 */
export type FakeAnswer<QOut, AIn> = (
  query: QOut,
  reply: (answer: AIn) => void,
) => AIn | undefined | Promise<AIn | undefined>

/** The other end of the ports of a component under test. */
export class TestDesk {
  readonly #desk: Desk

  /** The kit's: call testComponent(). */
  constructor(desk: Desk) {
    this.#desk = desk
  }

  /**
   * Publishes to its sub ports; the message arrives when time passes.
   * @throws TestingError `no-such-port`; PortError `unencodable`, `too-large`.
   */
  publish<In, Out>(type: MessageType<In, Out>, value: NoInfer<In>): void {
    this.#desk.publish(type.name, value)
  }

  /**
   * What its pub ports sent so far, as a sub gets it; a message is there a millisecond after it was sent.
   * @throws TestingError `no-such-port`.
   */
  published<In, Out>(type: MessageType<In, Out>): readonly Out[] {
    // The port that heard them has checked them by this very type.
    return this.#desk.published(type.name) as readonly Out[]
  }

  /**
   * Answers its qry, req or clt ports from now on. Until then what they ask is rejected with `remote`.
   * @throws TestingError `no-such-port`.
   */
  answer<QIn, QOut, AIn, AOut>(
    query: MessageType<QIn, QOut>,
    answer: MessageType<AIn, AOut>,
    fake: FakeAnswer<QOut, NoInfer<AIn>>,
  ): void {
    // The port that takes the query has checked it by this very type.
    this.#desk.answer(`${query.name}#${answer.name}`, (asked, reply) => fake(asked as QOut, reply))
  }
}
