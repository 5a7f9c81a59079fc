/** So many times a second, whatever the ticks of the timer that asks. */

/** Owed at most by one look, however long nobody looked: more would be a burst that nobody asked for. */
const BURST_MAX = 1000

export class Pace {
  readonly #perSecond: number
  #fromMs: number
  #done = 0

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#fromMs = nowMs
  }

  /** How many are due since the last look. The first is due at once. */
  due(nowMs: number): number {
    const all = Math.floor(((nowMs - this.#fromMs) * this.#perSecond) / 1000) + 1
    const owed = all - this.#done
    if (owed > BURST_MAX) {
      this.#fromMs = nowMs
      this.#done = 1
      return 1
    }
    this.#done = all
    return owed
  }
}
