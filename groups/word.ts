/**
 * The word of a member: its promise to grant nobody else for a while. Leases rest on words, and on nothing
 * else: log, members and epochs play no part.
 *
 *     birth       a member grants nothing for `word` milliseconds from when its seat was taken: what its
 *                 predecessor there has promised, nobody knows any more
 *     mayGrant    to whom the word was given; to anybody once it is over, or once its holder is certified
 *                 dead, or has released it
 *     give        from now on for `word` milliseconds, in a ballot
 */
import { type Ballot, NO_BALLOT } from './ballot.js'

/** What is known of others that frees a word. */
export interface FreedBy {
  /** Whether a member never acts again in a ballot: its process is gone for certain, or it released it. */
  frees(id: string, ballot: Ballot): boolean
}

export interface Given {
  /** Undefined for the birth word, which nobody can free. */
  readonly to: string | undefined
  /** Milliseconds of the member's clock. */
  readonly until: number
  readonly ballot: Ballot
}

export class Word {
  readonly #lasts: number
  #given: Given

  /** @param startMs when its seat was taken, by the clock of the `nowMs` below. */
  constructor(lastsMs: number, startMs: number) {
    this.#lasts = lastsMs
    this.#given = { to: undefined, until: startMs + lastsMs, ballot: NO_BALLOT }
  }

  get given(): Given {
    return this.#given
  }

  mayGrant(id: string, nowMs: number, freed: FreedBy): boolean {
    const { to, until, ballot } = this.#given
    if (to === id || nowMs >= until) return true
    return to !== undefined && freed.frees(to, ballot)
  }

  /** Only where it may be granted: see mayGrant(). */
  give(to: string, ballot: Ballot, nowMs: number): void {
    this.#given = { to, until: nowMs + this.#lasts, ballot }
  }
}
