/** The group clock as a component reads it: that of the leader, as well as this host knows it. */
import { GroupError } from '../../groups/index.js'

/** A clock that all members of a group share: milliseconds since 1970, about. */
export interface GroupClock {
  /** False before the first leader. */
  readonly isKnown: boolean
  /** By how many milliseconds it may be off that of the leader. Infinity while it is not known. */
  readonly error: number
  /**
   * Milliseconds, with parts of one. It never steps back: where a new leader's is behind, it stands still for
   * as long. @throws GroupError `no-clock`
   */
  now(): number
}

/** Group clock less the host's, as it was measured last. */
export interface ClockReading {
  readonly offsetMs: number
  readonly errorMs: number
  readonly atMs: number
}

/** How fast two clocks of machines may run apart. */
const DRIFT = 200e-6

export class SharedClock implements GroupClock {
  readonly #what: string
  readonly #nowMs: () => number
  #reading: ClockReading | undefined
  #lastMs = Number.NEGATIVE_INFINITY

  /** @param nowMs of the host's monotonic clock. */
  constructor(what: string, nowMs: () => number) {
    this.#what = what
    this.#nowMs = nowMs
  }

  set(reading: ClockReading): void {
    this.#reading = reading
  }

  get isKnown(): boolean {
    return this.#reading !== undefined
  }

  get error(): number {
    const reading = this.#reading
    if (!reading) return Number.POSITIVE_INFINITY
    return reading.errorMs + DRIFT * Math.max(0, this.#nowMs() - reading.atMs)
  }

  now(): number {
    const reading = this.#reading
    if (!reading) {
      throw new GroupError(
        'no-clock',
        `${this.#what} has had no leader yet, so no clock; ask clock.isKnown first`,
      )
    }
    this.#lastMs = Math.max(this.#lastMs, this.#nowMs() + reading.offsetMs)
    return this.#lastMs
  }

  /** By the host's clock; undefined while the clock is not known. */
  toHostMs(groupMs: number): number | undefined {
    return this.#reading && groupMs - this.#reading.offsetMs
  }
}
