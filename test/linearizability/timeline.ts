/**
 * Calls and returns of operations in the order of time, as a linked list from which an operation is lifted
 * when it has been placed, and put back in the same place when that was wrong (Wing and Gong, Lowe).
 */

/** An operation in time. One that ends when another begins overlaps it: neither is before the other. */
export interface Timed {
  readonly invokedAt: number
  /** `Infinity`: open. It may have taken place at any moment since, or never. */
  readonly endedAt: number
}

export interface TimelineEvent {
  /** Which operation. */
  readonly of: number
  readonly isCall: boolean
  next: TimelineEvent | undefined
  prev: TimelineEvent | undefined
}

export class Timeline {
  readonly #head: TimelineEvent = eventOf(-1, true)
  readonly #calls: readonly TimelineEvent[]
  readonly #returns: readonly (TimelineEvent | undefined)[]

  constructor(operations: readonly Timed[]) {
    this.#calls = operations.map((_, of) => eventOf(of, true))
    this.#returns = operations.map(({ endedAt }, of) =>
      endedAt === Number.POSITIVE_INFINITY ? undefined : eventOf(of, false),
    )
    const timed = operations.flatMap(({ invokedAt, endedAt }, of) => [
      ...placed(invokedAt, this.#calls[of]),
      ...placed(endedAt, this.#returns[of]),
    ])
    timed.sort((a, b) => a.at - b.at || Number(b.event.isCall) - Number(a.event.isCall))
    let last = this.#head
    for (const { event } of timed) {
      last.next = event
      event.prev = last
      last = event
    }
  }

  /** What is not lifted, the earliest. */
  get first(): TimelineEvent | undefined {
    return this.#head.next
  }

  /** What comes after the call of an operation. */
  after(of: number): TimelineEvent | undefined {
    return this.#calls[of]?.next
  }

  /** An operation is placed: its call and its return are gone. */
  lift(of: number): void {
    for (const event of [this.#calls[of], this.#returns[of]]) {
      if (!event?.prev) continue
      event.prev.next = event.next
      if (event.next) event.next.prev = event.prev
    }
  }

  /** Undoes the last lift() that is not undone. */
  putBack(of: number): void {
    for (const event of [this.#returns[of], this.#calls[of]]) {
      if (!event?.prev) continue
      event.prev.next = event
      if (event.next) event.next.prev = event
    }
  }

  /** Operations that may come next: called before any that is not lifted has returned. */
  get candidates(): readonly number[] {
    const found: number[] = []
    for (let event = this.first; event?.isCall; event = event.next) found.push(event.of)
    return found
  }
}

function placed(at: number, event: TimelineEvent | undefined) {
  return event ? [{ at, event }] : []
}

function eventOf(of: number, isCall: boolean): TimelineEvent {
  return { of, isCall, next: undefined, prev: undefined }
}
