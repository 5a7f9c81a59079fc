/**
 * What a participant has of the history: it is asked about polls, hears how they end, gets ordered messages
 * and values, and is told how each of its own requests ended, once.
 */
import type { Ballot } from './ballot.js'
import type { CoreEffect, Settlement } from './effects.js'
import {
  type Choice,
  type EntryBody,
  type Outcome,
  type Poll,
  pollId,
  type Request,
  type Requested,
} from './entries.js'
import { type Due, Errands } from './errands.js'
import type { GroupClock } from './group-clock.js'
import type { History, HistoryEvent } from './history.js'
import type { Ended } from './ledger.js'
import { groupLimits } from './limits.js'

type Appended = Extract<HistoryEvent, { kind: 'appended' }>

export class Participation {
  readonly #id: string
  readonly #history: History
  readonly #tell: (effect: CoreEffect) => void
  readonly #errands = new Errands()
  /** The entry with which it took part. */
  #sinceIndex: number | undefined
  /** Tags of own polls that are open. */
  readonly #pollTags = new Map<string, number>()
  /** Polls whose end was told. */
  readonly #told = new Set<string>()

  constructor(id: string, history: History, tell: (effect: CoreEffect) => void) {
    this.#id = id
    this.#history = history
    this.#tell = tell
  }

  request(tag: number, request: Request, nowMs: number): void {
    if (!this.#errands.add(tag, request, nowMs)) this.#settled(tag, 'busy')
  }

  /** When endOverdue() has something to do, or before. */
  get nextEndMs(): number {
    return this.#errands.nextEndMs
  }

  /** Polls that waited for a leader until their time was over. */
  endOverdue(nowMs: number): void {
    for (const tag of this.#errands.over(nowMs)) this.#settled(tag, 'timeout', 'timeout')
  }

  vote(poll: string, choice: Choice): void {
    const why = this.#errands.vote(poll, choice)
    if (why !== 'taken') this.#tell({ kind: 'vote-refused', poll, why })
  }

  /** What the leader has to hear now. */
  due(nowMs: number, againMs: number, clock: GroupClock): Due {
    return this.#errands.due(nowMs, againMs, clock)
  }

  /** Another leads, which may have heard of nothing. */
  restart(): void {
    this.#errands.restart()
  }

  /** What follows from what happened to the history since the last time. */
  tellHistory(): void {
    const events = this.#history.take()
    const closed = events.length > 1 ? closedIn(events) : undefined
    for (const event of events) {
      if (event.kind === 'appended') this.#appended(event, closed)
      else if (event.kind === 'decided') this.#decided(event)
      else if (event.kind === 'installed') this.#installed(event)
      else if (event.kind === 'values') this.#valuesChanged(event)
      else this.#tell({ kind: 'history-lost', from: event.from, to: event.to })
    }
  }

  #valuesChanged({ index, changed }: Extract<HistoryEvent, { kind: 'values' }>): void {
    for (const [key, value] of changed) this.#tell({ kind: 'value', index, key, value })
  }

  /**
   * A poll is asked about as soon as it is in the log: a vote decides nothing before the poll is decided. One
   * whose end came with it is asked about no more.
   */
  #appended({ entry: { body }, genesis }: Appended, closed: ReadonlySet<string> | undefined): void {
    if (body.kind === 'open' && !closed?.has(body.poll.id)) this.#ask(body.poll, genesis)
  }

