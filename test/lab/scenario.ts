/** What a scenario is: a story of faults, and what is to be so when it is over. */
import type { LabOptions } from './lab.js'
import type { Step } from './steps.js'

export interface Expected {
  /** Who leads when all is healed; whoever, unless told. */
  readonly leader?: 'the same' | 'another'
  /**
   * Elections after the healing. None where somebody acts when it begins, unless this says that there may be:
   * a member that comes back unseats nobody.
   */
  readonly mayElect?: boolean
  /** Elections from the first fault on, at most. */
  readonly electionsMost?: number
  /** Ports are connected within a second of the healing; unless false, as where a process starts anew. */
  readonly reconnects?: boolean
  /**
   * Milliseconds of a round trip before a cut that TCP gets over by itself: for so far a way it waits longer
   * until it sends again, by as much as `ROUND_TRIPS` of them. See verdict.ts.
   */
  readonly roundTripMs?: number
  /** The old leader tries to act when another has: the store refuses it, and sees that it has to. */
  readonly staleActions?: boolean
}

export interface Scenario {
  readonly name: string
  readonly steps: readonly Step[]
  readonly expect: Expected
  /** Trials in `npm run lab`, and in `--full`. */
  readonly trials: readonly [few: number, full: number]
  readonly lab?: LabOptions
  /** Why it can't be played here. */
  missing?(): string | undefined
}
