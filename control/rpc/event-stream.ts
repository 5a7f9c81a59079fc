/** What came in, for one who iterates over it at leisure: bounded, the oldest goes first. */
import { Queue } from '../../ports/index.js'
import { rpcLimits } from './limits.js'

/** What came in, one after another, for one who iterates over it. */
export class EventStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #ended: (stream: EventStream<T>) => void
  readonly #kept = new Queue<T>()
  readonly #waiting: ((result: IteratorResult<T, undefined>) => void)[] = []
  #isOver = false
  #dropped = 0

  /** @param ended told when nobody iterates any more */
  constructor(ended: (stream: EventStream<T>) => void) {
    this.#ended = ended
  }

  /** How many were dropped, because nobody took them. */
  get dropped(): number {
    return this.#dropped
  }

  /** The client's: one more came. */
  push(item: T): void {
    if (this.#isOver) return
    const next = this.#waiting.shift()
    if (next) {
      next({ done: false, value: item })
      return
    }
    if (this.#kept.size >= rpcLimits.keptEvents) {
      this.#kept.shift()
      this.#dropped++
    }
    this.#kept.push(item)
  }

  /** What is kept can still be read. */
  end(): void {
    this.#isOver = true
    for (const next of this.#waiting.splice(0)) next({ done: true, value: undefined })
  }

  /** The next one; done when the client was closed and nothing is kept. */
  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#kept.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Ends it: nothing is kept any more. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    while (this.#kept.size > 0) this.#kept.shift()
    this.#ended(this)
    return Promise.resolve({ done: true, value: undefined })
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this
  }
}
