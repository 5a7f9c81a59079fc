/**
 * The turns of the event loop while time stands still. Promises and ticks of Node settle by themselves within
 * a turn; what setImmediate() puts off is counted, so that it is known when nothing is left to do at this
 * moment.
 */
import { TestingError } from '../errors.js'
import { testingLimits } from '../limits.js'

export class CountedTurns {
  readonly #setImmediate = globalThis.setImmediate
  readonly #clearImmediate = globalThis.clearImmediate
  readonly #waiting = new Set<NodeJS.Immediate>()

  /** Takes the place of setImmediate() and clearImmediate() until end(). */
  constructor() {
    const put = <Args extends unknown[]>(call: (...args: Args) => void, ...args: Args): NodeJS.Immediate => {
      const immediate = this.#setImmediate(() => {
        this.#waiting.delete(immediate)
        call(...args)
      })
      this.#waiting.add(immediate)
      return immediate
    }
    globalThis.setImmediate = Object.assign(put, this.#setImmediate)
    globalThis.clearImmediate = (immediate) => {
      if (immediate) this.#waiting.delete(immediate)
      this.#clearImmediate(immediate)
    }
  }

  /** Resolves when nothing is left to do at this moment. @throws TestingError `never-idle`. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < testingLimits.turnsPerMoment; turn++) {
      await new Promise<void>((resolve) => this.#setImmediate(resolve))
      if (this.#waiting.size === 0) return
    }
    const text = `in each of ${testingLimits.turnsPerMoment} turns of the event loop setImmediate() is called`
    throw new TestingError('never-idle', `${text}; wait with a timer instead, or use the real clock`)
  }

  end(): void {
    globalThis.setImmediate = this.#setImmediate
    globalThis.clearImmediate = this.#clearImmediate
  }
}
