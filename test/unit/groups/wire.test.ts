import { expect } from 'chai'
import fc from 'fast-check'
import type { Entry, Poll } from '../../../groups/entries.js'
import { groupLimits } from '../../../groups/limits.js'
import type { Beat, Body, GroupMessage } from '../../../groups/messages.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../../groups/wire.js'
import { READ_INTEGER_MAX, READ_TERM_MAX, TERM_MAX } from '../../../groups/wire-numbers.js'
import { InvariantViolation } from '../../../ports/errors.js'
import { bodies, messageWith } from './wire-arbitraries.js'

const RUNS = 1000

const ballot = { epoch: 1000, term: 1 }
const at = { ballot, index: 0 }
const facts: GroupMessage['facts'] = { known: 1000, dead: [], released: [] }
const poll: Poll = {
  id: 'a1/1000.1/1',
  by: 'a1',
  decidedBy: 'majority',
  electorate: ['a1'],
  clock: ballot,
  endsAtMs: 0,
  actAtMs: undefined,
  topic: new Uint8Array(0),
}

function message(body: Body): GroupMessage {
  return { from: 'a1', promised: ballot, facts, body }
}

function beat(parts: Partial<Beat>): GroupMessage {
  const rest = { genesis: ballot, number: 1, prev: at, entries: [], commit: 0, snapshot: undefined }
  return message({ kind: 'beat', ballot, ...rest, ...parts })
}

function beatOf(body: Entry['body']): GroupMessage {
  return beat({ entries: [{ ballot, body }] })
}

function snapshotWith(parts: Partial<NonNullable<Beat['snapshot']>['ledger']>): GroupMessage {
  const base = { position: at, members: [], observers: [], genesis: ballot, clock: ballot }
  const ledger = { formations: [], polls: [], ended: [], values: [], requests: [], ...parts }
  return beat({ snapshot: { base, ledger } })
}

/** As the other side has it. */
function back(sent: GroupMessage): GroupMessage | string {
  return decodeGroupMessage(encodeGroupMessage(sent))
}

function many<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

