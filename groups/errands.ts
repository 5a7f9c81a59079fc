/**
 * What a participant wants of the leader, whoever that is: its requests, in their order, and its votes. What
 * is not decided yet is sent again, to each new leader and at heartbeats. Requests belong to a formation: one
 * that was sent in it, and is not in the log of the next, has ended `unknown`, and is never sent again.
 */
import { type Ballot, isSameBallot, NO_BALLOT } from './ballot.js'
import type { Choice, Poll, Request } from './entries.js'
import { groupLimits } from './limits.js'

/** A request that has got its number. */
export interface Numbered {
  readonly number: number
  readonly tag: number
  readonly request: Request
}

interface Vote {
  poll: Poll
  /** The formation that the poll belongs to. */
  genesis: Ballot
  choice: Choice | undefined
}

type CastVote = readonly [poll: string, choice: Choice]

export interface Due {
  readonly requests: readonly Numbered[]
  readonly votes: readonly CastVote[]
}

export class Errands {
  #genesis: Ballot = NO_BALLOT
  #number = 0
  readonly #waiting: { tag: number; request: Request }[] = []
  readonly #sent: Numbered[] = []
  /** Polls that it was asked about, and that have not ended here. */
  readonly #votes = new Map<string, Vote>()
  #freshVotes: CastVote[] = []
  #sentAtMs = Number.NEGATIVE_INFINITY

  /** Takes a request. False where too many wait. */
  add(tag: number, request: Request): boolean {
    if (this.#waiting.length + this.#sent.length >= groupLimits.requests) return false
    this.#waiting.push({ tag, request })
    return true
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
  due(nowMs: number, againMs: number, groupMs: number | undefined): Due {
    const isTime = nowMs >= this.#sentAtMs + againMs
    const fresh = this.#waiting.splice(0, groupLimits.requestsInFlight - this.#sent.length)
    const numbered = fresh.map((each) => ({ ...each, number: ++this.#number }))
    this.#sent.push(...numbered)
    const votes = isTime ? this.#cast(groupMs) : this.#freshVotes
    this.#freshVotes = []
    if (isTime) this.#sentAtMs = nowMs
    return { requests: isTime ? [...this.#sent] : numbered, votes }
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

  ended(id: string): void {
    this.#votes.delete(id)
  }

  /** A poll whose opening is in no log any more ends nowhere. */
  #cast(groupMs = Number.NEGATIVE_INFINITY): CastVote[] {
    return [...this.#votes].flatMap(([id, { poll, choice }]) => {
      const isOver = groupMs > poll.endsAtMs + groupLimits.lateVotesMs
      return choice && !isOver ? [[id, choice] as const] : []
    })
  }
}
