/**
 * When to ask again. One question may get lost, and so may its answers, so it is repeated after 1, 3 and 9
 * seconds and then every 30. Answers go to all, so a question that another asked counts as asked here too: a
 * crowd asks no more often than one alone. Pure: time goes in, time comes out.
 */
const WAITS_MS = [1000, 2000, 6000]
const STEADY_WAIT_MS = 30_000
/** Part of a wait by which it is lengthened at random, that not all ask at once. */
const JITTER = 0.25

export class QuerySchedule {
  readonly #random: () => number
  #step = 0
  #askedAt = 0
  #waitMs = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
  }

  /** A question was just sent afresh: begins over. */
  restart(nowMs: number): void {
    this.#step = 0
    this.#next(nowMs)
  }

  /**
   * A question went over the network, from here or elsewhere. One that comes early in a wait is not counted.
   */
  heard(nowMs: number): void {
    if (nowMs - this.#askedAt >= this.#waitMs / 2) this.#next(nowMs)
  }

  /** When to ask next. */
  get dueAt(): number {
    return this.#askedAt + this.#waitMs
  }

  #next(nowMs: number): void {
    const waitMs = WAITS_MS[this.#step++] ?? STEADY_WAIT_MS
    this.#askedAt = nowMs
    this.#waitMs = waitMs * (1 + JITTER * this.#random())
  }
}
