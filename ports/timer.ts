/**
 * tim: calls its handler at a period that does not drift. Tick k is due at start + k × period on the
 * monotonic clock; ticks that are missed because the handler or the machine was late are counted and skipped,
 * never bunched.
 */
import { OperationError } from './errors.js'
import { LONGEST_DELAY_MS } from './expiry.js'
import { Port } from './port.js'

/** A period: milliseconds, or a text as '10ms', '2.5s', '1min'. */
export type Period = number | string

export interface TimerOptions {
  /** Under this name instead of the field's. */
  readonly name?: string
}

export interface Tick {
  /** Milliseconds since 1970 at which the tick was due. */
  readonly due: number
  /** Ticks skipped since the one before. */
  readonly skipped: number
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, msec: 1, s: 1000, sec: 1000, min: 60_000 }
const PERIOD = /^(\d+(?:\.\d+)?)\s*(ms|msec|s|sec|min)$/

/** @throws OperationError `bad-option` for anything but 0.1 ms to 24 days. */
export function periodMs(period: Period): number {
  const ms = typeof period === 'string' ? msOf(period) : period
  if (ms >= 0.1 && ms <= LONGEST_DELAY_MS) return ms
  throw new OperationError(
    'bad-option',
    `a timer cannot have the period ${JSON.stringify(period)}; ` +
      "give milliseconds, or a text as '10ms', '2.5s' or '1min'",
  )
}

function msOf(text: string): number {
  const match = PERIOD.exec(text)
  return Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN)
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

  constructor(period: Period, handler: (tick: Tick) => unknown) {
    super([])
    this.#periodMs = periodMs(period)
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
    this.#periodMs = periodMs(period)
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

  /** Ticks no more until launch(), not even with a tick that waits for the component. */
  halt(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = undefined
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
