/** Holds the reading of a socket back until its turn has come. */
import type { Gate } from './reader.js'

export class Turn implements Gate {
  #isAwaited = false
  #waiting: (() => void)[] = []

  get full(): boolean {
    return this.#isAwaited
  }

  room(): Promise<void> {
    if (!this.#isAwaited) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  wait(): void {
    this.#isAwaited = true
  }

  come(): void {
    this.#isAwaited = false
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
