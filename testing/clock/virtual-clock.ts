/**
 * A clock that stands still unless the test lets it go on, for the whole process: setTimeout, setInterval,
 * Date and performance follow it. It goes from timer to timer, and between two of them lets everything settle
 * that they have begun; so an hour passes as fast as what happens in it can be computed, and always in the
 * same way. Code takes no time. What waits for the world outside (files, sockets, threads) is not waited for.
 */
import { syncBuiltinESMExports } from 'node:module'
import FakeTimers, { type Clock } from '@sinonjs/fake-timers'
import { TestingError } from '../errors.js'
import type { TestClock } from './clock.js'
import { CountedTurns } from './turns.js'

/** The moment at which every virtual clock starts. */
const START = Date.UTC(2026, 0, 1)
/** A process has run for a while when its code does. */
const UPTIME_MS = 1000

export class VirtualClock implements TestClock {
  readonly #clock: Clock
  readonly #turns: CountedTurns
  #isEnded = false

  /** @throws TestingError `clock-taken`. */
  constructor() {
    try {
      this.#clock = FakeTimers.install({
        now: START - UPTIME_MS,
        toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      })
    } catch (cause) {
      throw new TestingError(
        'clock-taken',
        'the virtual clock is in use; close() the network that holds it, or give this one the real clock',
        { cause },
      )
    }
    // For those that import setTimeout of node:timers/promises.
    syncBuiltinESMExports()
    this.#clock.tick(UPTIME_MS)
    this.#turns = new CountedTurns()
  }

  get nowMs(): number {
    return this.#clock.now - START
  }

  async advance(ms: number): Promise<void> {
    await this.until(() => false, ms)
  }

  async until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    let isDue = false
    let isOver = false
    await this.#turns.settle()
    let last = setTimeout(() => {
      isDue = true
    }, Math.ceil(withinMs))
    try {
      while (!isSo()) {
        if (isOver || this.#isEnded) return false
        this.#clock.next()
        await this.#turns.settle()
        if (!isDue) continue
        isDue = false
        // Once more at this moment, so that what else is due at it comes before the end.
        last = setTimeout(() => {
          isOver = true
        }, 0)
      }
      return true
    } finally {
      clearTimeout(last)
    }
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#turns.end()
    this.#clock.uninstall()
    syncBuiltinESMExports()
  }
}
