/** Polls and requests: one outcome each, by those who may vote, each once, and nothing takes place twice. */
import type { CoreEffect } from '../../../groups/core.js'
import { type Choice, type Entry, type Poll, requestedOf } from '../../../groups/entries.js'
import type { Checker, Stepped } from './checker.js'
import { Violation } from './violation.js'

/** A poll as it was seen. */
interface Seen {
  poll: Poll
  /** The first vote of each, whoever it is. */
  readonly votes: Map<string, Choice>
  outcome: string | undefined
  /** The formation in which its opening was decided. */
  formation: string | undefined
}

/** A poll has one outcome, whoever hears it, and each hears it once; or `unknown`, where it was lost. */
export class PollChecker implements Checker {
  readonly #outcomes = new Map<string, string>()
  readonly #told = new Set<string>()

  stepped({ process: { id }, effects }: Stepped): void {
    for (const effect of effects) {
      if (effect.kind !== 'ended') continue
      const { poll, outcome, genesis } = effect.ended
      if (outcome === 'unknown' && poll.id.includes(`/${genesis.epoch}.${genesis.term}/`)) {
        throw new Violation('poll', `${poll.id} ends as unknown at ${id}, by its own formation`)
      }
      if (this.#told.has(`${id} ${poll.id}`)) {
        throw new Violation('poll', `${id} is told twice how ${poll.id} ended`)
      }
      this.#told.add(`${id} ${poll.id}`)
      if (outcome === 'unknown') continue
      const before = this.#outcomes.get(poll.id) ?? outcome
      if (before !== outcome) throw new Violation('poll', `${poll.id} was ${before}, is ${outcome} at ${id}`)
      this.#outcomes.set(poll.id, outcome)
    }
  }
}

/** An outcome follows from votes of the electorate, each once; a vote is asked for once, of them only. */
export class CountChecker implements Checker {
  readonly #polls = new Map<string, Seen>()
  readonly #asked = new Set<string>()

  stepped(stepped: Stepped): void {
    const { process, inputs, effects } = stepped
    for (const effect of effects) if (effect.kind === 'asked') this.#asks(process.id, effect.poll)
    for (const input of inputs) {
      const votes = input.kind === 'vote' ? this.#polls.get(input.poll)?.votes : undefined
      if (input.kind === 'vote' && votes && !votes.has(process.id)) votes.set(process.id, input.choice)
    }
    for (const effect of effects) if (effect.kind === 'decided') this.#decides(effect)
  }

  #asks(id: string, poll: Poll): void {
    this.#seen(poll)
    if (!poll.electorate.includes(id)) throw new Violation('count', `${id} is asked, and may not vote`)
    if (this.#asked.has(`${id} ${poll.id}`)) throw new Violation('count', `${id} is asked ${poll.id} twice`)
    this.#asked.add(`${id} ${poll.id}`)
  }

  #seen(poll: Poll): Seen {
    const seen = this.#polls.get(poll.id) ?? {
      poll,
      votes: new Map(),
      outcome: undefined,
      formation: undefined,
    }
    this.#polls.set(poll.id, seen)
    return seen
  }

  #decides({ entry: { body }, genesis }: Extract<CoreEffect, { kind: 'decided' }>): void {
    const formation = `${genesis.epoch}.${genesis.term}`
    // It may have been appended, and asked about, before, by a leader that did not get it decided.
    if (body.kind === 'open') {
      const opened = this.#seen(body.poll)
      opened.poll = body.poll
      opened.formation = formation
    }
    if (body.kind !== 'close') return
    const seen = this.#polls.get(body.poll)
    if (!seen || seen.outcome !== undefined) return
    if (seen.formation !== undefined && seen.formation !== formation) {
      throw new Violation('count', `${body.poll} of ${seen.formation} ends in ${formation}`)
    }
    seen.outcome = body.outcome
    const { electorate, decidedBy } = seen.poll
    const needed = decidedBy === 'consensus' ? electorate.length : Math.floor(electorate.length / 2) + 1
    const count = (choice: Choice): number =>
      electorate.filter((voter) => seen.votes.get(voter) === choice).length
    const isRight =
      body.outcome === 'timeout' ||
      (body.outcome === 'yes' ? count('yes') >= needed : electorate.length - count('no') < needed)
    if (isRight) return
    const votes = `${count('yes')} yes and ${count('no')} no of ${electorate.length}`
    throw new Violation('count', `${body.poll} ends ${body.outcome} (${decidedBy}) by ${votes}`)
  }
}

/** A request is settled once; what was asked for takes place once, in the order of who asked. */
export class RequestChecker implements Checker {
  readonly #open = new Map<number, string>()
  readonly #settled = new Set<number>()
  /** Where a request of a participant and a formation was decided. */
  readonly #decided = new Map<string, number>()
  readonly #placed = new Map<string, string>()

  /** Requests that are not settled: of whom, and their tags. */
  get unsettled(): readonly (readonly [id: string, tag: number])[] {
    return [...this.#open].map(([tag, id]) => [id, tag])
  }

  stepped({ process: { id }, inputs, effects }: Stepped): void {
    for (const input of inputs) if (input.kind === 'request') this.#open.set(input.tag, id)
    for (const effect of effects) {
      if (effect.kind === 'settled') this.#settles(id, effect.tag)
      else if (effect.kind === 'decided') this.#decides(effect)
    }
  }

  #settles(id: string, tag: number): void {
    if (this.#settled.has(tag) || this.#open.get(tag) !== id) {
      throw new Violation('request', `${id} is told of request ${tag}, which is not open`)
    }
    this.#settled.add(tag)
    this.#open.delete(tag)
  }

  #decides({ index, entry, genesis }: Extract<CoreEffect, { kind: 'decided' }>): void {
    const requested = requestedOf(entry.body)
    if (!requested) return
    const formation = `${genesis.epoch}.${genesis.term}`
    const request = `${requested.by} ${formation} ${requested.number}`
    const before = this.#decided.get(request)
    if (before !== undefined && before !== index) {
      throw new Violation('request', `request ${request} takes place at ${before} and at ${index}`)
    }
    this.#decided.set(request, index)
    const mark = markOf(entry)
    const place = `${formation} ${index}`
    if (mark === undefined) return
    const placed = this.#placed.get(mark) ?? place
    if (placed !== place) throw new Violation('request', `what bears ${mark} is at ${placed} and ${place}`)
    this.#placed.set(mark, place)
  }
}

/** What is asked for begins with what tells it from all others of its world. */
const MARK_BYTES = 2

function markOf({ body }: Entry): string | undefined {
  if (body.kind === 'ordered') return body.payload.subarray(0, MARK_BYTES).join()
  if (body.kind === 'open') return body.poll.topic.subarray(0, MARK_BYTES).join()
  return body.kind === 'set' ? body.value?.subarray(0, MARK_BYTES).join() : undefined
}

/** Ordered messages are told as they are decided, each once, in order; none that was missed. */
export class OrderChecker implements Checker {
  readonly #last = new Map<string, number>()

  stepped({ process: { id }, effects }: Stepped): void {
    for (const effect of effects) {
      if (effect.kind === 'history-lost') this.#last.set(id, effect.from - 1)
      else if (effect.kind === 'installed') this.#last.set(id, Math.max(this.#last.get(id) ?? 0, effect.to))
      else if (effect.kind === 'ordered') this.#tells(id, effect.index)
    }
  }

  #tells(id: string, index: number): void {
    const last = this.#last.get(id) ?? 0
    if (index <= last) throw new Violation('order', `${id} is told of ${index} after ${last}`)
    this.#last.set(id, index)
  }
}
