/**
 * The polls of a group as a member sees them: those that it is asked about, and may vote in once; those that
 * it asked for; and how they end.
 */
import {
  type Ended,
  GroupError,
  type GroupMoment,
  groupLimits,
  type Outcome,
  type Poll,
  type PollKind,
} from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'
import type { MemberInfo } from './member-info.js'

/** What a member is asked. */
export interface PollRequest {
  /** What sendVote() takes. */
  readonly id: string
  /** What is voted on. */
  readonly topic: unknown
  /** Who asked for it. */
  readonly requestedBy: MemberInfo
  /** What decides it: the most, or all. */
  readonly kind: PollKind
  /** How many are asked, observers among them. */
  readonly voters: number
  /** Milliseconds of the group clock, at which it ends without a decision. */
  readonly endsAt: number
}

/** What a member is asked about an action: `topic` is the action. */
export interface ActionRequest extends PollRequest {
  /** The action itself. */
  readonly action: unknown
  /** Milliseconds of the group clock: when all do it, if it is agreed. */
  readonly at: number
}

/** How a poll ended. */
export interface PollResult {
  /** '' where the poll was never opened, or its id is not known here. */
  readonly id: string
  /** What was voted on; of an action the action. */
  readonly topic: unknown
  /** `unknown`: the group lost its quorum over it, or this component became another member meanwhile. */
  readonly outcome: Outcome
  /** Who asked for it. */
  readonly requestedBy: MemberInfo
  /** What decided it: the most, or all. */
  readonly kind: PollKind
  /** Of a poll on an action. */
  readonly action?: unknown
  /** Of a poll on an action: milliseconds of the group clock. */
  readonly at?: number
}

/** As sendVote() takes it. */
export type VoteChoice = boolean | 'yes' | 'no'

/** What a hook that is asked for a vote may return: the vote, now or by a promise, or nothing yet. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook without a return votes later, by sendVote().
export type VoteGiven = VoteChoice | undefined | void | PromiseLike<VoteChoice | undefined | void>

export function choiceOf(vote: VoteChoice): 'yes' | 'no' {
  return vote === true || vote === 'yes' ? 'yes' : 'no'
}

export function isVote(value: unknown): value is VoteChoice {
  return typeof value === 'boolean' || value === 'yes' || value === 'no'
}

interface OpenPoll {
  /** After which nobody asks for a vote. */
  readonly late: GroupMoment
  hasVoted: boolean
}

export class Polls {
  readonly #what: string
  readonly #hasPassed: (moment: GroupMoment) => boolean
  /** Those that it is asked about. */
  readonly #open = new Map<string, OpenPoll>()
  readonly #closed = new Set<string>()

  /** @param hasPassed by the clock of the group */
  constructor(what: string, hasPassed: (moment: GroupMoment) => boolean) {
    this.#what = what
    this.#hasPassed = hasPassed
  }

  /** How many it is asked about that have not ended. */
  get size(): number {
    this.#forgetLate()
    return this.#open.size
  }

  asked({ id, endsAtMs, clock }: Poll): void {
    this.#forgetLate()
    this.#open.set(id, { late: { ms: endsAtMs + groupLimits.lateVotesMs, clock }, hasVoted: false })
  }

  ended(id: string): void {
    this.#open.delete(id)
    this.#closed.add(id)
    const [first] = this.#closed
    if (this.#closed.size > runtimeLimits.knownPolls && first !== undefined) this.#closed.delete(first)
  }

  /** One that was asked about before it was decided, and then was cut off with its leader, ends nowhere. */
  #forgetLate(): void {
    for (const [id, { late }] of this.#open) if (this.#hasPassed(late)) this.ended(id)
  }

  isOpen(id: string): boolean {
    return this.#open.get(id)?.hasVoted === false
  }

  /** @throws GroupError `unknown-poll`, `poll-closed`, `voted`. */
  vote(id: string): void {
    this.#forgetLate()
    const poll = this.#open.get(id)
    if (poll && !poll.hasVoted) poll.hasVoted = true
    else if (poll) {
      throw new GroupError(
        'voted',
        `${this.#what}: this member has voted on the poll ${id} already; votes stand`,
      )
    } else if (this.#closed.has(id)) {
      throw new GroupError('poll-closed', `${this.#what}: the poll ${id} has ended; vote sooner`)
    } else {
      const text = `${this.#what}: this member was not asked about a poll ${id}`
      throw new GroupError('unknown-poll', `${text}; give the id that onVoteRequest got`)
    }
  }

  /** Begins anew: the member is another. */
  clear(): void {
    this.#open.clear()
  }
}

/** What a component hears of a poll. */
export function requestOf(poll: Poll, topic: unknown, requestedBy: MemberInfo): PollRequest | ActionRequest {
  const { id, decidedBy: kind, endsAtMs: endsAt, actAtMs: at, electorate } = poll
  const asked = { id, topic, requestedBy, kind, voters: electorate.length, endsAt }
  return Object.freeze(at === undefined ? asked : { ...asked, action: topic, at })
}

/** What a component hears of its end. */
export function resultOf({ poll, outcome }: Ended, topic: unknown, requestedBy: MemberInfo): PollResult {
  const { id, decidedBy: kind, actAtMs: at } = poll
  const result = { id, topic, outcome, requestedBy, kind }
  return Object.freeze(at === undefined ? result : { ...result, action: topic, at })
}
