/**
 * How much of streams may be under way at once. What is sent beyond that which the way takes only waits in
 * it, and a request that comes later waits behind it: so it is as much as keeps the way busy. Like a driver
 * who keeps a distance: acknowledgements that come later than ever mean a queue ahead.
 */
import { sessionLimits } from './limits.js'

export class Pace {
  readonly #most: number
  #bytes: number
  /** The shortest time to an acknowledgement, and when it was last the shortest: ways change. */
  #bestMs = Number.POSITIVE_INFINITY
  #bestAt = 0

  /** @param most bytes that it never exceeds */
  constructor(most: number) {
    this.#most = most
    this.#bytes = Math.min(most, 2 * sessionLimits.paceBytes)
  }

  /** So many bytes may be under way. */
  get bytes(): number {
    return this.#bytes
  }

  /** @param isFull whether as much was under way as might be: only then it is known that more goes through */
  acknowledged(tookMs: number, isFull: boolean, nowMs: number): void {
    const { chunkBytes, paceBytes, paceMs, paceForgetMs } = sessionLimits
    const isOld = nowMs - this.#bestAt > paceForgetMs
    // What waits in the way is not to be taken for the way: it runs empty before it is measured anew.
    if (isOld && this.#bestMs < tookMs) this.#bytes = 2 * chunkBytes
    if (isOld || tookMs <= this.#bestMs) {
      this.#bestMs = tookMs
      this.#bestAt = nowMs
    }
    const goal = this.#bestMs + paceMs
    if (tookMs > goal) this.#bytes = Math.max(paceBytes, this.#bytes * Math.max(0.5, goal / tookMs))
    else if (isFull) this.#bytes = Math.min(this.#most, this.#bytes * 1.5)
  }
}
