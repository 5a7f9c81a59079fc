/**
 * What a decided log adds up to: the polls that are open and how the last ones ended, the shared values, and
 * which request of each participant was the last. It is what a snapshot holds of the entries before it.
 */
import type { Ballot } from './ballot.js'
import { NO_BALLOT } from './ballot.js'
import { type Entry, type EntryBody, type Outcome, type Poll, requestedOf } from './entries.js'
import { groupLimits } from './limits.js'

/** A formation, and where its first entry stands. */
export interface Formation {
  readonly genesis: Ballot
  readonly index: number
}

/** How a poll ended, and where that is decided. */
export interface Ended {
  readonly poll: Poll
  readonly outcome: Outcome
  readonly genesis: Ballot
  readonly index: number
}

export interface LedgerState {
  readonly formations: readonly Formation[]
  readonly polls: readonly Poll[]
  readonly ended: readonly Ended[]
  readonly values: readonly (readonly [key: string, value: Uint8Array])[]
  readonly requests: readonly (readonly [by: string, number: number])[]
}

export class Ledger {
  #formations: Formation[] = []
  readonly #polls = new Map<string, Poll>()
  readonly #ended = new Map<string, Ended>()
  readonly #values = new Map<string, Uint8Array>()
  readonly #requests = new Map<string, number>()
  #valueBytes = 0
  #endedBytes = 0

  constructor(state?: LedgerState) {
    if (!state) return
    this.#formations = [...state.formations]
    for (const poll of state.polls) this.#polls.set(poll.id, poll)
    for (const ended of state.ended) this.#end(ended)
    for (const [key, value] of state.values) this.#set(key, value)
    for (const [by, number] of state.requests) this.#requests.set(by, number)
  }

  get state(): LedgerState {
    return {
      formations: [...this.#formations],
      polls: [...this.#polls.values()],
      ended: [...this.#ended.values()],
      values: [...this.#values],
      requests: [...this.#requests],
    }
  }

  /** The formation that it is of; before the first one, none. */
  get genesis(): Ballot {
    return this.#formations.at(-1)?.genesis ?? NO_BALLOT
  }

  get formations(): readonly Formation[] {
    return this.#formations
  }

  /** Polls that are open, in the order of their openings. */
  get polls(): ReadonlyMap<string, Poll> {
    return this.#polls
  }

  /** How the newest polls ended, the last one last. */
  get ended(): ReadonlyMap<string, Ended> {
    return this.#ended
  }

  get values(): ReadonlyMap<string, Uint8Array> {
    return this.#values
  }

  /** The number of the last request of each participant, of this formation. */
  get requests(): ReadonlyMap<string, number> {
    return this.#requests
  }

  /** Takes the next decided entry in. Gives the polls that it ends. */
  apply(index: number, { ballot, body }: Entry): readonly Ended[] {
    const requested = requestedOf(body)
    if (requested) this.#count(requested.by, requested.number)
    if (body.kind === 'genesis') return this.#begin({ genesis: ballot, index })
    if (body.kind === 'open') this.#polls.set(body.poll.id, body.poll)
    else if (body.kind === 'close') return this.#close(index, body)
    else if (body.kind === 'set') this.#set(body.key, body.value)
    return []
  }

  #begin(formation: Formation): readonly Ended[] {
    this.#formations = [...this.#formations, formation].slice(-groupLimits.keptFormations)
    this.#requests.clear()
    const open = [...this.#polls.values()]
    this.#polls.clear()
    return open.map((poll) => this.#end({ poll, outcome: 'unknown', ...formation }))
  }

  #close(index: number, { poll: id, outcome }: Extract<EntryBody, { kind: 'close' }>): readonly Ended[] {
    const poll = this.#polls.get(id)
    if (!poll) return []
    this.#polls.delete(id)
    return [this.#end({ poll, outcome, genesis: this.genesis, index })]
  }

  #end(ended: Ended): Ended {
    this.#ended.set(ended.poll.id, ended)
    this.#endedBytes += ended.poll.topic.byteLength
    for (const [id, { poll }] of this.#ended) {
      if (this.#ended.size <= groupLimits.keptOutcomes && this.#endedBytes <= groupLimits.keptOutcomesBytes)
        break
      this.#ended.delete(id)
      this.#endedBytes -= poll.topic.byteLength
    }
    return ended
  }

  /** Whether a value finds room. One that does not changes nothing, at any member. */
  fits(key: string, value: Uint8Array | undefined): boolean {
    if (value === undefined) return true
    const before = this.#values.get(key)
    const count = this.#values.size + (before ? 0 : 1)
    const bytes = this.#valueBytes + sizeOf(key, value) - sizeOf(key, before)
    return count <= groupLimits.values && bytes <= groupLimits.valuesBytes
  }

  #set(key: string, value: Uint8Array | undefined): void {
    if (!this.fits(key, value)) return
    this.#valueBytes += sizeOf(key, value) - sizeOf(key, this.#values.get(key))
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
  }

  /** The participant that asked last stands last. */
  #count(by: string, number: number): void {
    this.#requests.delete(by)
    this.#requests.set(by, number)
    dropFirst(this.#requests, groupLimits.keptRequesters)
  }
}

function sizeOf(key: string, value: Uint8Array | undefined): number {
  return value ? Buffer.byteLength(key) + value.byteLength : 0
}

function dropFirst(map: Map<string, unknown>, most: number): void {
  const [first] = map.keys()
  if (map.size > most && first !== undefined) map.delete(first)
}

/** What a member still holds of another history: up to where both are one, by their formations. */
export function commonUntil(own: readonly Formation[], other: readonly Formation[]): number {
  const isThere = ({ genesis, index }: Formation): boolean =>
    other.some(
      (each) =>
        each.index === index && each.genesis.epoch === genesis.epoch && each.genesis.term === genesis.term,
    )
  const common = own.findLastIndex(isThere)
  const ends = [own[common + 1]?.index, nextAfter(own[common], other)]
  return Math.min(...ends.map((index) => (index === undefined ? Number.POSITIVE_INFINITY : index - 1)))
}

function nextAfter(formation: Formation | undefined, other: readonly Formation[]): number | undefined {
  if (!formation) return other[0]?.index
  return other.find(({ index }) => index > formation.index)?.index
}
