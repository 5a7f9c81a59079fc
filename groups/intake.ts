/**
 * What a leader takes in beside its log: which request of each participant comes next, and the votes on the
 * polls that are open. Made anew by each leader: members send again what it does not know.
 */
import { type Ballot, isSameBallot } from './ballot.js'
import {
  type Choice,
  type Entry,
  type EntryBody,
  type Outcome,
  type Poll,
  pollId,
  type Request,
  type Requested,
  requestedOf,
  type TooLate,
} from './entries.js'
import type { Facts } from './facts.js'
import type { Ledger } from './ledger.js'
import { groupLimits } from './limits.js'
import type { Log } from './log.js'
import type { Ask } from './messages.js'

export interface Verdict {
  readonly poll: string
  readonly outcome: Exclude<Outcome, 'unknown'>
}

/** What a leader sees when it takes a request. */
export interface IntakeView {
  readonly log: Log
  readonly facts: Facts
  readonly groupMs: number
}

interface Ballotbox {
  readonly poll: Poll
  /** By the clock of the group as it is now. */
  readonly endsAtMs: number
  readonly votes: Map<string, Choice>
}

export class Intake {
  readonly #clock: Ballot
  readonly #last: Map<string, number>
  readonly #open = new Map<string, Ballotbox>()
  #topicBytes = 0
  #nextEndMs = Number.POSITIVE_INFINITY

  /**
   * @param tail what is appended, but not decided.
   * @param clock the ballot in which the clock of the leader began: polls by one before it have run out
   */
  constructor(ledger: Ledger, tail: readonly Entry[], clock: Ballot) {
    this.#clock = clock
    this.#last = new Map(ledger.requests)
    for (const poll of ledger.polls.values()) this.#opened(poll)
    for (const entry of tail) this.appended(entry)
  }

  /** Takes into account what is appended. */
  appended({ body }: Entry): void {
    const requested = requestedOf(body)
    if (requested) this.#last.set(requested.by, requested.number)
    if (body.kind === 'genesis') {
      this.#last.clear()
      this.#open.clear()
      this.#topicBytes = 0
    } else if (body.kind === 'open') this.#opened(body.poll)
    else if (body.kind === 'close') this.#closed(body.poll)
  }

  /** Whether it is the next request of its participant: each is taken once, and in their order. */
  #isNext({ by, number }: Requested): boolean {
    return number === (this.#last.get(by) ?? 0) + 1
  }

  /** What answers a request in the log; undefined where it is not taken: it will be sent again. */
  entryOf(requested: Requested, { genesis, request, until }: Ask, view: IntakeView): EntryBody | undefined {
    const { log } = view
    const takesPart = log.members.includes(requested.by) || log.observers.includes(requested.by)
    if (!takesPart || !isSameBallot(genesis, log.genesis) || !this.#isNext(requested)) return undefined
    if (log.last.index - log.commit.index >= groupLimits.undecidedEntries) return undefined
    if (request.kind !== 'poll') return { ...requested, ...request }
    const untilMs = until && isSameBallot(until.clock, this.#clock) ? until.ms : Number.POSITIVE_INFINITY
    const endMs = Math.min(view.groupMs + request.timeoutMs, untilMs)
    const why = this.#tooLate(request, endMs, view.groupMs)
    if (why) return { kind: 'over', ...requested, why }
    const isFull = this.#open.size >= groupLimits.openPolls || this.#topicBytes >= groupLimits.openPollsBytes
    return isFull ? undefined : opening(requested, request, endMs, view)
  }

  /** Counts a vote, the first one of each who may vote, if it comes in time. */
  vote(id: string, voter: string, choice: Choice, groupMs: number): void {
    const box = this.#open.get(id)
    if (!box || groupMs >= box.endsAtMs) return
    if (box.poll.electorate.includes(voter) && !box.votes.has(voter)) box.votes.set(voter, choice)
  }

  /** What can be said of a poll now. */
  verdict(id: string, groupMs: number): Verdict | undefined {
    const box = this.#open.get(id)
    if (!box) return undefined
    const outcome = outcomeOf(box) ?? (groupMs >= box.endsAtMs ? 'timeout' : undefined)
    return outcome && { poll: id, outcome }
  }

  /** Polls that have run out, and those that are certain. */
  verdicts(groupMs: number): readonly Verdict[] {
    const ends = [...this.#open.values()].map(({ endsAtMs }) => endsAtMs).filter((endMs) => endMs > groupMs)
    this.#nextEndMs = Math.min(...ends)
    return [...this.#open.keys()].flatMap((id) => this.verdict(id, groupMs) ?? [])
  }

  /** When the next poll runs out, by the group clock, or before. */
  get nextEndMs(): number {
    return this.#nextEndMs
  }

  #closed(id: string): void {
    this.#topicBytes -= this.#open.get(id)?.poll.topic.byteLength ?? 0
    this.#open.delete(id)
  }

  #opened(poll: Poll): void {
    this.#topicBytes += poll.topic.byteLength
    const endsAtMs = isSameBallot(poll.clock, this.#clock) ? poll.endsAtMs : Number.NEGATIVE_INFINITY
    this.#open.set(poll.id, { poll, endsAtMs, votes: new Map() })
    this.#nextEndMs = Math.min(this.#nextEndMs, endsAtMs)
  }

  /** Why a poll is not opened: nobody is to be asked when it can only end with `timeout`. */
  #tooLate({ actAt }: PollRequest, endMs: number, groupMs: number): TooLate | undefined {
    if (groupMs >= endMs) return 'timeout'
    const isAhead = !actAt || (isSameBallot(actAt.clock, this.#clock) && groupMs < actAt.ms)
    return isAhead ? undefined : 'action-past'
  }
}

type PollRequest = Extract<Request, { kind: 'poll' }>

function opening(
  requested: Requested,
  { decidedBy, actAt, topic }: PollRequest,
  endMs: number,
  { log: { genesis, clock, members, observers }, facts }: IntakeView,
): EntryBody {
  const poll: Poll = {
    id: pollId(genesis, requested),
    by: requested.by,
    decidedBy,
    // Who is dead for certain would keep all others from agreeing.
    electorate: [...new Set([...members, ...observers])].filter((id) => !facts.isDead(id)),
    // What is not agreed in time for its moment is not agreed.
    clock,
    endsAtMs: Math.min(endMs, actAt?.ms ?? Number.POSITIVE_INFINITY),
    actAtMs: actAt?.ms,
    topic,
  }
  return { kind: 'open', ...requested, poll }
}

/** Decided as soon as no vote that is out can change it. */
function outcomeOf({ poll, votes }: Ballotbox): Choice | undefined {
  const all = poll.electorate.length
  let yes = 0
  for (const choice of votes.values()) if (choice === 'yes') yes++
  const no = votes.size - yes
  const needed = poll.decidedBy === 'consensus' ? all : Math.floor(all / 2) + 1
  if (yes >= needed) return 'yes'
  return all - no < needed ? 'no' : undefined
}
