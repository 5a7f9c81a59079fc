/**
 * The turns of the event loop while time stands still. Promises and ticks of Node settle by themselves within
 * a turn; what setImmediate() puts off is counted, wherever it is imported from, so that it is known when
 * nothing is left to do at this moment.
 */
import timers from 'node:timers'
import promised from 'node:timers/promises'
import { TestingError } from '../errors.js'
import { testingLimits } from '../limits.js'
import type { Replaced } from './replaced.js'

export class CountedTurns {
  readonly #setImmediate = globalThis.setImmediate
  readonly #waiting = new Set<object>()

  /** Takes the place of setImmediate(), clearImmediate() and what Node makes of them. */
  constructor(replaced: Replaced) {
    const { setImmediate, clearImmediate } = globalThis
    const promise = promised.setImmediate
    const counted: typeof promised.setImmediate = (value, options) => {
      const turn = promise(value, options)
      this.#waiting.add(turn)
      const done = (): void => void this.#waiting.delete(turn)
      turn.then(done, done)
      return turn
    }
    replaced.put(promised, 'setImmediate', counted)
    replaced.put(promised.scheduler, 'yield', () => counted())
    const put = <Args extends unknown[]>(call: (...args: Args) => void, ...args: Args): NodeJS.Immediate => {
      const immediate = setImmediate(() => {
        this.#waiting.delete(immediate)
        call(...args)
      })
      this.#waiting.add(immediate)
      return immediate
    }
    const clear: typeof clearImmediate = (immediate) => {
      if (immediate) this.#waiting.delete(immediate)
      clearImmediate(immediate)
    }
    for (const owner of [globalThis, timers]) {
      // With what promisify() makes of it, which is the promised one.
      replaced.put(owner, 'setImmediate', Object.assign(put, setImmediate))
      replaced.put(owner, 'clearImmediate', clear)
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
}
