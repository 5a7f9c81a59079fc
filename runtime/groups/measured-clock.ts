/**
 * How the clock of the group runs for a member: as its core measured it, or, where it leads or the leader is
 * on its host, exactly as its host's does.
 */
import type { ClockAd } from '../../discovery/index.js'
import type { ClockReading } from '../../groups/index.js'

export interface MeasuredClockOptions {
  /** The clock of the leader, where that is on this host, too: exactly. */
  here(): ClockAd | undefined
  /** Whether the member leads: then its own is the clock of the group. */
  isLeader(): boolean
  /** It is as this; undefined where it is not known any more. */
  read(reading: ClockReading | undefined): void
}

export class MeasuredClock {
  readonly #options: MeasuredClockOptions
  #measured: ClockReading | undefined
  /** The machine stood still since it was measured. */
  #stoodStill = false

  constructor(options: MeasuredClockOptions) {
    this.#options = options
  }

  /** As the core measured it last; undefined where it is not known. */
  get reading(): ClockReading | undefined {
    return this.#measured
  }

  /** The core tells of it. */
  measured(reading: ClockReading | undefined): void {
    this.#stoodStill = reading === undefined
    this.#measured = reading
  }

  /**
   * Reads it anew. What the leader tells may be of before the machine stood still: then it is to be measured
   * first.
   */
  read(): void {
    const { isLeader, here, read } = this.#options
    if (this.#stoodStill) {
      read(undefined)
      return
    }
    const exact = isLeader() ? this.#measured : here()
    // It is one clock, which does not drift from itself.
    if (exact) read({ ...exact, errorMs: 0, atMs: Number.POSITIVE_INFINITY })
    else if (this.#measured) read(this.#measured)
  }
}
