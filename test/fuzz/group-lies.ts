/**
 * What a member of a group may be told by others who mean harm and know it well: messages of every kind, with
 * ballots, positions and polls that it has, nearly has, or cannot have.
 */

import type { Ballot, Position } from '../../groups/ballot.js'
import type { GroupCore } from '../../groups/core.js'
import {
  type Entry,
  type EntryBody,
  type Outcome,
  type Poll,
  type PollKind,
  pollId,
  type Request,
} from '../../groups/entries.js'
import type { GroupMoment } from '../../groups/group-clock.js'
import type { LedgerState } from '../../groups/ledger.js'
import type { Body, GroupMessage, Snapshot } from '../../groups/messages.js'
import { READ_CLOCK_MAX, READ_INTEGER_MAX, READ_TERM_MAX, READ_TIME_MAX } from '../../groups/wire-numbers.js'
import type { Chance } from '../support/chance.js'

/** Who may be told of; `z` is nobody. */
export const NAMES = ['a', 'b', 'c', 'o', 'z'] as const

/** Who leads says how far log and clock are; they go on from there while a test lasts. */
const ROOM = 1e6
const LAST_INDEX = READ_INTEGER_MAX - ROOM
const LATEST_CLOCK = READ_CLOCK_MAX - ROOM

const TIMES = [0, -1, 1, 0.5, 100, 86_400_000, 1.767e12, 1.767e15, LATEST_CLOCK, READ_TIME_MAX] as const

export class Liar {
  readonly #chance: Chance
  readonly #core: GroupCore

  constructor(chance: Chance, core: GroupCore) {
    this.#chance = chance
    this.#core = core
  }

  /** A message, from anybody but the member itself. */
  message(): GroupMessage {
    const others = NAMES.filter((id) => id !== this.#core.id)
    const facts = {
      known: this.#sometimes(2) ? 0 : this.#ballot().epoch,
      dead: this.#sometimes(20) ? [this.#among(others)] : [],
      released: this.#sometimes(20) ? [[this.#name(), this.#ballot()] as const] : [],
    }
    return { from: this.#among(others), promised: this.#ballot(), facts, body: this.#body() }
  }

  /** True in one of so many. */
  #sometimes(among: number): boolean {
    return this.#chance.below(among) === 0
  }

  #among<T>(all: readonly T[]): T {
    const picked = all[this.#chance.below(all.length)]
    if (picked === undefined) throw new Error('nothing to choose from')
    return picked
  }

  #some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#chance.below(most + 1) }, make)
  }

