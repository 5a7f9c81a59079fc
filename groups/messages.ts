/** What members of a group say to each other; `wire.ts` writes it. */
import type { Ballot, Position } from './ballot.js'
import type { Choice, Entry, Request } from './entries.js'
import type { ToldFacts } from './facts.js'
import type { GroupMoment } from './group-clock.js'
import type { LedgerState } from './ledger.js'
import type { LogBase } from './log.js'

/** Asks whether an election could succeed. Binds nobody. */
export interface Pre {
  readonly kind: 'pre'
  /** Tells the answers to this one from those to others. */
  readonly nonce: number
  readonly last: Position
  readonly commit: Position
}

export interface PreAnswer {
  readonly kind: 'pre-answer'
  readonly nonce: number
  /** It would vote in an election within the formation of the asker. */
  readonly regular: boolean
  /** It would vote for a new formation. */
  readonly forming: boolean
  /** Its wall clock, in microseconds since 1970. */
  readonly wallUs: number
  /** The formation of its log. */
  readonly genesis: Ballot
}

/** Asks for a vote, which is a grant as that of a beat. */
export interface Vote {
  readonly kind: 'vote'
  readonly ballot: Ballot
  /** Of a new formation, whose log is cut at the commit of the candidate. */
  readonly forming: boolean
  readonly last: Position
  readonly commit: Position
}

export interface VoteAnswer {
  readonly kind: 'vote-answer'
  readonly ballot: Ballot
  readonly granted: boolean
}

/** The number of a beat that only tells what is decided, and wants no answer. */
export const UNANSWERED = 0

/** Of a leader to each who follows it: entries after `prev`, and how far all is decided. */
export interface Beat {
  readonly kind: 'beat'
  readonly ballot: Ballot
  /** The formation of its log. */
  readonly genesis: Ballot
  /** From 1; the answer repeats it, and the leader knows when it sent it. Or `UNANSWERED`. */
  readonly number: number
  readonly prev: Position
  readonly entries: readonly Entry[]
  /** Index up to which the log is decided. */
  readonly commit: number
  /** All up to `prev`, for one that cannot get there by entries. */
  readonly snapshot: Snapshot | undefined
}

/** What a log was up to its base, all of it decided. */
export interface Snapshot {
  readonly base: LogBase
  readonly ledger: LedgerState
}

export interface BeatAnswer {
  readonly kind: 'beat-answer'
  readonly ballot: Ballot
  readonly number: number
  /** Whether its log holds `prev`. */
  readonly matches: boolean
  /**
   * The index up to which its log is the leader's; where it does not match, where it may be, and −1 where no
   * entries help: what it has cut off at the front is of another history.
   */
  readonly index: number
  /** It keeps its word to the leader from now on. */
  readonly granted: boolean
}

/** Of a leader to those who do not follow it. */
export interface Lead {
  readonly kind: 'lead'
  readonly ballot: Ballot
}

/** Asks a leader for its beats. */
export interface Follow {
  readonly kind: 'follow'
  readonly ballot: Ballot
  /** An observer never becomes a member. */
  readonly isElectable: boolean
}

/** A leader that released its ballot asks another to take over. */
export interface HandOver {
  readonly kind: 'hand-over'
  readonly ballot: Ballot
}

/** Tells what was promised, and what is known, to who cannot know: a leader below it. */
export interface Tell {
  readonly kind: 'tell'
}

/** Asks the leader to append what answers the request, once. */
export interface Ask {
  readonly kind: 'ask'
  /** The formation that it is of. */
  readonly genesis: Ballot
  readonly number: number
  readonly request: Request
  /** Of a poll: when its time is over, or later, if its requester knows the group clock. */
  readonly until: GroupMoment | undefined
}

/** A vote on a poll. */
export interface Choose {
  readonly kind: 'choose'
  readonly poll: string
  readonly choice: Choice
}

/** Asks the leader for the group clock. */
export interface AskClock {
  readonly kind: 'clock'
  /** The clock of who asks, which the answer repeats. */
  readonly sentMs: number
}

export interface ClockAnswer {
  readonly kind: 'clock-answer'
  readonly ballot: Ballot
  readonly sentMs: number
  readonly shows: GroupMoment
}

export type Body =
  | Pre
  | PreAnswer
  | Vote
  | VoteAnswer
  | Beat
  | BeatAnswer
  | Lead
  | Follow
  | HandOver
  | Tell
  | Ask
  | Choose
  | AskClock
  | ClockAnswer

/** A message, with what goes with every one. */
export interface GroupMessage {
  readonly from: string
  /** The highest ballot that the sender has promised. */
  readonly promised: Ballot
  readonly facts: ToldFacts
  readonly body: Body
}
