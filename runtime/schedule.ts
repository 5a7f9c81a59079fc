/**
 * Which of the messages that wait for a component is handled next. Pure.
 *
 *   fifo       in the order in which they came
 *   rr         the ports in turn, in the order of their fields, on from the one that was served last
 *   priority   the port that stands first in the class comes first, each time
 *
 * With `rr` and `priority` each port has a bound of its own, so that one that is flooded holds no other back.
 */
import { portLimits } from '../ports/index.js'

export type Scheduler = 'fifo' | 'rr' | 'priority'

export const schedulers: readonly Scheduler[] = ['fifo', 'rr', 'priority']

/** Items that wait, each of a lane: 0, which always comes first, or the place of its port in the class. */
export interface Schedule<T> {
  push(item: T, lane: number): void
  shift(): T | undefined
  readonly size: number
  /** No more may be put into this lane until some were taken. */
  isFull(lane: number): boolean
}

export function createSchedule<T>(scheduler: Scheduler): Schedule<T> {
  return scheduler === 'fifo' ? new Fifo() : new Lanes(scheduler === 'rr')
}

class Fifo<T> implements Schedule<T> {
  #items: (T | undefined)[] = []
  /** The first that still waits: shifting an array of many is slow. */
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    const item = this.#items[this.#head]
    if (this.#head === this.#items.length) return undefined
    this.#items[this.#head++] = undefined
    if (this.#head >= portLimits.mailboxMessages || this.#head === this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  isFull(): boolean {
    return this.size >= portLimits.mailboxMessages
  }
}

class Lanes<T> implements Schedule<T> {
  readonly #inTurn: boolean
  readonly #lanes: Fifo<T>[] = []
  #size = 0
  /** The lane to be asked first. */
  #first = 0

  constructor(inTurn: boolean) {
    this.#inTurn = inTurn
  }

  get size(): number {
    return this.#size
  }

  push(item: T, lane: number): void {
    while (this.#lanes.length <= lane) this.#lanes.push(new Fifo())
    this.#lanes[lane]?.push(item)
    this.#size++
  }

  shift(): T | undefined {
    const lane = this.#lanes[0]?.size ? 0 : this.#nextLane()
    if (lane === undefined) return undefined
    if (this.#inTurn && lane > 0) this.#first = lane + 1
    this.#size--
    return this.#lanes[lane]?.shift()
  }

  #nextLane(): number | undefined {
    const { length } = this.#lanes
    for (let i = 0; i < length; i++) {
      const lane = (this.#first + i) % length
      if (this.#lanes[lane]?.size) return lane
    }
    return undefined
  }

  isFull(lane: number): boolean {
    return this.#lanes[lane]?.isFull() ?? false
  }
}