  #name(): string {
    return this.#chance.pick(NAMES)
  }

  #names(): string[] {
    return NAMES.filter(() => this.#chance.below(5) < 3)
  }

  #ballot(): Ballot {
    const { promised, log } = this.#core
    const { epoch, term } = promised
    if (this.#sometimes(30)) return { epoch: READ_INTEGER_MAX, term: READ_TERM_MAX }
    if (this.#sometimes(30)) return { epoch, term: READ_TERM_MAX }
    return this.#chance.pick([
      promised,
      log.genesis,
      log.last.ballot,
      { epoch: 0, term: 0 },
      { epoch: 1, term: 1 },
      { epoch, term: Math.min(term + 1, READ_TERM_MAX) },
      { epoch: Math.min(epoch + 1000, READ_INTEGER_MAX), term: 1 },
    ])
  }

  #number(): number {
    const { last, commit } = this.#core.log
    return this.#among([0, 1, 2, 3, 7, 300, commit.index, last.index, last.index + 1, LAST_INDEX])
  }

  #position(): Position {
    return { ballot: this.#ballot(), index: this.#number() }
  }

  #time(): number {
    return this.#chance.pick(TIMES) * this.#chance.pick([1, 1, 1, -1])
  }

  #maybeTime(): number | undefined {
    return this.#sometimes(2) ? this.#time() : undefined
  }

  #moment(): GroupMoment {
    return { ms: this.#time(), clock: this.#ballot() }
  }

  #maybeMoment(): GroupMoment | undefined {
    return this.#sometimes(2) ? this.#moment() : undefined
  }

  #bytes(): Uint8Array {
    return new Uint8Array(this.#chance.bytes(this.#chance.pick([0, 1, 10])))
  }

  #pollId(): string {
    const own = pollId(this.#core.log.genesis, { by: this.#name(), number: 1 })
    const open = [...this.#core.ledger.polls.keys()]
    return this.#among(['p', 'x/1.1/1', own, ...open])
  }

  #poll(): Poll {
    return {
      id: this.#pollId(),
      by: this.#name(),
      decidedBy: this.#chance.pick(['majority', 'consensus']),
      electorate: this.#names(),
      clock: this.#ballot(),
      endsAtMs: this.#time(),
      actAtMs: this.#maybeTime(),
      topic: this.#bytes(),
    }
  }

  #request(): Request {
    const [decidedBy, topic] = [this.#chance.pick<PollKind>(['majority', 'consensus']), this.#bytes()]
    return this.#chance.pick<Request>([
      { kind: 'poll', decidedBy, timeoutMs: this.#time(), actAt: this.#maybeMoment(), topic },
      { kind: 'ordered', payload: topic },
      { kind: 'set', key: this.#chance.pick(['', 'k']), value: this.#sometimes(3) ? undefined : topic },
    ])
  }

  #entry(): Entry {
    const requested = { by: this.#name(), number: this.#number() }
    const value = this.#sometimes(3) ? undefined : this.#bytes()
    const body = this.#chance.pick<EntryBody>([
      { kind: 'genesis', members: this.#names() },
      { kind: 'begin' },
      { kind: 'begin', hasNewClock: true },
      { kind: 'members', members: this.#names() },
      { kind: 'observers', observers: this.#names() },
      { kind: 'open', ...requested, poll: this.#poll() },
      { kind: 'close', poll: this.#pollId(), outcome: this.#chance.pick(['yes', 'no', 'timeout']) },
      { kind: 'over', ...requested, why: this.#chance.pick(['timeout', 'action-past']) },
      { kind: 'ordered', ...requested, payload: this.#bytes() },
      { kind: 'set', ...requested, key: this.#chance.pick(['', 'k']), value },
    ])
    return { ballot: this.#ballot(), body }
  }

  #snapshot(): Snapshot {
    const at = (): { genesis: Ballot; index: number } => ({ genesis: this.#ballot(), index: this.#number() })
    const outcomes: readonly [Outcome, ...Outcome[]] = ['yes', 'no', 'timeout', 'unknown']
    const ledger: LedgerState = {
      formations: this.#some(2, at),
      polls: this.#some(2, () => this.#poll()),
      ended: this.#some(2, () => ({ poll: this.#poll(), outcome: this.#chance.pick(outcomes), ...at() })),
      values: this.#some(2, () => [`k${this.#number()}`, this.#bytes()] as const),
      requests: this.#some(2, () => [this.#name(), this.#number()] as const),
    }
    const participants = { members: this.#names(), observers: this.#names() }
    const ballots = { genesis: this.#ballot(), clock: this.#ballot() }
    return { base: { position: this.#position(), ...participants, ...ballots }, ledger }
  }

  #beat(): Body {
    return {
      kind: 'beat',
      ballot: this.#ballot(),
      genesis: this.#ballot(),
      number: this.#number(),
      prev: this.#position(),
      entries: this.#some(3, () => this.#entry()),
      commit: this.#number(),
      snapshot: this.#sometimes(6) ? this.#snapshot() : undefined,
    }
  }

  #body(): Body {
    const [ballot, number, isSo] = [this.#ballot(), this.#number(), this.#sometimes(2)]
    const positions = { last: this.#position(), commit: this.#position() }
    const willing = { regular: this.#sometimes(2), forming: this.#sometimes(2) }
    const answers = { ...willing, wallUs: this.#time(), genesis: ballot }
    const answer = { matches: this.#sometimes(2), index: this.#among([-1, number]), granted: isSo }
    return this.#chance.pick<Body>([
      this.#beat(),
      this.#beat(),
      this.#beat(),
      { kind: 'pre', nonce: number, ...positions },
      { kind: 'pre-answer', nonce: 1 + this.#chance.below(4), ...answers },
      { kind: 'vote', ballot, forming: isSo, ...positions },
      { kind: 'vote-answer', ballot, granted: isSo },
      { kind: 'beat-answer', ballot, number, ...answer },
      { kind: 'lead', ballot },
      { kind: 'follow', ballot, isElectable: isSo },
      { kind: 'hand-over', ballot },
      { kind: 'tell' },
      { kind: 'ask', genesis: ballot, number, request: this.#request(), until: this.#maybeMoment() },
      { kind: 'choose', poll: this.#pollId(), choice: 'yes' },
      { kind: 'clock', sentMs: this.#time() },
      { kind: 'clock-answer', ballot, sentMs: this.#time(), shows: this.#moment() },
    ])
  }
}
