/**
 * When a component is told of the group clock: where it is another, better known, or not known any more, and
 * now and then.
 */
import { isSameBallot } from '../ballot.js'
import type { GroupClock } from '../group-clock.js'
import type { ClockReading } from '../link.js'
import { driverLimits } from './limits.js'

/** What is to be told: undefined where the clock is not known any more. */
export interface ClockNew {
  readonly reading: ClockReading | undefined
}

export class ClockNews {
  #told: ClockReading | undefined

  /** What is to be told now, if anything. */
  of(clock: GroupClock, atMs: number): ClockNew | undefined {
    const reading = readingOf(clock, atMs)
    if (reading ? !this.#isNews(reading) : !this.#told) return undefined
    this.#told = reading
    return { reading }
  }

  #isNews({ begun, offsetMs, errorMs, atMs }: ClockReading): boolean {
    const told = this.#told
    if (!told || !isSameBallot(begun, told.begun)) return true
    const isOther = Math.abs(offsetMs - told.offsetMs) > driverLimits.clockStepMs
    const isBetter = errorMs < told.errorMs && errorMs <= told.errorMs / 2 - 1e-9
    const isUnmeasured = told.errorMs < errorMs && !Number.isFinite(errorMs)
    return isOther || isBetter || isUnmeasured || atMs - told.atMs >= driverLimits.clockMs
  }
}

/** What is known of the clock; undefined where it is not: the own one stood still, or none began. */
function readingOf(clock: GroupClock, atMs: number): ClockReading | undefined {
  const offsetMs = clock.toGroupMs(0)
  const { begun } = clock
  if (offsetMs === undefined || !begun) return undefined
  const errorMs = clock.errorMs(atMs) ?? Number.POSITIVE_INFINITY
  return { begun, offsetMs, errorMs, atMs }
}
