/** Logs: two that hold one entry at a place are one up to there. Messages and logs keep their bounds. */
import { type Ballot, isSameBallot, NO_BALLOT, type Position } from '../../../groups/ballot.js'
import type { Entry } from '../../../groups/entries.js'
import { groupLimits } from '../../../groups/limits.js'
import type { SimProcess } from '../process.js'
import type { Checker, Said, Stepped } from './checker.js'
import { named, Violation } from './violation.js'

interface Placed {
  readonly entry: Entry
  /** The ballot of the entry before it. */
  readonly before: Ballot
}

/** An entry is one thing in all logs that hold its place and ballot, and so is the one before it. */
export class LogChecker implements Checker {
  readonly #placed = new Map<string, Placed>()
  readonly #seen = new Map<string, Position>()

  stepped({ process }: Stepped): void {
    const { id, core } = process
    const { last } = core.log
    const seen = this.#seen.get(id)
    if (seen && seen.index === last.index && isSameBallot(seen.ballot, last.ballot)) return
    this.#seen.set(id, last)
    for (let index = last.index; index > core.log.base.position.index; index--) {
      if (!this.#isNew(process, index)) return
    }
  }

  #isNew({ id, core: { log } }: SimProcess, index: number): boolean {
    const entry = log.entry(index)
    const before = log.ballotAt(index - 1) ?? NO_BALLOT
    if (!entry) throw new Violation('log', `${id} has no entry ${index}`)
    const key = `${entry.ballot.epoch} ${entry.ballot.term} ${index}`
    const placed = this.#placed.get(key)
    if (!placed) {
      this.#placed.set(key, { entry, before })
      return true
    }
    if (!isSameBallot(placed.before, before)) {
      const text = `${index} in ${named(entry.ballot)} stands after ${named(placed.before)}`
      throw new Violation('log', `${text} and, at ${id}, after ${named(before)}`)
    }
    if (!isSameEntry(placed.entry, entry)) {
      const [one, other] = [placed.entry, entry].map((each) => JSON.stringify(each))
      throw new Violation('log', `${index} is ${one} and, at ${id}, ${other}`)
    }
    return false
  }
}

/** What is told, sent and kept at once is bounded. */
export class BoundsChecker implements Checker {
  said({ from, message: { facts, body } }: Said): void {
    const { toldFacts, entriesPerBeat } = groupLimits
    const isTooMuch = facts.dead.length > toldFacts || facts.released.length > toldFacts
    if (isTooMuch) throw new Violation('bounds', `${from.id} tells ${JSON.stringify(facts)}`)
    if (body.kind === 'beat' && body.entries.length > entriesPerBeat) {
      throw new Violation('bounds', `${from.id} sends ${body.entries.length} entries in one beat`)
    }
  }
}

export function isSameEntry(a: Entry, b: Entry): boolean {
  return isDeeplySame(a, b)
}

/** Of plain objects, lists and bytes. */
function isDeeplySame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
  }
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))]
  return one.length === other.size && one.every(([key, value]) => isDeeplySame(value, other.get(key)))
}
