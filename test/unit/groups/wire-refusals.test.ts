import { expect } from 'chai'
import { decodeGroupMessage } from '../../../groups/wire.js'

const A1 = '01 02 61 31'
const BALLOT = '00 00 00 00 00 00 03 e8 00 00 00 01'
/** A varint of 2^32 - 1. */
const MANY = 'ff ff ff ff 0f'
const KIND = {
  pre: '01',
  preAnswer: '02',
  beat: '05',
  lead: '07',
  tell: '0a',
  ask: '0b',
  choose: '0c',
  clock: '0d',
}

function bytesOf(...hex: string[]): Uint8Array {
  return Buffer.from(hex.join('').replaceAll(' ', ''), 'hex')
}

/** What every message begins with. */
function head(kind: string, flags = '00', from = A1): string {
  return `01 ${flags} ${kind} ${from} ${BALLOT}`
}

/** A beat up to its entries. */
const BEAT = `${head(KIND.beat)} ${BALLOT} ${BALLOT} 01 ${BALLOT} 00 00`
const SNAPSHOT = `${BEAT.replace('01 00', '01 10')} 00 ${BALLOT} 00 00 00 ${BALLOT} ${BALLOT}`
const ASK = `${head(KIND.ask)} ${BALLOT} 01`
/** A poll up to its electorate. */
const POLL = '00 00 01 70 02'
/** Counts that say more than anything may have: each a list, and a message up to it. */
const counts: Readonly<Record<string, string>> = {
  deaths: head(KIND.tell, '01'),
  releases: head(KIND.tell, '02'),
  entries: BEAT,
  participants: `${BEAT} 01 83`,
  formations: SNAPSHOT,
  polls: `${SNAPSHOT} 00`,
  outcomes: `${SNAPSHOT} 00 00`,
  values: `${SNAPSHOT} 00 00 00`,
  requests: `${SNAPSHOT} 00 00 00 00`,
  bytes: `${ASK} 07`,
}
const bounds: Readonly<Record<string, number>> = {
  deaths: 8,
  releases: 8,
  entries: 256,
  participants: 256,
  formations: 64,
  polls: 4096,
  outcomes: 1024,
  values: 1024,
  requests: 8192,
  bytes: 65_536,
}

