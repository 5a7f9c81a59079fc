/**
 * What members tell each other beside the log: who is dead for certain, who released which ballot, and the
 * highest epoch that anybody heard of. All of it only grows, so it may be repeated, reordered or lost, and is
 * told with every message, the newest of it.
 */
import { type Ballot, compareBallots, NO_BALLOT } from './ballot.js'
import { groupLimits } from './limits.js'
import type { FreedBy } from './word.js'

/** What goes with a message. */
export interface ToldFacts {
  /** The highest epoch that the sender has heard of. */
  readonly known: number
  readonly dead: readonly string[]
  readonly released: readonly (readonly [id: string, ballot: Ballot])[]
}

export class Facts implements FreedBy {
  #known = 0
  /** In the order in which they were heard of. */
  readonly #dead = new Set<string>()
  readonly #released = new Map<string, Ballot>()
  #told: ToldFacts | undefined
  #deaths = 0

  /** How many deaths were news. */
  get deaths(): number {
    return this.#deaths
  }

  /** The highest epoch that was ever heard of. */
  get known(): number {
    return this.#known
  }

  hearEpoch(epoch: number): void {
    if (epoch <= this.#known) return
    this.#known = epoch
    this.#told = undefined
  }

  /** A death certificate: the process is gone, checked on its own host. */
  isDead(id: string): boolean {
    return this.#dead.has(id)
  }

  released(id: string): Ballot {
    return this.#released.get(id) ?? NO_BALLOT
  }

  frees(id: string, ballot: Ballot): boolean {
    return this.isDead(id) || compareBallots(this.released(id), ballot) >= 0
  }

  /** True where it is news. */
  certifyDeath(id: string): boolean {
    if (this.#dead.has(id)) return false
    this.#dead.add(id)
    this.#deaths++
    this.#told = undefined
    forgetOldest(this.#dead)
    return true
  }

  release(id: string, ballot: Ballot): void {
    if (compareBallots(ballot, this.released(id)) <= 0) return
    // The one heard of last stands last.
    this.#released.delete(id)
    this.#released.set(id, ballot)
    this.#told = undefined
    forgetOldest(this.#released)
  }

  /** Takes in what another told. Gives the deaths that are news. */
  take({ known, dead, released }: ToldFacts): string[] {
    this.hearEpoch(known)
    for (const [id, ballot] of released) this.release(id, ballot)
    return dead.filter((id) => this.certifyDeath(id))
  }

  /** What to tell with a message: the newest. */
  told(): ToldFacts {
    this.#told ??= {
      known: this.#known,
      dead: [...this.#dead].slice(-groupLimits.toldFacts),
      released: [...this.#released].slice(-groupLimits.toldFacts),
    }
    return this.#told
  }
}

/** Forgetting is safe: a word that is not freed is merely kept until it is over. */
function forgetOldest(held: Set<string> | Map<string, unknown>): void {
  const [oldest] = held.keys()
  if (held.size > groupLimits.keptFacts && oldest !== undefined) held.delete(oldest)
}
