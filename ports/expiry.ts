/** The longest delay that Node's timers know, some 24 days; a longer one would be over at once. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1

/** One timer for all that may expire on a port: a timer for each request would cost more than the request. */
export class Expiry {
  readonly #sweep: (nowMs: number) => number
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY

  /** @param sweep ends what is overdue, and says when the next is due: Infinity if nothing is left. */
  constructor(sweep: (nowMs: number) => number) {
    this.#sweep = sweep
  }

  /** Sees to it that a sweep comes when this is due; milliseconds of performance.now(). */
  watch(dueMs: number): void {
    if (dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#expire(), delayUntil(dueMs))
    this.#timer.unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#dueMs = Number.POSITIVE_INFINITY
  }

  #expire(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
    this.watch(this.#sweep(performance.now()))
  }
}

function delayUntil(dueMs: number): number {
  // A sweep that comes too early does no harm.
  return Math.min(LONGEST_DELAY_MS, Math.max(1, Math.ceil(dueMs - performance.now())))
}
