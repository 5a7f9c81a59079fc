/**
 * What a leader knows of those who follow it, in one ballot: who holds what of its log, who granted which
 * beat, and what follows from it: its lease, what is decided, whom the group should take in or leave out.
 */
import type { Ballot } from './ballot.js'
import { groupLimits } from './limits.js'
import type { GroupTiming } from './timing.js'

/** One who follows: a member, or one who learns the log. */
export interface Follower {
  isElectable: boolean
  /** The log of the leader up to here is its, too. */
  match: number
  /** The first entry to send next. */
  next: number
  /** Entries do not help it: it gets a snapshot. */
  isApart: boolean
  /** When the last beat was sent that it granted. */
  grantedAtMs: number
  /** Since when beats are sent to it. */
  readonly followsSinceMs: number
  /** When it answered a beat last. */
  answeredAtMs: number
}

export interface LeadershipOptions {
  readonly id: string
  readonly ballot: Ballot
  readonly quorum: number
  readonly timing: GroupTiming
}

export class Leadership {
  readonly ballot: Ballot
  readonly followers = new Map<string, Follower>()
  readonly #id: string
  readonly #quorum: number
  readonly #timing: GroupTiming
  /** When beats were sent, by their numbers; the newest. */
  readonly #sentAtMs = new Map<number, number>()
  #number = 0
  /** When the last beat was sent that a quorum granted, of the members that were asked for last. */
  #quorumSent: { readonly members: readonly string[]; readonly atMs: number } | undefined
  beatDueMs = Number.NEGATIVE_INFINITY

  constructor({ id, ballot, quorum, timing }: LeadershipOptions) {
    this.#id = id
    this.ballot = ballot
    this.#quorum = quorum
    this.#timing = timing
  }

  /** One who follows from now on, of whose log nothing is known but that it may reach to `next`. */
  follow(id: string, isElectable: boolean, next: number, nowMs: number): Follower {
    const known = this.followers.get(id)
    if (known) {
      known.isElectable ||= isElectable
      return known
    }
    const [match, never] = [0, Number.NEGATIVE_INFINITY]
    const isApart = false
    const times = { grantedAtMs: never, followsSinceMs: nowMs, answeredAtMs: never }
    const follower: Follower = { isElectable, match, next, isApart, ...times }
    this.followers.set(id, follower)
    return follower
  }

  /** Whether it may be sent more before it answers. */
  hasRoom({ next, match }: Follower): boolean {
    return next - match <= groupLimits.entriesInFlight
  }

  /** The number of a beat that is sent now, to one or to many. */
  beat(nowMs: number): number {
    this.#number++
    this.#sentAtMs.set(this.#number, nowMs)
    this.#sentAtMs.delete(this.#number - groupLimits.openBeats)
    return this.#number
  }

  /** A beat was answered. */
  answered(follower: Follower, number: number, granted: boolean, nowMs: number): void {
    follower.answeredAtMs = nowMs
    const sentAtMs = this.#sentAtMs.get(number)
    if (granted && sentAtMs !== undefined) this.granted(follower, sentAtMs)
  }

  /** A beat, or the request for its vote, that was sent then is granted. */
  granted(follower: Follower, sentAtMs: number): void {
    if (sentAtMs <= follower.grantedAtMs) return
    follower.grantedAtMs = sentAtMs
    this.#quorumSent = undefined
  }

  /** When the last beat was sent that a quorum of these members granted, the leader among them. */
  quorumSentAtMs(members: readonly string[]): number {
    if (this.#quorumSent?.members === members) return this.#quorumSent.atMs
    const others = members.filter((id) => id !== this.#id)
    const times = others.map((id) => this.followers.get(id)?.grantedAtMs ?? Number.NEGATIVE_INFINITY)
    const atMs = nthLargest(times, this.#quorum - 1)
    this.#quorumSent = { members, atMs }
    return atMs
  }

  /** The index up to which a quorum of these members hold the log, which reaches to `last` here. */
  quorumMatch(members: readonly string[], last: number): number {
    const held = members.map((id) => (id === this.#id ? last : (this.followers.get(id)?.match ?? 0)))
    return Math.max(nthLargest(held, this.#quorum), 0)
  }

  /** Members that are there: they answered within a time, or are the leader itself. */
  present(members: readonly string[], nowMs: number): string[] {
    const since = nowMs - 3.5 * this.#timing.heartbeat
    return members.filter(
      (id) => id === this.#id || (this.followers.get(id)?.answeredAtMs ?? Number.NEGATIVE_INFINITY) >= since,
    )
  }

  /** How long a member has been silent. */
  silentMs(id: string, nowMs: number): number {
    const follower = this.followers.get(id)
    if (!follower) return Number.POSITIVE_INFINITY
    return nowMs - Math.max(follower.answeredAtMs, follower.followsSinceMs)
  }
}

/** −Infinity where there are fewer. */
function nthLargest(numbers: readonly number[], n: number): number {
  return [...numbers].sort((a, b) => b - a)[n - 1] ?? Number.NEGATIVE_INFINITY
}
