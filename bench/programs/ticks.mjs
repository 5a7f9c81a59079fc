// Notes when ticks came, and tells the bench when there are enough.

import { now, tell } from './channel.mjs'

export class Ticks {
  #at = []
  #period = 0
  /** For each tick the number of its period. */
  #periods = []
  #ms
  #isTold = false

  constructor(ms) {
    this.#ms = ms
  }

  /** One more, now; `skipped` periods before it had none. */
  add(skipped = 0) {
    const at = now()
    this.#period += 1 + skipped
    this.#at.push(at)
    this.#periods.push(this.#period)
    if (at - this.#at[0] < this.#ms || this.#isTold) return
    this.#isTold = true
    tell({ type: 'ticked', at: this.#at, periods: this.#periods })
  }
}
