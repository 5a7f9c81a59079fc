/**
 * How old what is known of a group is, at most. The clocks of two networks may differ by anything, so no
 * time is ever sent: this end numbers questions, and remembers when it asked each. What comes as the answer
 * to one was seen after that, by as much as it was held there.
 *
 *     here   ask 7 ─────────────────────────────── sight, 7, held for 40 ms
 *     there         7 came ──── 40 ms ──── seen, sent
 *                               so seen not before ask 7 + 40 ms
 */
import { bridgeLimits } from './limits.js'

export class ReportAge {
  readonly #askedMs = new Map<number, number>()
  #last = 0
  #seenMs = Number.NEGATIVE_INFINITY

  /** The number of the next question, which is asked now. */
  ask(nowMs: number): number {
    this.#last++
    this.#askedMs.set(this.#last, nowMs)
    this.#askedMs.delete(this.#last - bridgeLimits.beats)
    return this.#last
  }

  /** A sight came. False where it answers no question that was asked: nothing is known of its age. */
  seen(beat: number, heldMs: number, nowMs: number): boolean {
    const askedMs = this.#askedMs.get(beat)
    if (askedMs === undefined || !(heldMs >= 0)) return false
    // More than it can have been held is a lie, and makes nothing younger than it is known to be.
    this.#seenMs = Math.max(this.#seenMs, Math.min(askedMs + heldMs, nowMs))
    return true
  }

  /** At most so many milliseconds; Infinity before the first. */
  ageMs(nowMs: number): number {
    return nowMs - this.#seenMs
  }
}
