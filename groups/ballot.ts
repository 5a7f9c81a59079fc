/** Ballots: the numbers of elections. They only grow, and lead the log; `(epoch, term)` outside is one. */

/** The number of an election: of a formation (epoch), and within it (term). */
export interface Ballot {
  /** Microseconds since 1970 at which its formation was attempted, or more. */
  readonly epoch: number
  /** From 1, at each election of the formation one more. */
  readonly term: number
}

/** Below every ballot. */
export const NO_BALLOT: Ballot = Object.freeze({ epoch: 0, term: 0 })

/** Below 0 where `a` is the lower one, 0 where they are one, else above. */
export function compareBallots(a: Ballot, b: Ballot): number {
  return a.epoch - b.epoch || a.term - b.term
}

export function isSameBallot(a: Ballot, b: Ballot): boolean {
  return a.epoch === b.epoch && a.term === b.term
}

/** A place in a log: the ballot of its entry, and its index, from 1; index 0 is before the first. */
export interface Position {
  readonly ballot: Ballot
  readonly index: number
}

export const LOG_START: Position = Object.freeze({ ballot: NO_BALLOT, index: 0 })

/** Which log knows more: the later ballot first, then the longer one. */
export function comparePositions(a: Position, b: Position): number {
  return compareBallots(a.ballot, b.ballot) || a.index - b.index
}
