/** What must hold after every event of a simulated world. */
import { type Ballot, compareBallots, NO_BALLOT } from '../../groups/ballot.js'
import type { Entry } from '../../groups/entries.js'

/** Something that must never be. */
export class Violation extends Error {
  readonly checker: string

  constructor(checker: string, message: string) {
    super(`${checker}: ${message}`)
    this.checker = checker
  }
}

export interface Acting {
  readonly id: string
  readonly ballot: Ballot
}

function named({ epoch, term }: Ballot): string {
  return `(${epoch}, ${term})`
}

/** At no moment do two act, and whoever acts later acts in a higher ballot. */
export class LeaderChecker {
  #highest: Ballot = NO_BALLOT
  #by = ''

  check(acting: readonly Acting[]): void {
    const [one, other] = acting
    if (one && other) {
      const text = `${one.id} ${named(one.ballot)} and ${other.id} ${named(other.ballot)}`
      throw new Violation('two-leaders', `${text} act at once`)
    }
    if (!one) return
    const order = compareBallots(one.ballot, this.#highest)
    if (order < 0) {
      const text = `${one.id} acts in ${named(one.ballot)} after ${this.#by} in ${named(this.#highest)}`
      throw new Violation('token', text)
    }
    if (order === 0 && one.id !== this.#by) {
      throw new Violation('token', `${this.#by} and ${one.id} act in ${named(one.ballot)}`)
    }
    this.#highest = one.ballot
    this.#by = one.id
  }
}

/** What is decided at a place of a formation is one thing, and a poll has one outcome, whoever hears it. */
export class DecisionChecker {
  readonly #decided = new Map<string, Entry>()
  readonly #outcomes = new Map<string, string>()
  readonly #settled = new Set<number>()
  readonly #told = new Set<string>()

  /** @param genesis the formation that the entry is of, in the log of the member. */
  check(id: string, genesis: Ballot, index: number, entry: Entry): void {
    const place = `${named(genesis)} ${index}`
    const before = this.#decided.get(place)
    if (before && !isSame(before, entry)) {
      const text = `${place}: ${JSON.stringify(before)} and, at ${id}, ${JSON.stringify(entry)}`
      throw new Violation('log', text)
    }
    this.#decided.set(place, entry)
  }

  /** A request is settled once. */
  settled(id: string, tag: number): void {
    if (this.#settled.has(tag)) throw new Violation('settled', `${id} was told twice how ${tag} ended`)
    this.#settled.add(tag)
  }

  /** A member is told how a poll ended once, and all are told one outcome; where it was lost, `unknown`. */
  ended(id: string, poll: string, outcome: string): void {
    const told = `${id} ${poll}`
    if (this.#told.has(told)) throw new Violation('poll', `${id} was told twice how ${poll} ended`)
    this.#told.add(told)
    if (outcome === 'unknown') return
    const before = this.#outcomes.get(poll)
    if (before !== undefined && before !== outcome) {
      throw new Violation('poll', `${poll} was ${before}, and is ${outcome} at ${id}`)
    }
    this.#outcomes.set(poll, outcome)
  }
}

function isSame(a: Entry, b: Entry): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
