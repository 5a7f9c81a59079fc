/** The group clock as a component reads it: that of the leader, as well as this host knows it. */
import { type ClockReading, compareBallots, GroupError, type GroupMoment } from '../../groups/index.js'

/** A clock that all members of a group share: milliseconds since 1970, about. */
export interface GroupClock {
  /**
   * False before the first leader; after the machine stood still, until the clock is measured again; and
   * after the component left the group.
   */
  readonly isKnown: boolean
  /**
   * By how many milliseconds it may be off that of the leader: 0 where this member leads. Infinity while it
   * is not known, and from when another leads until that one's is measured, a round trip later.
   */
  readonly error: number
  /**
   * Milliseconds, with parts of one. It never steps back: where a new leader's is behind, it stands still for
   * as long. @throws GroupError `no-clock`
   */
  now(): number
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

  /** A time by this clock, with its name; undefined while it is not known. */
  moment(groupMs: number): GroupMoment | undefined {
    return this.#reading && { ms: groupMs, clock: this.#reading.begun }
  }

  /** By the host's clock; undefined while the clock of the moment is not known. */
  toHostMs({ ms, clock }: GroupMoment): number | undefined {
    const reading = this.#reading
    return reading && compareBallots(clock, reading.begun) === 0 ? ms - reading.offsetMs : undefined
  }

  /** Whether a moment has passed. One by a clock before this has, whenever it was. */
  hasPassed(moment: GroupMoment): boolean {
    const hostMs = this.toHostMs(moment)
    return hostMs === undefined ? this.hasReplaced(moment) : this.#nowMs() > hostMs
  }

  /** Whether a moment is by a clock in whose place this one came. */
  hasReplaced({ clock }: GroupMoment): boolean {
    return this.#reading !== undefined && compareBallots(clock, this.#reading.begun) < 0
  }
}
