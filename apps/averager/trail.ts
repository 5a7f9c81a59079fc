/** The way that an estimate went since it was last shown, in a few values. */

/** Values kept; later ones then only replace the last. */
const KEPT_MAX = 1000
const SHOWN_MAX = 5
/** Steps smaller than this are none to look at. */
const STEP_MIN = 0.02

export class Trail {
  #values: number[] = []

  add(value: number): void {
    const last = this.#values.at(-1)
    if (last !== undefined && (Math.abs(value - last) < STEP_MIN || this.#values.length >= KEPT_MAX)) {
      this.#values.pop()
    }
    this.#values.push(value)
  }

  /** At most five values, the first and the last among them. The next trail begins with the last. */
  take(): number[] {
    const values = this.#values
    this.#values = values.slice(-1)
    if (values.length <= SHOWN_MAX) return values
    const gap = (values.length - 1) / (SHOWN_MAX - 1)
    return Array.from({ length: SHOWN_MAX }, (_, index) => values[Math.round(index * gap)] ?? 0)
  }
}
