/** What a log is made of. */
import type { Ballot } from './ballot.js'
import type { GroupMoment } from './group-clock.js'

/** Who has to agree: more than half of all who may vote, or all of them. */
export type PollKind = 'majority' | 'consensus'

/** A vote of a member on a poll. */
export type Choice = 'yes' | 'no'

/** How a poll ended. `unknown`: the formation lost its quorum over it. */
export type Outcome = Choice | 'timeout' | 'unknown'

/** Why a poll is not opened any more: its own time is over, or the moment of its action has passed. */
export type TooLate = 'timeout' | 'action-past'

/** What a participant asks the leader to put into the log. */
export type Request =
  | {
      readonly kind: 'poll'
      readonly decidedBy: PollKind
      /** From when it is asked for; as it is sent to a leader, what is left of it. */
      readonly timeoutMs: number
      /** For an action: when all do it, if it is agreed. */
      readonly actAt: GroupMoment | undefined
      readonly topic: Uint8Array
    }
  /** A message that all handle in the order of the log. */
  | { readonly kind: 'ordered'; readonly payload: Uint8Array }
  /** A shared value; undefined removes it. */
  | { readonly kind: 'set'; readonly key: string; readonly value: Uint8Array | undefined }

/** Whose request an entry answers: its numbers count from 1 in each formation, without a gap. */
export interface Requested {
  readonly by: string
  readonly number: number
}

/** A poll as it is opened. */
export interface Poll {
  /** Of its formation, its requester and the number of the request: never used again. */
  readonly id: string
  readonly by: string
  readonly decidedBy: PollKind
  /** Who may vote, each once: members and observers at the opening. */
  readonly electorate: readonly string[]
  /** The ballot in which the group clock began by which its times are counted. */
  readonly clock: Ballot
  /** After which it ends with `timeout`. */
  readonly endsAtMs: number
  readonly actAtMs: number | undefined
  readonly topic: Uint8Array
}

/** What an entry says. */
export type EntryBody =
  /** A new formation begins; what was not committed before is gone, its open polls end `unknown`. */
  | { readonly kind: 'genesis'; readonly members: readonly string[] }
  /**
   * The first entry of a leader that was elected in its formation: commits what was before it. One that does
   * not know the group clock begins a new one.
   */
  | { readonly kind: 'begin'; readonly hasNewClock?: true }
  /** Members from here on, from the moment that it is appended. */
  | { readonly kind: 'members'; readonly members: readonly string[] }
  /** Those who hear and vote in polls, but neither elect nor are elected. */
  | { readonly kind: 'observers'; readonly observers: readonly string[] }
  | ({ readonly kind: 'open'; readonly poll: Poll } & Requested)
  | { readonly kind: 'close'; readonly poll: string; readonly outcome: Exclude<Outcome, 'unknown'> }
  /** The request for a poll that was not opened, for it came too late: it takes its number, no more. */
  | ({ readonly kind: 'over'; readonly why: TooLate } & Requested)
  | ({ readonly kind: 'ordered'; readonly payload: Uint8Array } & Requested)
  | ({ readonly kind: 'set'; readonly key: string; readonly value: Uint8Array | undefined } & Requested)

export interface Entry {
  /** Of the leader that appended it. */
  readonly ballot: Ballot
  readonly body: EntryBody
}

/** Whose request it answers, if any. */
export function requestedOf(body: EntryBody): Requested | undefined {
  switch (body.kind) {
    case 'open':
    case 'over':
    case 'ordered':
    case 'set':
      return body
    default:
      return undefined
  }
}

/** About how many bytes it takes on its way: its payload, and some for the rest. */
export function bytesOf({ body }: Entry): number {
  const rest = 64
  if (body.kind === 'open') return rest + body.poll.topic.byteLength + 40 * body.poll.electorate.length
  if (body.kind === 'ordered') return rest + body.payload.byteLength
  if (body.kind === 'set') return rest + body.key.length + (body.value?.byteLength ?? 0)
  return rest
}

/** The id of the poll that a request opens. */
export function pollId(genesis: Ballot, { by, number }: Requested): string {
  return `${by}/${genesis.epoch}.${genesis.term}/${number}`
}
