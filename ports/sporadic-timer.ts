/** tim, sporadic: one tick for each launch, a delay after it. */
import { OperationError } from './errors.js'
import { LONGEST_DELAY_MS } from './expiry.js'
import { PendingTick } from './pending-tick.js'
import { type Period, periodMs, type WrittenPeriod } from './period.js'
import { Port, type PortScope } from './port.js'
import type { Tick, TimerOptions } from './timer.js'
import { wallTime } from './wall-time.js'

/** A timer that ticks once for each `launch()`: `Component.timer('sporadic', …)`. */
export class SporadicTimer extends Port {
  readonly kind = 'tim'
  readonly connected = 0
  readonly #pending: PendingTick
  #delayMs: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(handler: (tick: Tick) => unknown, options: TimerOptions = {}) {
    super([], options)
    this.#pending = new PendingTick(this, handler)
  }

  override get carries(): string {
    return 'tick'
  }

  override get scope(): PortScope {
    return 'internal'
  }

  /** Milliseconds; undefined before the first setDelay(). */
  get delay(): number | undefined {
    return this.#delayMs
  }

  /** From the next launch on. @throws OperationError `bad-option`. */
  setDelay<P extends Period>(delay: WrittenPeriod<P>): void {
    this.#delayMs = periodMs(delay, `the delay of ${this.path}`)
  }

  /** A tick is to come. */
  get running(): boolean {
    return this.#timer !== undefined
  }

  /**
   * Ticks once, a delay from now; a tick that is still to come is put off. @throws OperationError
   * `bad-option` where no delay was given, `not-open`.
   */
  launch<P extends Period>(delay?: WrittenPeriod<P>): void {
    this.mustBeOpen()
    if (delay !== undefined) this.setDelay(delay)
    const delayMs = this.#delayMs
    if (delayMs === undefined) {
      throw new OperationError(
        'bad-option',
        `${this.path} has no delay; give launch() one, or setDelay() before`,
      )
    }
    this.cancel()
    this.#wait(performance.now() + delayMs)
  }

  /** The tick that is to come does not; not even one that waits for the component. */
  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#pending.drop()
  }

  /** The same as cancel(): a sporadic timer has nothing else to stop. */
  halt(): void {
    this.cancel()
  }

  protected async start(): Promise<void> {}

  protected stop(): void {
    this.cancel()
  }

  #wait(dueMs: number): void {
    // Node may be early by a part of a millisecond.
    const wait = Math.min(Math.max(0, dueMs - performance.now()), LONGEST_DELAY_MS)
    this.#timer = setTimeout(() => {
      if (performance.now() < dueMs) this.#wait(dueMs)
      else this.#fire(dueMs)
    }, wait)
  }

  #fire(dueMs: number): void {
    this.#timer = undefined
    const tick = { due: wallTime(dueMs), skipped: 0 }
    this.#pending.put(tick, this.environment.turns)
  }
}
