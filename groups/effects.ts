/** What goes into the core of a group and what comes out of it. */
import type { Ballot } from './ballot.js'
import type { Choice, Entry, Outcome, Poll, Request, TooLate } from './entries.js'
import type { Ended } from './ledger.js'
import type { GroupMessage } from './messages.js'
import type { GroupTiming } from './timing.js'

/** The two clocks of a member. */
export interface Moment {
  /** Milliseconds; only grows. */
  readonly monoMs: number
  /** Microseconds since 1970. */
  readonly wallUs: number
}

export interface CoreOptions {
  /** New at each start of the process: nobody votes twice after forgetting. */
  readonly id: string
  readonly quorum: number
  readonly timing: GroupTiming
  /** Holds a seat of the group: elects, and may be elected. Others observe. */
  readonly isElectable: boolean
  /** When the process started, by the monotonic clock. */
  readonly startedAtMs: number
  readonly now: Moment
  /** Numbers from 0 up to 1. */
  readonly random: () => number
  /** The highest epoch that was heard of before, by whoever remembers. */
  readonly knownEpoch?: number | undefined
  /** Below it a wall clock is wrong, and begins no formation: when the program was built. */
  readonly earliestWallUs?: number | undefined
  /** Decided entries that stay in the log for who lags behind. */
  readonly keptEntries?: number | undefined
}

export type CoreInput =
  | { readonly kind: 'message'; readonly message: GroupMessage }
  /** A certificate: the process of the member is gone, checked on its own host. */
  | { readonly kind: 'dead'; readonly id: string }
  /** An epoch that somebody beside the group remembers. */
  | { readonly kind: 'heard'; readonly epoch: number }
  /** Those that hold a seat and live, as the surroundings see it. */
  | { readonly kind: 'crowd'; readonly ids: readonly string[] }
  /** Wants something in the log; `settled` ends it, by the tag. */
  | { readonly kind: 'request'; readonly tag: number; readonly request: Request }
  | { readonly kind: 'vote'; readonly poll: string; readonly choice: Choice }
  /** Asks the leader, which is this member, to hand over; to whom it may choose, unless told. */
  | { readonly kind: 'hand-over'; readonly to: string | undefined }
  /** Its component is stuck, or no more: meanwhile it votes, but hands over, and stands for nothing. */
  | { readonly kind: 'stall'; readonly isStuck: boolean }
  /** Leaves for good: it grants and acts no more under this id. */
  | { readonly kind: 'leave' }

/**
 * How a request ended: it took place, found no room, was not taken, or nobody knows; or it was for a poll
 * that was never opened, for its time was over, or the moment of its action had passed.
 */
export type Settlement = 'done' | 'full' | 'busy' | 'unknown' | TooLate

export type CoreEffect =
  | { readonly kind: 'send'; readonly to: string; readonly message: GroupMessage }
  /** To all participants that there are, whether they follow or not. */
  | { readonly kind: 'broadcast'; readonly message: GroupMessage }
  /** Whom the member follows, in which ballot; itself where it leads. */
  | { readonly kind: 'leader'; readonly id: string | undefined; readonly ballot: Ballot }
  | {
      readonly kind: 'participants'
      readonly members: readonly string[]
      readonly observers: readonly string[]
    }
  | {
      readonly kind: 'decided'
      readonly index: number
      readonly entry: Entry
      /** The formation that it is of. */
      readonly genesis: Ballot
    }
  /** A message that all who took part when it was decided handle in this order. */
  | {
      readonly kind: 'ordered'
      readonly index: number
      readonly by: string
      readonly payload: Uint8Array
    }
  | {
      readonly kind: 'value'
      readonly index: number
      readonly key: string
      readonly value: Uint8Array | undefined
    }
  /**
   * A snapshot came: values that differ are told before it; ordered messages from `missedFrom` to `to` were
   * not heard.
   */
  | { readonly kind: 'installed'; readonly missedFrom: number; readonly to: number }
  /** The vote of this member is wanted. */
  | { readonly kind: 'asked'; readonly poll: Poll }
  | { readonly kind: 'vote-refused'; readonly poll: string; readonly why: 'unknown-poll' | 'voted' }
  /** A poll ended, of those who were asked or asked for it. Told once. */
  | { readonly kind: 'ended'; readonly ended: Ended }
  | {
      readonly kind: 'settled'
      readonly tag: number
      readonly as: Settlement
      /** Of a poll. */
      readonly outcome: Outcome | undefined
    }
  /** What was decided here from `from` to `to` is gone: another formation began without it. */
  | { readonly kind: 'history-lost'; readonly from: number; readonly to: number }
  /** Two led in one ballot, or more live than there are seats: more members than seats, or an id twice. */
  | { readonly kind: 'split'; readonly ids: readonly string[] }
  /** The wall clocks of those who would begin a formation are too far apart. */
  | { readonly kind: 'clocks-apart'; readonly spreadMs: number }
  /** A message was refused: it tells of an epoch, or a wall clock, that cannot be one. */
  | { readonly kind: 'incredible'; readonly from: string }
  /** Too few answer for any election, or for the leader. Told once, until there is a leader. */
  | { readonly kind: 'quorum-lost' }
  /** Others hold this member for dead: it takes part no more. */
  | { readonly kind: 'expelled' }
