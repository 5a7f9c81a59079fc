/**
 * The clock of a group: that of its leader, which each leader takes over from the one before as well as it
 * knows it. Members measure how far their own monotonic clock is from it: of the newest round trips the
 * shortest counts, for it can be off by no more than half of itself. A new formation has a new clock, and so
 * has a leader that does not know the one before. A clock has a name, so that no moment is taken for one of
 * another clock: the ballot in which it began. The log says which one it is by (`Log.clock`).
 */
import { type Ballot, compareBallots, isSameBallot } from './ballot.js'
import { groupLimits } from './limits.js'

/** A moment by a group clock. */
export interface GroupMoment {
  readonly ms: number
  /** The ballot in which that clock began. */
  readonly clock: Ballot
}

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
  #begun: Ballot | undefined
  #samples: Sample[] = []
  /** Own: leads. */
  #isOwn = false
  /** What was asked before says nothing: clocks begin with 0, or the own one stood still since. */
  #sinceMs = 0

  /** The ballot in which it began; undefined where it is not known. */
  get begun(): Ballot | undefined {
    return this.#begun
  }

  /** Whether it is known, and is the one that began in a ballot. */
  isOf(ballot: Ballot): boolean {
    return this.#begun !== undefined && isSameBallot(this.#begun, ballot)
  }

  /** Milliseconds since 1970 at about the beginning of the clock, and monotonic from there. */
  toGroupMs(monoMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : monoMs + this.#offsetMs
  }

  /** What it shows, with its name. */
  moment(monoMs: number): GroupMoment | undefined {
    const ms = this.toGroupMs(monoMs)
    return ms !== undefined && this.#begun ? { ms, clock: this.#begun } : undefined
  }

  toLocalMs(groupMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : groupMs - this.#offsetMs
  }

  /** Whether a moment has passed. One by a clock before this has, whenever it was. */
  hasPassed({ ms, clock }: GroupMoment, monoMs: number): boolean {
    const now = this.moment(monoMs)
    if (!now) return false
    const order = compareBallots(clock, now.clock)
    return order === 0 ? now.ms > ms : order < 0
  }

  /** By how much it may be off the clock of the leader; undefined where that is not measured yet. */
  errorMs(monoMs: number): number | undefined {
    if (this.#offsetMs === undefined) return undefined
    if (this.#isOwn) return 0
    const best = this.#best(monoMs)
    return best ? errorOf(best, monoMs) : undefined
  }

  /** Leads, and begins a new one with the wall clock. */
  begin(ballot: Ballot, monoMs: number, wallMs: number): void {
    this.#begun = ballot
    this.#offsetMs = wallMs - monoMs
    this.takeOver()
  }

  /** Leads on: what it knows is the clock from now on. */
  takeOver(): void {
    this.#isOwn = true
    this.#samples = []
  }

  /** Follows another: what was measured holds until that one is. */
  follow(): void {
    this.#isOwn = false
    this.#samples = []
  }

  /** The own clock stood still, nobody knows how long: that of the group is unknown until it is measured. */
  forget(monoMs: number): void {
    this.#offsetMs = undefined
    this.#begun = undefined
    this.follow()
    this.#sinceMs = monoMs
  }

  /** The leader's clock showed a moment between two of the own one. */
  measured(sentMs: number, { ms, clock }: GroupMoment, nowMs: number): void {
    const roundTripMs = nowMs - sentMs
    if (roundTripMs < 0 || sentMs < this.#sinceMs) return
    this.#begun = clock
    const sample = { offsetMs: ms - sentMs - roundTripMs / 2, sentMs, roundTripMs }
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
