/** Anything that a member may say, for fast-check. */
import fc from 'fast-check'
import type { Ballot, Position } from '../../../groups/ballot.js'
import {
  type Choice,
  type Entry,
  type EntryBody,
  type Outcome,
  type Poll,
  type PollKind,
  pollId,
  type Request,
  type TooLate,
} from '../../../groups/entries.js'
import type { GroupMoment } from '../../../groups/group-clock.js'
import type { LedgerState } from '../../../groups/ledger.js'
import { groupLimits } from '../../../groups/limits.js'
import type { Body, GroupMessage, Snapshot } from '../../../groups/messages.js'
import {
  READ_CLOCK_MAX,
  READ_INTEGER_MAX,
  READ_TERM_MAX,
  READ_TIME_MAX,
  READ_TIMEOUT_MAX,
} from '../../../groups/wire-numbers.js'

type Of<T, K extends string> = Extract<T, { readonly kind: K }>
/** One arbitrary for each kind, none left out. */
type ByKind<T extends { readonly kind: string }> = { readonly [K in T['kind']]: fc.Arbitrary<Of<T, K>> }

const hexId = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))
const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
/** Few, so that a message says one twice. */
const fewIds = [
  'a1',
  'b2',
  'c3',
  '00112233445566778899aabbccddeeff',
  'ffeeddccbbaa99887766554433221100',
] as const

export const id: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...fewIds) },
  { weight: 2, arbitrary: hexId },
  { weight: 1, arbitrary: fc.string({ unit: visible, minLength: 1, maxLength: 64 }) },
)
const ids = fc.uniqueArray(id, { maxLength: 12 })

const integer = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: READ_INTEGER_MAX }),
  fc.constantFrom(READ_INTEGER_MAX, 2 ** 31, 2 ** 32, 2 ** 49, 127, 128),
)
const term = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(READ_TERM_MAX, 2 ** 31))

export const ballot: fc.Arbitrary<Ballot> = fc.oneof(
  fc.constantFrom({ epoch: 0, term: 0 }, { epoch: 1_790_000_000_123_456, term: 3 }),
  fc.record({ epoch: integer, term }),
)
const position: fc.Arbitrary<Position> = fc.record({ ballot, index: integer })
/** Either way from 0. */
function timeWithin(most: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.double({ min: -most, max: most, noNaN: true }),
    fc.constantFrom(0, -0, Number.MIN_VALUE, most, -most, 1_234_567.25),
  )
}
const time = timeWithin(READ_TIME_MAX)
const maybeTime = fc.option(time, { nil: undefined })
const moment: fc.Arbitrary<GroupMoment> = fc.record({ ms: time, clock: ballot })
const maybeMoment = fc.option(moment, { nil: undefined })
const bytes = fc.oneof(
  { weight: 60, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constant(new Uint8Array(groupLimits.requestBytes).fill(7)) },
)
const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', '__proto__', 'constructor', '﻿', 'ä漢😀', 'k'.repeat(70)),
)
const shortBytes = fc.uint8Array({ maxLength: 40 })
const maybeBytes = fc.option(shortBytes, { nil: undefined })
const decidedBy = fc.constantFrom<PollKind>('majority', 'consensus')
const choice = fc.constantFrom<Choice>('yes', 'no')

const pollIdText = fc.oneof(
  fc.tuple(ballot, id, integer).map(([genesis, by, number]) => pollId(genesis, { by, number })),
  fc.constantFrom('p', 'a1/1.1/01', 'a1/00.1/1', 'a1/1.1/', '/1.1/1', 'a1/9007199254740991.1/1', 'a/b/1.1/1'),
  fc.constantFrom('a1/1.4294967295/1', 'a1/1.1/9007199254740993', `${'i'.repeat(65)}/1.1/1`, 'x'.repeat(128)),
  fc.constantFrom('a1/1.1', 'a1/1/1', '1.1/1', 'a1/1.1/1.1', 'a1/-1.1/1', 'a1/1e3.1/1', '/', './', '/./'),
)

const poll: fc.Arbitrary<Poll> = fc.record({
  id: pollIdText,
  by: id,
  decidedBy,
  electorate: fc.oneof(fc.constantFrom(['a1', 'b2', 'c3'], []), ids),
  clock: ballot,
  endsAtMs: time,
  actAtMs: maybeTime,
  topic: bytes,
})

const requests: ByKind<Request> = {
  poll: fc.record({
    kind: fc.constant('poll'),
    decidedBy,
    timeoutMs: timeWithin(READ_TIMEOUT_MAX),
    actAt: maybeMoment,
    topic: bytes,
  }),
  ordered: fc.record({ kind: fc.constant('ordered'), payload: bytes }),
  set: fc.record({ kind: fc.constant('set'), key, value: maybeBytes }),
}
const request: fc.Arbitrary<Request> = fc.oneof(...Object.values(requests))