describe('wire', () => {
  for (const [kind, body] of Object.entries<fc.Arbitrary<Body>>(bodies)) {
    it(`brings any message of kind ${kind} over as it is`, function () {
      this.timeout(60_000)
      fc.assert(
        fc.property(messageWith(body), (sent) => {
          expect(back(sent)).to.deep.equal(sent)
        }),
        { numRuns: RUNS },
      )
    })
  }

  it('tells what is undefined as a field that is there, as the types have it', () => {
    const received = back(beatOf({ kind: 'set', by: 'a1', number: 1, key: 'k', value: undefined }))
    if (typeof received === 'string' || received.body.kind !== 'beat') throw new Error('no beat')
    expect(Object.keys(received.body)).to.include('snapshot')
    expect(received.body.entries[0]?.body).to.have.property('value', undefined)
  })

  it('tells a value of no bytes from none', () => {
    const set = { kind: 'set', by: 'a1', number: 1, key: '', value: new Uint8Array(0) } as const
    expect(back(beatOf(set))).to.deep.equal(beatOf(set))
  })

  it('takes a key named __proto__ for a key', () => {
    const values = [['__proto__', Buffer.from('v')]] as const
    expect(back(snapshotWith({ values }))).to.deep.equal(snapshotWith({ values }))
    expect('v' in {}).to.equal(false)
  })

  it('gives bytes that nobody else writes to, and keeps none that it was given', () => {
    const payload = Buffer.from('payload')
    const sent = message({
      kind: 'ask',
      genesis: ballot,
      number: 1,
      request: { kind: 'ordered', payload },
      until: undefined,
    })
    const first = encodeGroupMessage(sent)
    encodeGroupMessage(beat({}))
    const received = decodeGroupMessage(first)
    first.fill(0)
    expect(received).to.deep.equal(sent)
  })

  it('says an id once, and an electorate that does not change once', () => {
    const of = (count: number): number =>
      encodeGroupMessage(beat({ entries: many(count, (number) => opening(number + 1)) })).length
    const electorate = many(30, (index) => `${index + 10}112233445566778899aabbccddeeff`)
    const opening = (number: number): Entry => {
      const by = electorate[0] ?? ''
      return {
        ballot,
        body: { kind: 'open', by, number, poll: { ...poll, id: `${by}/1000.1/${number}`, electorate } },
      }
    }
    expect(of(2) - of(1)).to.be.below(50)
  })

  it('goes up to each bound, and not beyond it', () => {
    const { participants, toldFacts, requestBytes } = groupLimits
    const topic = new Uint8Array(requestBytes)
    const full = [
      beatOf({ kind: 'members', members: many(participants, String) }),
      { ...message({ kind: 'tell' }), facts: { known: 1, dead: many(toldFacts, String), released: [] } },
      beatOf({ kind: 'open', by: 'a1', number: 1, poll: { ...poll, topic } }),
      beatOf({ kind: 'set', by: 'a1', number: 1, key: 'ä', value: topic.subarray(2) }),
      beatOf({ kind: 'set', by: 'a1', number: 1, key: 'k'.repeat(requestBytes), value: undefined }),
      snapshotWith({
        formations: many(groupLimits.keptFormations, () => ({ genesis: ballot, index: 1 })),
        polls: many(groupLimits.openPolls, () => poll),
        ended: many(groupLimits.keptOutcomes, () => ({ poll, outcome: 'no', genesis: ballot, index: 1 })),
        values: many(groupLimits.values, (index) => [String(index), new Uint8Array(4096)]),
        requests: many(groupLimits.keptRequesters, (index) => [String(index), index]),
      }),
    ]
    // What chai says of so much takes it minutes to write.
    for (const sent of full) expect(isSame(back(sent), sent), sent.body.kind).to.equal(true)
  })

  it('reads no number so large that who counts on from it cannot be understood', () => {
    const largest = { epoch: READ_INTEGER_MAX, term: READ_TERM_MAX }
    expect(back(message({ kind: 'lead', ballot: largest }))).to.deep.equal(
      message({ kind: 'lead', ballot: largest }),
    )
    const next = { epoch: READ_INTEGER_MAX + 1, term: READ_TERM_MAX + 1 }
    expect(back(message({ kind: 'lead', ballot: next }))).to.equal('an epoch too large')
    expect(back(message({ kind: 'lead', ballot: { ...next, epoch: 1 } }))).to.equal('a term too large')
    expect(back(message({ kind: 'clock', sentMs: 2 ** 53 }))).to.equal('a time that is none')
    expect(back(beat({ commit: READ_INTEGER_MAX + 1 }))).to.equal('a number too large')
  })

  const refused: readonly (readonly [why: string, sent: GroupMessage])[] = [
    ['an epoch beyond all', message({ kind: 'lead', ballot: { epoch: 2 ** 53, term: 1 } })],
    ['an epoch below all', message({ kind: 'lead', ballot: { epoch: -1, term: 1 } })],
    ['half an epoch', message({ kind: 'lead', ballot: { epoch: 0.5, term: 1 } })],
    ['a term beyond all', message({ kind: 'lead', ballot: { epoch: 1, term: TERM_MAX + 1 } })],
    ['no term', message({ kind: 'lead', ballot: { epoch: 1, term: Number.NaN } })],
    ['an index below all', beat({ commit: -1 })],
    ['a number beyond all', beat({ number: 2 ** 53 })],
    ['a time that is no number', message({ kind: 'clock', sentMs: Number.NaN })],
    ['a time without end', message({ kind: 'clock', sentMs: Number.POSITIVE_INFINITY })],
    ['an empty id', { ...message({ kind: 'tell' }), from: '' }],
    ['an id of many characters', { ...message({ kind: 'tell' }), from: 'i'.repeat(65) }],
    ['an id of two lines', { ...message({ kind: 'tell' }), from: 'a\nb' }],
    ['an id of other letters', { ...message({ kind: 'tell' }), from: 'ä' }],
    ['a poll of many characters', message({ kind: 'choose', poll: 'p'.repeat(129), choice: 'no' })],
    ['half a character', beatOf({ kind: 'set', by: 'a1', number: 1, key: '\ud800', value: undefined })],
    ['many participants', beatOf({ kind: 'members', members: many(257, String) })],
    ['many deaths', { ...message({ kind: 'tell' }), facts: { ...facts, dead: many(9, String) } }],
    ['many entries', beat({ entries: many(257, () => ({ ballot, body: { kind: 'begin' } })) })],
    ['many bytes', beatOf({ kind: 'ordered', by: 'a1', number: 1, payload: new Uint8Array(65_537) })],
    [
      'many bytes with their key',
      beatOf({ kind: 'set', by: 'a1', number: 1, key: 'k', value: new Uint8Array(65_536) }),
    ],
    ['many bytes in all', snapshotWith({ values: many(65, (i) => [String(i), new Uint8Array(65_000)]) })],
  ]
  for (const [why, sent] of refused) {
    it(`does not write ${why}`, () => {
      expect(() => encodeGroupMessage(sent)).to.throw(InvariantViolation)
      expect(back(beat({})), 'the next message').to.deep.equal(beat({}))
    })
  }
})

function isSame(a: unknown, b: unknown): boolean {
  try {
    expect(a).to.deep.equal(b)
    return true
  } catch {
    return false
  }
}
