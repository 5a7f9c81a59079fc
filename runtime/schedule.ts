/**
 * Which of the messages that wait for a component is handled next. Pure.
 *
 *   fifo       in the order in which they came
 *   rr         the ports in turn, in the order of their fields, on from the one that was served last
 *   priority   the port that stands first in the class comes first, each time
 *
 * What waits stands in lanes, each in its order. With `fifo` all ports share one; with the others each has
 * its own, with a bound of its own, so that one that is flooded holds no other back.
 */
import { portLimits, Queue } from '../ports/index.js'

/** In which order the messages that wait for a component are handled. */
export type Scheduler = 'fifo' | 'rr' | 'priority'

/** All that there are. */
export const schedulers: readonly Scheduler[] = ['fifo', 'rr', 'priority']

/** The lane that always comes first. */
export const FIRST_LANE = 0

/** What waits, in lanes. */
export class Schedule<T> {
  /** The lanes take turns; else the first of them that has anything comes first. */
  readonly #inTurn: boolean
  readonly #lanes: Queue<T>[] = []
  #size = 0
  /** The lane to be asked first. */
  #first = FIRST_LANE

  constructor(scheduler: Scheduler) {
    this.#inTurn = scheduler === 'rr'
  }

  get size(): number {
    return this.#size
  }

  push(item: T, lane: number): void {
    while (this.#lanes.length <= lane) this.#lanes.push(new Queue())
    this.#lanes[lane]?.push(item)
    this.#size++
  }

  shift(): T | undefined {
    const lane = this.#lanes[FIRST_LANE]?.size ? FIRST_LANE : this.#nextLane()
    if (lane === undefined) return undefined
    if (this.#inTurn && lane !== FIRST_LANE) this.#first = lane + 1
    this.#size--
    return this.#lanes[lane]?.shift()
  }

  /** No more should be put into this lane until some were taken. */
  isFull(lane: number): boolean {
    return (this.#lanes[lane]?.size ?? 0) >= portLimits.mailboxMessages
  }

  #nextLane(): number | undefined {
    const { length } = this.#lanes
    for (let i = 0; i < length; i++) {
      const lane = (this.#first + i) % length
      if (this.#lanes[lane]?.size) return lane
    }
    return undefined
  }
}
