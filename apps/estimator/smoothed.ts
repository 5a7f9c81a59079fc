/** Noisy values of several sources, each smoothed by itself, and the mean of them. */

/** How much of a new value counts; the rest is what was known before. */
const GAIN = 0.1

export class Smoothed {
  readonly #values = new Map<string, number>()

  add(source: string, value: number): void {
    const before = this.#values.get(source) ?? value
    this.#values.set(source, before + GAIN * (value - before))
  }

  forget(source: string): void {
    this.#values.delete(source)
  }

  get size(): number {
    return this.#values.size
  }

  /** NaN where there are no sources. */
  get mean(): number {
    let sum = 0
    for (const value of this.#values.values()) sum += value
    return sum / this.#values.size
  }
}
