/** When a component is told of the group clock: where it is another, or better known, and now and then. */
import type { GroupClock } from '../group-clock.js'
import { driverLimits } from './limits.js'

export interface ClockReading {
  /** The group clock less the host's. */
  readonly offsetMs: number
  readonly errorMs: number
  readonly atMs: number
}

export class ClockNews {
  #told: ClockReading | undefined

  /** What is to be told now, if anything. */
  of(clock: GroupClock, atMs: number): ClockReading | undefined {
    const offsetMs = clock.toGroupMs(0)
    if (offsetMs === undefined) return undefined
    // One that follows a leader anew has not measured its clock yet.
    const errorMs = clock.errorMs(atMs) ?? this.#told?.errorMs ?? 0
    const reading = { offsetMs, errorMs, atMs }
    if (!this.#isNews(reading)) return undefined
    this.#told = reading
    return reading
  }

  #isNews({ offsetMs, errorMs, atMs }: ClockReading): boolean {
    const told = this.#told
    if (!told) return true
    const isOther = Math.abs(offsetMs - told.offsetMs) > driverLimits.clockStepMs
    return isOther || errorMs <= told.errorMs / 2 - 1e-9 || atMs - told.atMs >= driverLimits.clockMs
  }
}