  #ask(poll: Poll, genesis: Ballot): void {
    if (!poll.electorate.includes(this.#id) || this.#told.has(poll.id)) return
    if (!this.#errands.isAsked(poll, genesis)) return
    this.#tell({ kind: 'asked', poll })
  }

  #decided({ index, entry, genesis, ended, isFull }: Extract<HistoryEvent, { kind: 'decided' }>): void {
    const { body } = entry
    this.#tell({ kind: 'decided', index, entry, genesis })
    for (const each of ended) this.#ended(each)
    if (body.kind === 'genesis') this.#begun()
    else if (body.kind === 'ordered' && this.#sinceIndex !== undefined) {
      this.#tell({ kind: 'ordered', index, by: body.by, payload: body.payload })
    } else if (body.kind === 'set' && !isFull) {
      this.#tell({ kind: 'value', index, key: body.key, value: body.value })
    }
    if (body.kind === 'open') this.#opened(genesis, body)
    else if (body.kind === 'over') this.#notOpened(index, genesis, body)
    else if (body.kind === 'ordered' || body.kind === 'set') this.#done(genesis, body, isFull)
    if (takesIn(body).includes(this.#id)) this.#sinceIndex ??= index
  }

  get #takesPart(): boolean {
    const { members, observers } = this.#history.log
    return members.includes(this.#id) || observers.includes(this.#id)
  }

  #opened(genesis: Ballot, { by, number, poll }: Extract<EntryBody, { kind: 'open' }>): void {
    const tag = by === this.#id ? this.#errands.decided(genesis, number) : undefined
    if (tag !== undefined) this.#pollTags.set(poll.id, tag)
  }

  /** Its number is used up. It may have been asked about here, by a leader that did not get it decided. */
  #notOpened(
    index: number,
    genesis: Ballot,
    { by, number, why }: Extract<EntryBody, { kind: 'over' }>,
  ): void {
    const tag = by === this.#id ? this.#errands.decided(genesis, number) : undefined
    if (tag !== undefined) this.#settled(tag, why, 'timeout')
    const poll = this.#errands.asked(pollId(genesis, { by, number }))
    if (poll) this.#ended({ poll, outcome: 'timeout', genesis, index })
  }

  #done(genesis: Ballot, { by, number }: Requested, isFull: boolean): void {
    const tag = by === this.#id ? this.#errands.decided(genesis, number) : undefined
    if (tag !== undefined) this.#settled(tag, isFull ? 'full' : 'done')
  }

  /** A new formation: what belongs to the last one, and is not in the history any more, has ended. */
  #begun(): void {
    const { genesis, formations, polls } = this.#history.ledger
    const index = formations.at(-1)?.index ?? 0
    const over = this.#errands.begin(genesis)
    for (const tag of over.tags) this.#settled(tag, 'unknown', 'unknown')
    for (const poll of over.polls) this.#ended({ poll, outcome: 'unknown', genesis, index })
    for (const [id, tag] of this.#pollTags) {
      if (polls.has(id)) continue
      this.#pollTags.delete(id)
      this.#settled(tag, 'unknown', 'unknown')
    }
  }

  #ended(ended: Ended): void {
    const { id, electorate, by } = ended.poll
    this.#errands.ended(id)
    const tag = this.#pollTags.get(id)
    this.#pollTags.delete(id)
    if (tag !== undefined) this.#settled(tag, 'done', ended.outcome)
    if (this.#told.has(id) || (by !== this.#id && !electorate.includes(this.#id))) return
    this.#told.add(id)
    forgetFirst(this.#told, groupLimits.keptOutcomes + groupLimits.openPolls)
    this.#tell({ kind: 'ended', ended })
  }

  /** A snapshot took the place of entries that were never heard of one by one. */
  #installed({ from, to }: Extract<HistoryEvent, { kind: 'installed' }>): void {
    const missedFrom = this.#sinceIndex === undefined ? to + 1 : from
    if (this.#takesPart) this.#sinceIndex ??= to
    const { genesis, ended, requests } = this.#history.ledger
    for (const { tag, request, number } of this.#errands.decidedTo(genesis, requests.get(this.#id) ?? 0)) {
      if (request.kind === 'poll') this.#pollTags.set(pollId(genesis, { by: this.#id, number }), tag)
      // Whether a value found room, a snapshot does not say.
      else this.#settled(tag, request.kind === 'set' ? 'unknown' : 'done')
    }
    for (const each of ended.values()) this.#ended(each)
    this.#begun()
    for (const poll of this.#history.ledger.polls.values()) this.#ask(poll, genesis)
    this.#tell({ kind: 'installed', missedFrom, to })
  }

  #settled(tag: number, as: Settlement, outcome?: Outcome): void {
    this.#tell({ kind: 'settled', tag, as, outcome })
  }
}

/** Polls whose end is in the log now. */
function closedIn(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const closed = new Set<string>()
  for (const event of events) {
    if (event.kind === 'appended' && event.entry.body.kind === 'close') closed.add(event.entry.body.poll)
  }
  return closed
}

/** Those who take part from an entry on, where it says who. */
function takesIn(body: EntryBody): readonly string[] {
  if (body.kind === 'genesis' || body.kind === 'members') return body.members
  return body.kind === 'observers' ? body.observers : []
}

function forgetFirst(held: Set<string>, most: number): void {
  const [first] = held
  if (held.size > most && first !== undefined) held.delete(first)
}
