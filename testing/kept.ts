/** The last things of a kind that came: a test that runs for long keeps no more of them. */
import { testingLimits } from './limits.js'

export class Kept<T> {
  #all: T[] = []

  /** In order. */
  get all(): readonly T[] {
    return this.#all
  }

  add(one: T): void {
    this.#all.push(one)
    // By halves: shifting a long list at each of them would be slow.
    if (this.#all.length > 2 * testingLimits.kept) this.#all = this.#all.slice(-testingLimits.kept)
  }
}