const refusals: readonly (readonly [why: string, when: string, bytes: Uint8Array])[] = [
  ['truncated', 'nothing', bytesOf()],
  ['wire version 0', 'zeros', Buffer.alloc(100)],
  ['wire version 2', 'the next version', bytesOf('02 00 0a', A1, BALLOT)],
  ['unknown flags', 'a flag of no message', bytesOf(head(KIND.tell, '08'))],
  ['unknown flags', 'another one', bytesOf(head(KIND.tell, '80'))],
  ['unknown flags', 'a flag of other kinds', bytesOf(head(KIND.tell, '10'))],
  [
    'unknown flags',
    'the third of a kind with two',
    bytesOf(head(KIND.preAnswer, '40'), '00', '00'.repeat(8)),
  ],
  ['unknown kind 0', 'no kind', bytesOf(head('00'))],
  ['unknown kind 15', 'a kind to come', bytesOf(head('0f'))],
  ['unknown kind 255', 'the last kind', bytesOf(head('ff'))],
  ['bytes behind its end', 'one byte more', bytesOf(head(KIND.tell), '00')],
  ['bytes behind its end', 'two messages', bytesOf(head(KIND.tell), head(KIND.tell))],
  ['a number too long', 'a number without end', bytesOf(head(KIND.pre), 'ff'.repeat(20))],
  ['a number too large', '2^53', bytesOf(head(KIND.pre), '80 80 80 80 80 80 80 10')],
  [
    'an epoch too large',
    '2^53 as an epoch',
    bytesOf(head(KIND.lead), '00 20 00 00 00 00 00 00', '00 00 00 01'),
  ],
  ['an epoch too large', 'an epoch of ones', bytesOf(head(KIND.lead), 'ff'.repeat(12))],
  ['a term too large', 'a term of ones', bytesOf(head(KIND.lead), '00'.repeat(8), 'ff'.repeat(4))],
  ['a time that is none', 'not a number', bytesOf(head(KIND.clock), '7f f8 00 00 00 00 00 00')],
  ['a time that is none', 'infinity', bytesOf(head(KIND.clock), 'ff f0 00 00 00 00 00 00')],
  ['a time that is none', 'a time beyond all', bytesOf(head(KIND.clock), '7f ef ff ff ff ff ff ff')],
  ['an id that was not said before', 'the first id as said before', bytesOf(head(KIND.tell, '00', '02'))],
  ['an id that was not said before', 'a far one', bytesOf(head(KIND.tell, '01'), '01', '03')],
  ['a label that is none', 'an empty id', bytesOf(head(KIND.tell, '00', '01 00'))],
  ['a label that is none', 'an id of 65', bytesOf(head(KIND.tell, '00', `01 41 ${'61'.repeat(65)}`))],
  ['a label that is none', 'an id with a line end', bytesOf(head(KIND.tell, '00', '01 03 61 0a 62'))],
  ['a label that is none', 'an id with a blank', bytesOf(head(KIND.tell, '00', '01 03 61 20 62'))],
  [
    'a label that is none',
    'a long id with a sign',
    bytesOf(head(KIND.tell, '00', `01 20 ${'ff'.repeat(32)}`)),
  ],
  ['a label that is none', 'a poll without a name', bytesOf(head(KIND.choose), '00 00')],
  ['a label that is none', 'a poll of 129', bytesOf(head(KIND.choose), '00 81', '61'.repeat(129))],
  ['a participant twice', 'members twice', bytesOf(BEAT, '01 83 02', A1, A1)],
  ['a participant twice', 'by their place', bytesOf(BEAT, '01 84 02 02 02')],
  ['a participant twice', 'electors', bytesOf(BEAT, '01 85 02 01', POLL, '00 02 02 02')],
  ['a list that was not said before', 'the first list', bytesOf(BEAT, '01 85 02 01', POLL, '01')],
  ['unknown flags', 'a list of a third form', bytesOf(BEAT, '01 85 02 01', POLL, '02')],
  ['unknown flags', 'a poll with other flags', bytesOf(BEAT, '01 85 02 01 40')],
  ['unknown flags', 'a poll id of a third form', bytesOf(head(KIND.choose), '02')],
  ['unknown entry', 'an entry of no kind', bytesOf(BEAT, '01 80')],
  ['unknown entry', 'an entry of a kind to come', bytesOf(BEAT, '01 8a')],
  ['unknown entry', 'an entry with a flag of others', bytesOf(BEAT, '01 93')],
  ['unknown request', 'a request of no kind', bytesOf(ASK, '00')],
  ['unknown request', 'one of a kind of entries', bytesOf(ASK, '06')],
  ['unknown request', 'one with a flag of others', bytesOf(ASK, '17 00')],
  ['an outcome that is none', 'a close with what no leader decides', bytesOf(BEAT, '01 86 00 01 70 00')],
  ['an outcome that is none', 'a close with another', bytesOf(BEAT, '01 86 00 01 70 04')],
  ['text that is no UTF-8', 'half a character', bytesOf(ASK, '08 01 c3')],
  ['text that is no UTF-8', 'a surrogate', bytesOf(ASK, '08 03 ed a0 80')],
  ['text that is no UTF-8', 'more bytes than needed', bytesOf(ASK, '08 02 c0 af')],
  [
    'too many bytes',
    'a value that is too long with its key',
    bytesOf(ASK, '18 01 6b 80 80 04', '00'.repeat(65_536)),
  ],
  [
    'values of too many bytes',
    'values that are too long together',
    bytesOf(SNAPSHOT, '00 00 00 41', `00 80 80 04 ${'00'.repeat(65_536)}`.repeat(65), '00'),
  ],
]

describe('wire, what it refuses', () => {
  it('takes what the refused are made of', () => {
    const whole = [
      head(KIND.tell),
      `${BEAT} 00`,
      `${BEAT} 01 85 02 01 ${POLL} 00 01 02 ${BALLOT} ${'00'.repeat(8)} 00`,
      `${SNAPSHOT} 00 00 00 00 00`,
      `${ASK} 07 00`,
      `${ASK} 18 01 6b ff ff 03 ${'00'.repeat(65_535)}`,
    ]
    for (const hex of whole) expect(decodeGroupMessage(bytesOf(hex)), hex.slice(0, 400)).to.be.an('object')
  })

  for (const [why, when, bytes] of refusals) {
    it(`refuses ${when}: ${why}`, () => {
      expect(decodeGroupMessage(bytes)).to.equal(why)
    })
  }

  for (const [what, upTo] of Object.entries(counts)) {
    it(`refuses too many ${what}, before it sets anything aside for them`, () => {
      expect(decodeGroupMessage(bytesOf(upTo, MANY))).to.equal(`too many ${what}`)
      const most = bounds[what] ?? 0
      expect(decodeGroupMessage(bytesOf(upTo, varint(most + 1)))).to.equal(`too many ${what}`)
      expect(decodeGroupMessage(bytesOf(upTo, varint(most)))).to.equal('truncated')
    })
  }
})

function varint(value: number): string {
  const low = (value % 128) | (value < 128 ? 0 : 0x80)
  const hex = low.toString(16).padStart(2, '0')
  return value < 128 ? hex : hex + varint(Math.floor(value / 128))
}
