/** The group clock as a component reads it: that of the leader, as well as this host knows it. */
import { GroupError } from '../../groups/index.js'

/** A clock that all members of a group share: milliseconds since 1970, about. */
export interface GroupClock {
  /**
   * False before the first leader; after the machine stood still, until the clock is measured again; and
   * after the component left the group.
   */
  readonly isKnown: boolean
  /**
   * By how many milliseconds it may be off that of the leader: 0 where this member leads. Infinity while it
   * is not known.
   */
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
  #wasKnown = false
  #isClosed = false
  #lastMs = Number.NEGATIVE_INFINITY

  /** @param nowMs of the host's monotonic clock. */
  constructor(what: string, nowMs: () => number) {
    this.#what = what
    this.#nowMs = nowMs
  }

  /** @param reading undefined where it is not known any more. */
  set(reading: ClockReading | undefined): void {
    if (this.#isClosed) return
    this.#reading = reading
    this.#wasKnown ||= reading !== undefined
  }

  /** It is read no more: the component left the group. */
  close(): void {
    this.#reading = undefined
    this.#isClosed = true
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
      const why = this.#wasKnown ? 'this machine stood still' : 'it has had no leader yet'
      const text = `the clock of ${this.#what} is not known: ${this.#isClosed ? 'it was left' : why}`
      throw new GroupError('no-clock', `${text}; ask clock.isKnown first`)
    }
    this.#lastMs = Math.max(this.#lastMs, this.#nowMs() + reading.offsetMs)
    return this.#lastMs
  }

  /** By the host's clock; undefined while the clock is not known. */
  toHostMs(groupMs: number): number | undefined {
    return this.#reading && groupMs - this.#reading.offsetMs
  }
}