const entryBodies: ByKind<EntryBody> = {
  genesis: fc.record({ kind: fc.constant('genesis'), members: ids }),
  begin: fc.constantFrom<EntryBody & { kind: 'begin' }>(
    { kind: 'begin' },
    { kind: 'begin', hasNewClock: true },
  ),
  members: fc.record({ kind: fc.constant('members'), members: ids }),
  observers: fc.record({ kind: fc.constant('observers'), observers: ids }),
  open: fc.record({ kind: fc.constant('open'), by: id, number: integer, poll }),
  close: fc.record({
    kind: fc.constant('close'),
    poll: pollIdText,
    outcome: fc.constantFrom<Exclude<Outcome, 'unknown'>>('yes', 'no', 'timeout'),
  }),
  over: fc.record({
    kind: fc.constant('over'),
    by: id,
    number: integer,
    why: fc.constantFrom<TooLate>('timeout', 'action-past'),
  }),
  ordered: fc.record({ kind: fc.constant('ordered'), by: id, number: integer, payload: bytes }),
  set: fc.record({ kind: fc.constant('set'), by: id, number: integer, key, value: maybeBytes }),
}
const entry: fc.Arbitrary<Entry> = fc.record({ ballot, body: fc.oneof(...Object.values(entryBodies)) })
const begin: Entry = { ballot: { epoch: 1, term: 2 }, body: { kind: 'begin' } }
const entries = fc.oneof(
  { weight: 30, arbitrary: fc.array(entry, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constant(new Array<Entry>(groupLimits.entriesPerBeat).fill(begin)) },
)

const ledger: fc.Arbitrary<LedgerState> = fc.record({
  formations: fc.array(fc.record({ genesis: ballot, index: integer }), { maxLength: 4 }),
  polls: fc.array(poll, { maxLength: 4 }),
  ended: fc.array(
    fc.record({
      poll,
      outcome: fc.constantFrom<Outcome>('yes', 'no', 'timeout', 'unknown'),
      genesis: ballot,
      index: integer,
    }),
    { maxLength: 4 },
  ),
  values: fc.array(fc.tuple(key, shortBytes), { maxLength: 4 }),
  requests: fc.array(fc.tuple(id, integer), { maxLength: 4 }),
})

const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  base: fc.record({ position, members: ids, observers: ids, genesis: ballot, clock: ballot }),
  ledger,
})

export const bodies: ByKind<Body> = {
  pre: fc.record({ kind: fc.constant('pre'), nonce: integer, last: position, commit: position }),
  'pre-answer': fc.record({
    kind: fc.constant('pre-answer'),
    nonce: integer,
    regular: fc.boolean(),
    forming: fc.boolean(),
    wallUs: time,
    genesis: ballot,
  }),
  vote: fc.record({
    kind: fc.constant('vote'),
    ballot,
    forming: fc.boolean(),
    last: position,
    commit: position,
  }),
  'vote-answer': fc.record({ kind: fc.constant('vote-answer'), ballot, granted: fc.boolean() }),
  beat: fc.record({
    kind: fc.constant('beat'),
    ballot,
    genesis: ballot,
    number: integer,
    prev: position,
    entries,
    commit: integer,
    snapshot: fc.option(snapshot, { nil: undefined }),
  }),
  'beat-answer': fc.record({
    kind: fc.constant('beat-answer'),
    ballot,
    number: integer,
    matches: fc.boolean(),
    index: fc.oneof(fc.constant(-1), integer),
    granted: fc.boolean(),
  }),
  lead: fc.record({ kind: fc.constant('lead'), ballot }),
  follow: fc.record({ kind: fc.constant('follow'), ballot, isElectable: fc.boolean() }),
  'hand-over': fc.record({ kind: fc.constant('hand-over'), ballot }),
  tell: fc.record({ kind: fc.constant('tell') }),
  ask: fc.record({ kind: fc.constant('ask'), genesis: ballot, number: integer, request, until: maybeMoment }),
  choose: fc.record({ kind: fc.constant('choose'), poll: pollIdText, choice }),
  clock: fc.record({ kind: fc.constant('clock'), sentMs: time }),
  'clock-answer': fc.record({
    kind: fc.constant('clock-answer'),
    ballot,
    sentMs: time,
    shows: fc.record({ ms: timeWithin(READ_CLOCK_MAX), clock: ballot }),
  }),
}

/** A message with such a body. */
export function messageWith(body: fc.Arbitrary<Body>): fc.Arbitrary<GroupMessage> {
  return fc
    .record({
      from: id,
      promised: ballot,
      known: fc.option(integer, { nil: undefined }),
      dead: facts(id),
      released,
      body,
    })
    .map(({ known, dead, released: free, ...rest }) => ({
      ...rest,
      facts: { known: known ?? rest.promised.epoch, dead, released: free },
    }))
}

/** Mostly none. */
function facts<T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  const some = fc.array(each, { maxLength: groupLimits.toldFacts })
  return fc.oneof({ weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: some })
}

const released = facts(fc.tuple(id, ballot))

export const anyMessage = messageWith(fc.oneof(...Object.values(bodies)))
