/**
 * A clock that stands still unless the test lets it go on, for the whole process: setTimeout, setInterval,
 * Date and performance follow it. It goes from timer to timer, and between two of them lets everything settle
 * that they have begun; so an hour passes as fast as what happens in it can be computed, and always in the
 * same way. Code takes no time. What waits for the world outside (files, sockets, threads) is not waited for.
 */
import promised from 'node:timers/promises'
import { promisify } from 'node:util'
import FakeTimers, { type Clock } from '@sinonjs/fake-timers'
import { TestingError } from '../errors.js'
import type { TestClock } from './clock.js'
import { Replaced } from './replaced.js'
import { CountedTurns } from './turns.js'

/** The moment at which every virtual clock starts. */
const START = Date.UTC(2026, 0, 1)
/** A process has run for a while when its code does. */
const UPTIME_MS = 1000

/** Somebody who lets time pass. */
interface Waiter {
  readonly isSo: () => boolean
  resolve(isSo: boolean): void
  reject(error: unknown): void
  /** How far the time has passed that it waits at most. */
  progress: 'waits' | 'due' | 'over'
  timer: ReturnType<Clock['setTimeout']> | undefined
}

export class VirtualClock implements TestClock {
  readonly #clock: Clock
  readonly #turns: CountedTurns
  readonly #replaced = new Replaced()
  /** As setTimeout(), at this very moment, too. */
  readonly #after: Clock['setTimeout']
  readonly #waiters = new Set<Waiter>()
  #isGoing = false
  #isEnded = false

  /** @throws TestingError `clock-taken`. */
  constructor() {
    try {
      this.#clock = FakeTimers.install({
        now: START - UPTIME_MS,
        // Those of a network with the real clock that was closed before.
        shouldClearNativeTimers: true,
        toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      })
    } catch (cause) {
      throw new TestingError(
        'clock-taken',
        'the virtual clock is in use; close() the network that holds it, or give this one the real clock',
        { cause },
      )
    }
    this.#after = this.#clock.setTimeout
    this.#waitAsNode()
    this.#turns = new CountedTurns(this.#replaced)
    this.#replaced.publish()
    this.#clock.tick(UPTIME_MS)
  }

  /**
   * A wait of less than a millisecond is one of a millisecond, as Node's: so what is begun at a moment is due
   * at a later one, and no moment is endless.
   */
  #waitAsNode(): void {
    const { setTimeout, setInterval } = this.#clock
    // With their members, by which they are uninstalled.
    this.#clock.setTimeout = Object.assign<Clock['setTimeout'], object>(
      (call, ms, ...args) => setTimeout(call, asNode(ms), ...args),
      setTimeout,
    )
    this.#clock.setInterval = Object.assign<Clock['setInterval'], object>(
      (call, ms, ...args) => setInterval(call, asNode(ms), ...args),
      setInterval,
    )
    const sleep = promised.setTimeout
    Object.defineProperty(globalThis.setTimeout, promisify.custom, { value: sleep })
    this.#replaced.put(promised.scheduler, 'wait', (ms, options) => sleep(ms, undefined, options))
  }

  get nowMs(): number {
    return this.#clock.now - START
  }

  async advance(ms: number): Promise<void> {
    await this.until(() => false, ms)
  }

  until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { isSo, resolve, reject, progress: 'waits', timer: undefined }
      waiter.timer = this.#after(() => {
        waiter.progress = 'due'
      }, Math.ceil(withinMs))
      this.#waiters.add(waiter)
      if (!this.#isGoing) void this.#go()
    })
  }

  /** At this moment, and after all else that is due at it. */
  #endSoon(waiter: Waiter): void {
    waiter.progress = 'waits'
    waiter.timer = this.#after(() => {
      waiter.progress = 'over'
    }, 0)
  }

  /** Goes on while somebody waits. Never rejects. */
  async #go(): Promise<void> {
    this.#isGoing = true
    try {
      for (;;) {
        await this.#turns.settle()
        // What they do who have waited enough, they do at this moment.
        if (this.#release()) continue
        if (this.#waiters.size === 0) break
        this.#clock.next()
      }
    } catch (error) {
      for (const waiter of this.#waiters) this.#leave(waiter).reject(error)
    }
    this.#isGoing = false
  }

  /** True where somebody waits no longer. */
  #release(): boolean {
    const before = this.#waiters.size
    for (const waiter of this.#waiters) {
      try {
        const isSo = waiter.isSo()
        if (isSo || waiter.progress === 'over' || this.#isEnded) this.#leave(waiter).resolve(isSo)
        else if (waiter.progress === 'due') this.#endSoon(waiter)
      } catch (error) {
        this.#leave(waiter).reject(error)
      }
    }
    return this.#waiters.size < before
  }

  #leave(waiter: Waiter): Waiter {
    this.#waiters.delete(waiter)
    this.#clock.clearTimeout(waiter.timer)
    return waiter
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#clock.uninstall()
    this.#replaced.end()
  }
}

function asNode(ms: unknown): number {
  return Math.max(1, Number(ms) || 1)
}
