/**
 * What a participant wants of the leader, whoever that is: its requests, in their order, and its votes. What
 * is not decided yet is sent again, to each new leader and at heartbeats. Requests belong to a formation: one
 * that was sent in it, and is not in the log of the next, has ended `unknown`, and is never sent again.
 *
 * The time of a poll runs from its request, by the clock here. One that was never sent ends here when it is
 * over. One that was may be open or have ended, for all that is known here: what is sent again then is that
 * nothing is left of its time, so that its number is used up and those behind it go on.
 */
import { type Ballot, isSameBallot, NO_BALLOT } from './ballot.js'
import type { Choice, Poll, Request } from './entries.js'
import type { GroupClock } from './group-clock.js'
import { groupLimits } from './limits.js'

interface Wanted {
  readonly tag: number
  readonly request: Request
  /** When it was asked for. */
  readonly sinceMs: number
}

/** A request that has got its number. */
export interface Numbered extends Wanted {
  readonly number: number
}

interface Vote {
  poll: Poll
  /** The formation that the poll belongs to. */
  genesis: Ballot
  choice: Choice | undefined
}

const NOTHING = new Uint8Array()

type CastVote = readonly [poll: string, choice: Choice]

export interface Due {
  readonly requests: readonly Numbered[]
  readonly votes: readonly CastVote[]
}

export class Errands {
  #genesis: Ballot = NO_BALLOT
  #number = 0
  #waiting: Wanted[] = []
  /** When the time of one that waits is over, or before. */
  #nextEndMs = Number.POSITIVE_INFINITY
  readonly #sent: Numbered[] = []
  /** Polls that it was asked about, and that have not ended here. */
  readonly #votes = new Map<string, Vote>()
  #freshVotes: CastVote[] = []
  #sentAtMs = Number.NEGATIVE_INFINITY

  /** Takes a request. False where too many wait. */
  add(tag: number, request: Request, sinceMs: number): boolean {
    if (this.#waiting.length + this.#sent.length >= groupLimits.requests) return false
    const wanted = { tag, request, sinceMs }
    this.#waiting.push(wanted)
    this.#nextEndMs = Math.min(this.#nextEndMs, endOf(wanted))
    return true
  }

  /** When to ask for what is over next. */
  get nextEndMs(): number {
    return this.#nextEndMs
  }

  /** Lets go of what was never sent and has no time left; gives the tags. */
  over(nowMs: number): readonly number[] {
    if (nowMs < this.#nextEndMs) return []
    const over = this.#waiting.filter((each) => endOf(each) <= nowMs)
    this.#waiting = this.#waiting.filter((each) => endOf(each) > nowMs)
    this.#nextEndMs = this.#waiting.reduce(
      (endMs, each) => Math.min(endMs, endOf(each)),
      Number.POSITIVE_INFINITY,
    )
    return over.map(({ tag }) => tag)
  }

  /** The formation is another: gives what ends with the last one, requests by their tags, and polls. */
  begin(genesis: Ballot): { readonly tags: readonly number[]; readonly polls: readonly Poll[] } {
    if (isSameBallot(genesis, this.#genesis)) return { tags: [], polls: [] }
    this.#genesis = genesis
    this.#number = 0
    // A poll of the formation that begins may be heard of in the same beat, before the beginning is decided.
    const over = [...this.#votes.values()].filter((vote) => !isSameBallot(vote.genesis, genesis))
    const polls = over.map(({ poll }) => poll)
    for (const { id } of polls) this.#votes.delete(id)
    this.#freshVotes = this.#freshVotes.filter(([id]) => this.#votes.has(id))
    return { tags: this.#sent.splice(0).map(({ tag }) => tag), polls }
  }

  /** What is to be sent now: what was never sent, and, where it is time, all that is not decided. */
  due(nowMs: number, againMs: number, clock: GroupClock): Due {
    const isTime = nowMs >= this.#sentAtMs + againMs
    const fresh = this.#waiting.splice(0, groupLimits.requestsInFlight - this.#sent.length)
    const numbered = fresh.map((each) => ({ ...each, number: ++this.#number }))
    this.#sent.push(...numbered)
    const votes = isTime ? this.#cast(clock, nowMs) : this.#freshVotes
    this.#freshVotes = []
    if (isTime) this.#sentAtMs = nowMs
    const requests = isTime ? this.#sent : numbered
    return { requests: requests.map((each) => asOf(each, nowMs)), votes }
  }

  /** All is to be sent again, as soon as there is a leader. */
  restart(): void {
    this.#sentAtMs = Number.NEGATIVE_INFINITY
  }

  /** A request of its own is decided; gives its tag. */
  decided(genesis: Ballot, number: number): number | undefined {
    if (!isSameBallot(genesis, this.#genesis)) return undefined
    const at = this.#sent.findIndex((each) => each.number === number)
    return this.#sent.splice(at, at < 0 ? 0 : 1)[0]?.tag
  }

  /** All up to a number of a formation is decided; gives them. */
  decidedTo(genesis: Ballot, number: number): readonly Numbered[] {
    if (!isSameBallot(genesis, this.#genesis)) return []
    const count = this.#sent.filter((each) => each.number <= number).length
    return this.#sent.splice(0, count)
  }

  /** Whether the poll is news, and its vote is wanted. */
  isAsked(poll: Poll, genesis: Ballot): boolean {
    const known = this.#votes.get(poll.id)
    if (known) {
      // Its opening was not decided, and is in the log of another leader again.
      known.poll = poll
      known.genesis = genesis
      return false
    }
    this.#votes.set(poll.id, { poll, genesis, choice: undefined })
    // Polls that were asked about and never decided, because their leader died, end nowhere.
    const [oldest] = this.#votes.keys()
    if (this.#votes.size > 2 * groupLimits.openPolls && oldest !== undefined) this.#votes.delete(oldest)
    return true
  }

  /** Votes, once. */
  vote(id: string, choice: Choice): 'taken' | 'unknown-poll' | 'voted' {
    const vote = this.#votes.get(id)
    if (!vote) return 'unknown-poll'
    if (vote.choice) return 'voted'
    vote.choice = choice
    this.#freshVotes.push([id, choice])
    return 'taken'
  }

  /** The poll that it was asked about, and that has not ended here. */
  asked(id: string): Poll | undefined {
    return this.#votes.get(id)?.poll
  }

  ended(id: string): void {
    this.#votes.delete(id)
  }

  /** A poll whose opening is in no log any more ends nowhere. */
  #cast(clock: GroupClock, nowMs: number): CastVote[] {
    return [...this.#votes].flatMap(([id, { poll, choice }]) => {
      const lastMoment = { ms: poll.endsAtMs + groupLimits.lateVotesMs, clock: poll.clock }
      const isOver = clock.hasPassed(lastMoment, nowMs)
      return choice && !isOver ? [[id, choice] as const] : []
    })
  }
}

/** When its time is over; only polls have one. */
function endOf({ request, sinceMs }: Wanted): number {
  return request.kind === 'poll' ? sinceMs + request.timeoutMs : Number.POSITIVE_INFINITY
}

/** A request as it is sent now: a poll with what is left of its time, and with no topic where nothing is. */
function asOf(numbered: Numbered, nowMs: number): Numbered {
  const { request, sinceMs } = numbered
  if (request.kind !== 'poll' || nowMs <= sinceMs) return numbered
  const timeoutMs = Math.max(0, request.timeoutMs - (nowMs - sinceMs))
  const topic = timeoutMs > 0 ? request.topic : NOTHING
  return { ...numbered, request: { ...request, timeoutMs, topic } }
}
