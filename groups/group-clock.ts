/**
 * The clock of a group: that of its leader, which each leader takes over from the one before as well as it
 * knows it. Members measure how far their own monotonic clock is from it: of the newest round trips the
 * shortest counts, for it can be off by no more than half of itself. A new formation has a new clock.
 */
import { groupLimits } from './limits.js'

/** One measurement. */
interface Sample {
  /** Group clock less own clock. */
  readonly offsetMs: number
  readonly sentMs: number
  readonly roundTripMs: number
}

/** How fast two quartz clocks of machines may run apart: the bound of the error, not of the safety rules. */
const DRIFT = 200e-6

export class GroupClock {
  #offsetMs: number | undefined
  #samples: Sample[] = []
  /** Own: leads. */
  #isOwn = false
  #inheritedErrorMs = 0
  /** The best of what was measured of the leader before. */
  #last: Sample | undefined
  /** What was asked before says nothing: clocks begin with 0, or the own one stood still since. */
  #sinceMs = 0

  /** Milliseconds since 1970 at about the beginning of the formation, and monotonic from there. */
  toGroupMs(monoMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : monoMs + this.#offsetMs
  }

  toLocalMs(groupMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : groupMs - this.#offsetMs
  }

  /** By how much it may be off the clock of the leader. */
  errorMs(monoMs: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined
    if (this.#isOwn) return this.#inheritedErrorMs
    const best = this.#best(monoMs)
    return best ? errorOf(best, monoMs) : undefined
  }

  /** Leads in a new formation: begins with the wall clock. */
  begin(monoMs: number, wallMs: number): void {
    this.#offsetMs = wallMs - monoMs
    this.#samples = []
    this.#isOwn = true
    this.#inheritedErrorMs = 0
  }

  /** Leads on: what it knows is the clock from now on. */
  takeOver(monoMs: number, wallMs: number): void {
    if (this.#offsetMs === undefined) this.begin(monoMs, wallMs)
    else if (!this.#isOwn) {
      const from = this.#best(monoMs) ?? this.#last
      this.#inheritedErrorMs = from ? errorOf(from, monoMs) : 0
      this.#isOwn = true
      this.#samples = []
    }
  }

  /** Follows another: what was measured holds until that one is. */
  follow(): void {
    // Which is the best does not change with time.
    this.#last = this.#best(0) ?? this.#last
    this.#isOwn = false
    this.#samples = []
  }

  /** The own clock stood still, nobody knows how long: that of the group is unknown until it is measured. */
  forget(monoMs: number): void {
    this.#offsetMs = undefined
    this.#samples = []
    this.#last = undefined
    this.#isOwn = false
    this.#sinceMs = monoMs
  }

  /** The leader's clock showed `groupMs` at some moment between two of the own one. */
  measured(sentMs: number, groupMs: number, nowMs: number): void {
    const roundTripMs = nowMs - sentMs
    if (roundTripMs < 0 || sentMs < this.#sinceMs) return
    const sample = { offsetMs: groupMs - sentMs - roundTripMs / 2, sentMs, roundTripMs }
    this.#samples = [...this.#samples, sample].slice(-groupLimits.clockSamples)
    this.#offsetMs = this.#best(nowMs)?.offsetMs
  }

  #best(monoMs: number): Sample | undefined {
    let best: Sample | undefined
    for (const sample of this.#samples) {
      if (!best || errorOf(sample, monoMs) <= errorOf(best, monoMs)) best = sample
    }
    return best
  }
}

function errorOf({ roundTripMs, sentMs }: Sample, monoMs: number): number {
  return roundTripMs / 2 + DRIFT * (monoMs - sentMs)
}
