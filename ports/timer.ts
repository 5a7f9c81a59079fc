/**
 * tim: calls its handler at a period that does not drift. Tick k is due at start + k × period on the
 * monotonic clock; ticks that are missed because the handler or the machine was late are counted and skipped,
 * never bunched.
 */
import { type Period, periodMs } from './period.js'
import { Port, type PortOptions } from './port.js'

export type TimerOptions = PortOptions

export interface Tick {
  /** Milliseconds since 1970 at which the tick was due. */
  readonly due: number
  /** Ticks skipped since the one before. */
  readonly skipped: number
}

export class Timer extends Port {
  readonly kind = 'tim'
  readonly connected = 0
  readonly #handler: (tick: Tick) => unknown
  #periodMs: number
  #timer: NodeJS.Timeout | undefined
  #dueMs = 0
  #skipped = 0
  /** The tick that waits for the component. */
  #waiting: Tick | undefined
  #late = 0
  /** The tick that comes next is passed over. */
  #isCancelled = false

  constructor(period: Period, handler: (tick: Tick) => unknown, options: TimerOptions = {}) {
    super([], options)
    this.#periodMs = periodMs(period, 'the period of a timer')
    this.#handler = handler
  }

  override get carries(): string {
    return 'tick'
  }

  /** Ticks that were skipped because one waited for the component already, or the event loop was late. */
  get late(): number {
    return this.#late
  }

  /** Milliseconds. */
  get period(): number {
    return this.#periodMs
  }

  /** Takes effect from the next tick on. @throws OperationError `bad-option`. */
  setPeriod(period: Period): void {
    this.#periodMs = periodMs(period, 'the period of a timer')
  }

  get running(): boolean {
    return this.#timer !== undefined
  }

  /** Starts ticking, one period from now, unless it does already. */
  launch(): void {
    void this.environment
    if (this.#timer) return
    this.#dueMs = performance.now() + this.#periodMs
    this.#arm()
  }

  /** Passes over the next tick; those after it come as they would have. */
  cancel(): void {
    this.#isCancelled = this.running
  }

  /** Ticks no more until launch(), not even with a tick that waits for the component. */
  halt(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = undefined
    this.#isCancelled = false
  }

  protected async start(): Promise<void> {
    this.launch()
  }

  protected stop(): void {
    this.halt()
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
    if (this.#waiting) {
      this.#skip(1)
      return
    }
    const tick = { due: performance.timeOrigin + due + behind * this.#periodMs, skipped: this.#skipped }
    this.#waiting = tick
    this.#skipped = 0
    this.environment.turns.run(this, this.#handle, tick, undefined)
  }

  #skip(ticks: number): void {
    this.#late += ticks
    this.#skipped += ticks
  }

  readonly #handle = (tick: Tick): unknown => {
    if (tick !== this.#waiting) return undefined
    this.#waiting = undefined
    this.stats.received++
    return this.#handler(tick)
  }
}
