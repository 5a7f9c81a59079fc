/**
 * tim: calls its handler at a period that does not drift. Tick k is due at start + k × period on the
 * monotonic clock; ticks that are missed because the handler or the machine was late are counted and skipped,
 * never bunched.
 */
import { PendingTick } from './pending-tick.js'
import { type Period, periodMs, type WrittenPeriod } from './period.js'
import { Port, type PortEnvironment, type PortOptions, type PortScope } from './port.js'
import { wallTime } from './wall-time.js'

/** Options of a timer. */
export type TimerOptions = Pick<PortOptions, 'name' | 'deadline'>

/** One tick of a timer. */
export interface Tick {
  /** Milliseconds since 1970 at which the tick was due. */
  readonly due: number
  /** Ticks skipped since the one before. */
  readonly skipped: number
}

/** A port that ticks at a period without drift: `Component.timer()`. */
export class Timer extends Port {
  readonly kind = 'tim'
  readonly connected = 0
  readonly #pending: PendingTick
  #periodMs: number
  #timer: NodeJS.Timeout | undefined
  /** launch() was called, and halt() not since. */
  #isLaunched = false
  /** The component has been activated: only then does time count. */
  #isActive = false
  #dueMs = 0
  #skipped = 0
  /** The tick that comes next is passed over. */
  #isCancelled = false

  constructor(period: Period, handler: (tick: Tick) => unknown, options: TimerOptions = {}) {
    super([], options)
    this.#periodMs = periodMs(period, 'the period of a timer')
    this.#pending = new PendingTick(this, handler)
  }

  override get carries(): string {
    return 'tick'
  }

  override get scope(): PortScope {
    return 'internal'
  }

  /**
   * Ticks that were skipped because one waited for the component already, or the event loop was late; also
   * `stats.late`.
   */
  get late(): number {
    return this.stats.late
  }

  /** Milliseconds. */
  get period(): number {
    return this.#periodMs
  }

  /** Takes effect from the next tick on. @throws OperationError `bad-option`. */
  setPeriod<P extends Period>(period: WrittenPeriod<P>): void {
    this.#periodMs = periodMs(period, 'the period of a timer')
  }

  /** It ticks, or will when onActivate has ended. */
  get running(): boolean {
    return this.#isLaunched
  }

  /** Starts ticking, one period from now or from the end of onActivate, unless it does already. */
  launch(): void {
    void this.environment
    if (this.#isLaunched) return
    this.#isLaunched = true
    if (this.#isActive) this.#begin()
  }

  /**
   * Passes over the next call of the handler: for the tick that waits for the component, if one does, else
   * for the one to come. Those after it come as they would have.
   */
  cancel(): void {
    const waited = this.#pending.drop()
    if (waited) this.#skipped += waited.skipped
    else this.#isCancelled = this.running
  }

  /** Ticks no more until launch(), not even with a tick that waits for the component. */
  halt(): void {
    clearTimeout(this.#timer)
    this.#isLaunched = false
    this.#pending.drop()
    this.#isCancelled = false
  }

  override async open(environment: PortEnvironment): Promise<void> {
    await super.open(environment)
    // Not within this turn of the event loop: what the component does first is its onActivate.
    setImmediate(() => environment.turns.run(this, () => this.#activate(), undefined, undefined))
  }

  protected async start(): Promise<void> {
    this.launch()
  }

  protected stop(): void {
    this.halt()
  }

  #activate(): void {
    if (!this.isOpen) return
    this.#isActive = true
    if (this.#isLaunched) this.#begin()
  }

  #begin(): void {
    this.#dueMs = performance.now() + this.#periodMs
    this.#arm()
  }

  #arm(): void {
    // Node rounds to whole milliseconds and may be early by a part of one; due() then waits for the rest.
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, this.#dueMs - performance.now()))
  }

  #fire(): void {
    const now = performance.now()
    if (now < this.#dueMs) {
      this.#arm()
      return
    }
    const due = this.#dueMs
    const behind = Math.floor((now - due) / this.#periodMs)
    this.#skip(behind)
    this.#dueMs = due + (behind + 1) * this.#periodMs
    this.#arm()
    if (this.#isCancelled) {
      this.#isCancelled = false
      return
    }
    if (this.#pending.isThere) {
      this.#skip(1)
      return
    }
    const tick = { due: wallTime(due + behind * this.#periodMs), skipped: this.#skipped }
    this.#skipped = 0
    this.#pending.put(tick, this.environment.turns)
  }

  #skip(ticks: number): void {
    this.stats.late += ticks
    this.#skipped += ticks
  }
}
