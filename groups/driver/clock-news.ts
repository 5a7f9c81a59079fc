/**
 * When a component is told of the group clock: where it is another, better known, or not known any more, and
 * now and then.
 */
import type { GroupClock } from '../group-clock.js'
import { driverLimits } from './limits.js'

export interface ClockReading {
  /** The group clock less the host's. */
  readonly offsetMs: number
  /** Infinity where the clock is not known any more. */
  readonly errorMs: number
  readonly atMs: number
}

export class ClockNews {
  #told: ClockReading | undefined

  /** What is to be told now, if anything. */
  of(clock: GroupClock, atMs: number): ClockReading | undefined {
    const offsetMs = clock.toGroupMs(0)
    if (offsetMs === undefined) return this.#forgotten(atMs)
    // One that follows a leader anew has not measured its clock yet.
    const errorMs = clock.errorMs(atMs) ?? this.#told?.errorMs ?? 0
    const reading = { offsetMs, errorMs, atMs }
    if (!this.#isNews(reading)) return undefined
    this.#told = reading
    return reading
  }

  /** The own clock stood still: what was told goes for nothing, until it is measured. */
  #forgotten(atMs: number): ClockReading | undefined {
    if (!this.#told) return undefined
    const { offsetMs } = this.#told
    this.#told = undefined
    return { offsetMs, errorMs: Number.POSITIVE_INFINITY, atMs }
  }

  #isNews({ offsetMs, errorMs, atMs }: ClockReading): boolean {
    const told = this.#told
    if (!told) return true
    const isOther = Math.abs(offsetMs - told.offsetMs) > driverLimits.clockStepMs
    return isOther || errorMs <= told.errorMs / 2 - 1e-9 || atMs - told.atMs >= driverLimits.clockMs
  }
}
