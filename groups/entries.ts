/** What a log is made of. */
import type { Ballot } from './ballot.js'

export type PollKind = 'majority' | 'consensus'

/** A vote of a member on a poll. */
export type Choice = 'yes' | 'no'

/** How a poll ended. `unknown`: the formation lost its quorum over it. */
export type Outcome = Choice | 'timeout' | 'unknown'

/** A poll as it is opened. */
export interface Poll {
  /** Of whoever requested it, and never used again. */
  readonly id: string
  readonly by: string
  readonly kind: PollKind
  /** Who may vote, each once: members and observers at the opening. */
  readonly electorate: readonly string[]
  /** Milliseconds, by the group clock, after which it ends with `timeout`. */
  readonly timeoutMs: number
  /** For an action: when all members do it, if it is agreed, by the group clock. */
  readonly actAtMs: number | undefined
  readonly topic: Uint8Array
}

/** What an entry says. */
export type EntryBody =
  /** A new formation begins; what was not committed before is gone, its open polls end `unknown`. */
  | { readonly kind: 'genesis'; readonly members: readonly string[] }
  /** The first entry of a leader that was elected in its formation: commits what was before it. */
  | { readonly kind: 'begin' }
  /** Members from here on, from the moment that it is appended. */
  | { readonly kind: 'members'; readonly members: readonly string[] }
  /** Those who hear and vote in polls, but neither elect nor are elected. */
  | { readonly kind: 'observers'; readonly observers: readonly string[] }
  | { readonly kind: 'open'; readonly poll: Poll }
  | { readonly kind: 'close'; readonly poll: string; readonly outcome: Exclude<Outcome, 'unknown'> }
  /** A message that all handle in the order of the log. */
  | { readonly kind: 'ordered'; readonly by: string; readonly number: number; readonly payload: Uint8Array }
  | { readonly kind: 'set'; readonly key: string; readonly value: Uint8Array }

export interface Entry {
  /** Of the leader that appended it. */
  readonly ballot: Ballot
  readonly body: EntryBody
}
