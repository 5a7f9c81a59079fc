/** One message of each kind, entry and request, for the bytes that are kept of them. */
import type { Entry, EntryBody, Poll } from '../../../groups/entries.js'
import type { Beat, Body, GroupMessage } from '../../../groups/messages.js'

const real = '00112233445566778899aabbccddeeff'
const ballot = { epoch: 1_790_000_000_123_456, term: 3 }
const older = { epoch: 1_780_000_000_000_001, term: 2 }
const start = { epoch: 0, term: 0 }
const topic = Buffer.from('open?')

const poll: Poll = {
  id: 'a1/1790000000123456.3/7',
  by: 'a1',
  decidedBy: 'consensus',
  electorate: ['a1', real],
  clock: older,
  endsAtMs: 1_790_000_001_000.5,
  actAtMs: 1_790_000_002_000,
  topic,
}
const moment = { ms: poll.endsAtMs, clock: older }
const plainPoll: Poll = { ...poll, id: 'other', decidedBy: 'majority', actAtMs: undefined }

const bodies: readonly EntryBody[] = [
  { kind: 'genesis', members: ['a1', real] },
  { kind: 'begin' },
  { kind: 'begin', hasNewClock: true },
  { kind: 'members', members: ['a1', real, 'c3'] },
  { kind: 'observers', observers: ['d4'] },
  { kind: 'open', by: 'a1', number: 7, poll },
  { kind: 'close', poll: poll.id, outcome: 'timeout' },
  { kind: 'ordered', by: real, number: 300, payload: Buffer.from('hi') },
  { kind: 'set', by: 'd4', number: 1, key: 'ä', value: Buffer.from('v') },
  { kind: 'set', by: 'd4', number: 2, key: 'k', value: undefined },
  { kind: 'over', by: 'd4', number: 3, why: 'timeout' },
  { kind: 'over', by: 'd4', number: 4, why: 'action-past' },
]
const entries: readonly Entry[] = bodies.map((body, at) => ({ ballot: at === 0 ? older : ballot, body }))

const beat: Beat = {
  kind: 'beat',
  ballot,
  genesis: older,
  number: 200,
  prev: { ballot: start, index: 0 },
  entries: [],
  commit: 0,
  snapshot: undefined,
}

const snapshot: Beat['snapshot'] = {
  base: {
    position: { ballot: older, index: 5 },
    members: ['a1', real],
    observers: [],
    genesis: older,
    clock: ballot,
  },
  ledger: {
    formations: [{ genesis: older, index: 1 }],
    polls: [poll],
    ended: [{ poll: plainPoll, outcome: 'unknown', genesis: older, index: 4 }],
    values: [['__proto__', Buffer.from('v')]],
    requests: [['a1', 7]],
  },
}

const last = { ballot, index: 130 }
const commit = { ballot: older, index: 5 }
const quiet: GroupMessage['facts'] = { known: ballot.epoch, dead: [], released: [] }

function message(body: Body, facts = quiet): GroupMessage {
  return { from: 'a1', promised: ballot, facts, body }
}

/** By the names that the fixture has for them. */
export const messageExamples: Readonly<Record<string, GroupMessage>> = {
  pre: message({ kind: 'pre', nonce: 2, last, commit }),
  'pre-answer': message({
    kind: 'pre-answer',
    nonce: 2,
    regular: true,
    forming: true,
    wallUs: ballot.epoch + 0.5,
    genesis: older,
  }),
  vote: message({ kind: 'vote', ballot, forming: true, last, commit }),
  'vote-answer': message({ kind: 'vote-answer', ballot, granted: true }),
  beat: message(beat),
  'beat with entries': message({ ...beat, entries }),
  'beat with a snapshot': message({ ...beat, snapshot }),
  'beat-answer': message({
    kind: 'beat-answer',
    ballot,
    number: 200,
    matches: true,
    index: 130,
    granted: true,
  }),
  'beat-answer that matches nowhere': message({
    kind: 'beat-answer',
    ballot,
    number: 200,
    matches: false,
    index: -1,
    granted: false,
  }),
  lead: message({ kind: 'lead', ballot }),
  follow: message({ kind: 'follow', ballot, isElectable: true }),
  'hand-over': message({ kind: 'hand-over', ballot }),
  tell: message({ kind: 'tell' }),
  'tell with facts, of a real id': {
    ...message({ kind: 'tell' }, { known: older.epoch, dead: ['b2', real], released: [['b2', older]] }),
    from: real,
  },
  'ask for a poll': message({
    kind: 'ask',
    genesis: older,
    number: 1,
    request: { kind: 'poll', decidedBy: 'majority', timeoutMs: 500, actAt: undefined, topic },
    until: undefined,
  }),
  'ask for an action': message({
    kind: 'ask',
    genesis: older,
    number: 1,
    request: { kind: 'poll', decidedBy: 'consensus', timeoutMs: 500, actAt: moment, topic },
    until: moment,
  }),
  'ask for an ordered message': message({
    kind: 'ask',
    genesis: older,
    number: 2,
    request: { kind: 'ordered', payload: Buffer.from('hi') },
    until: undefined,
  }),
  'ask to set': message({
    kind: 'ask',
    genesis: older,
    number: 3,
    request: { kind: 'set', key: 'k', value: Buffer.from('v') },
    until: undefined,
  }),
  'ask to remove': message({
    kind: 'ask',
    genesis: older,
    number: 4,
    request: { kind: 'set', key: 'k', value: undefined },
    until: undefined,
  }),
  choose: message({ kind: 'choose', poll: poll.id, choice: 'yes' }),
  clock: message({ kind: 'clock', sentMs: 12.5 }),
  'clock-answer': message({ kind: 'clock-answer', ballot, sentMs: 12.5, shows: moment }),
}
