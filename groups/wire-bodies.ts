/**
 * The bodies of messages on the wire: what follows what every message has (`wire.ts`).
 *
 *      kind               flags                        fields
 *      1 pre                                           nonce varint, last position, commit position
 *      2 pre-answer       10 regular, 20 forming       nonce varint, wall clock 8, formation 12
 *      3 vote             10 forming                   ballot 12, last position, commit position
 *      4 vote-answer      10 granted                   ballot 12
 *      5 beat             10 a snapshot is there       ballot 12, formation 12, number varint, prev position,
 *                                                      commit varint, entries, [snapshot]
 *      6 beat-answer      10 matches, 20 granted,      ballot 12, number varint, [index varint]
 *                         40 index −1: none follows
 *      7 lead                                          ballot 12
 *      8 follow           10 electable                 ballot 12
 *      9 hand-over                                     ballot 12
 *     10 tell                                          –
 *     11 ask              10 a poll's end is known     formation 12, number varint, [ends by 8, clock 12],
 *                                                      request
 *     12 choose           10 yes                       poll id
 *     13 clock                                         sent at 8
 *     14 clock-answer                                  ballot 12, sent at 8, shows 8, clock 12
 *
 * ballot, formation, clock (in which it began): epoch, 8 bytes, at most 2^53 - 1, and term, 4 bytes.
 * position: ballot 12, index varint. Times are IEEE 754 binary64.
 */
import { invariant } from '../ports/index.js'
import type { Ask, Beat, BeatAnswer, Body } from './messages.js'
import { readEntries, writeEntries } from './wire-entries.js'
import { READ_CLOCK_MAX } from './wire-numbers.js'
import { readPollId, writePollId } from './wire-polls.js'
import type { WireReader } from './wire-reader.js'
import { readRequest, writeRequest } from './wire-requests.js'
import { readSnapshot, writeSnapshot } from './wire-snapshot.js'
import type { WireWriter } from './wire-writer.js'

/** The flags that a body may have are of these. */
export const BODY_FLAGS = 0x70
const FIRST = 0x10
const SECOND = 0x20
const THIRD = 0x40

interface Kind {
  readonly kind: Body['kind']
  readonly number: number
  /** Those that it may have. */
  readonly flags: number
}

const KINDS: readonly Kind[] = [
  { kind: 'pre', number: 1, flags: 0 },
  { kind: 'pre-answer', number: 2, flags: FIRST | SECOND },
  { kind: 'vote', number: 3, flags: FIRST },
  { kind: 'vote-answer', number: 4, flags: FIRST },
  { kind: 'beat', number: 5, flags: FIRST },
  { kind: 'beat-answer', number: 6, flags: FIRST | SECOND | THIRD },
  { kind: 'lead', number: 7, flags: 0 },
  { kind: 'follow', number: 8, flags: FIRST },
  { kind: 'hand-over', number: 9, flags: 0 },
  { kind: 'tell', number: 10, flags: 0 },
  { kind: 'ask', number: 11, flags: FIRST },
  { kind: 'choose', number: 12, flags: FIRST },
  { kind: 'clock', number: 13, flags: 0 },
  { kind: 'clock-answer', number: 14, flags: 0 },
]
const byNumber: readonly (Kind | undefined)[] = [undefined, ...KINDS]
const numbers = new Map(KINDS.map(({ kind, number }) => [kind, number]))

/** The number of a kind. */
export function numberOf({ kind }: Body): number {
  const number = numbers.get(kind)
  invariant(number !== undefined, 'each kind of message has a number')
  return number
}

/** What a body says by flags. */
export function flagsOf(body: Body): number {
  switch (body.kind) {
    case 'pre-answer':
      return (body.regular ? FIRST : 0) | (body.forming ? SECOND : 0)
    case 'vote':
      return body.forming ? FIRST : 0
    case 'vote-answer':
      return body.granted ? FIRST : 0
    case 'beat':
      return body.snapshot ? FIRST : 0
    case 'beat-answer':
      return (body.matches ? FIRST : 0) | (body.granted ? SECOND : 0) | (body.index === -1 ? THIRD : 0)
    case 'follow':
      return body.isElectable ? FIRST : 0
    case 'ask':
      return body.until ? FIRST : 0
    case 'choose':
      return body.choice === 'yes' ? FIRST : 0
    default:
      return 0
  }
}

export function writeBody(writer: WireWriter, body: Body): void {
  switch (body.kind) {
    case 'tell':
      return
    case 'pre':
      writer.varint(body.nonce)
      writer.position(body.last)
      writer.position(body.commit)
      return
    case 'pre-answer':
      writer.varint(body.nonce)
      writer.time(body.wallUs)
      writer.ballot(body.genesis)
      return
    case 'ask':
      writer.ballot(body.genesis)
      writer.varint(body.number)
      if (body.until) writer.moment(body.until)
      writeRequest(writer, body.request)
      return
    case 'choose':
      writePollId(writer, body.poll)
      return
    case 'clock':
      writer.time(body.sentMs)
      return
    default:
      writer.ballot(body.ballot)
      writeBallotBody(writer, body)
      return
  }
}

/** What follows the ballot of those that begin with one. */
function writeBallotBody(writer: WireWriter, body: Extract<Body, { readonly ballot: unknown }>): void {
  switch (body.kind) {
    case 'vote':
      writer.position(body.last)
      writer.position(body.commit)
      return
    case 'beat':
      writeBeat(writer, body)
      return
    case 'beat-answer':
      writer.varint(body.number)
      if (body.index !== -1) writer.varint(body.index)
      return
    case 'clock-answer':
      writer.time(body.sentMs)
      writer.moment(body.shows)
      return
    default:
      return
  }
}

/** The body of the kind that has this number. */
export function readBody(reader: WireReader, number: number, flags: number): Body {
  const { kind, flags: allowed } = byNumber[number] ?? reader.refuse(`unknown kind ${number}`)
  if (flags & ~allowed) reader.refuse('unknown flags')
  const first = (flags & FIRST) !== 0
  const second = (flags & SECOND) !== 0
  switch (kind) {
    case 'pre':
      return { kind, nonce: reader.varint(), last: reader.position(), commit: reader.position() }
    case 'pre-answer': {
      const nonce = reader.varint()
      const willing = { regular: first, forming: second }
      return { kind, nonce, ...willing, wallUs: reader.time(), genesis: reader.ballot() }
    }
    case 'vote': {
      const ballot = reader.ballot()
      return { kind, ballot, forming: first, last: reader.position(), commit: reader.position() }
    }
    case 'vote-answer':
      return { kind, ballot: reader.ballot(), granted: first }
    case 'beat':
      return readBeat(reader, first)
    case 'beat-answer':
      return readBeatAnswer(reader, flags)
    case 'follow':
      return { kind, ballot: reader.ballot(), isElectable: first }
    case 'lead':
    case 'hand-over':
      return { kind, ballot: reader.ballot() }
    case 'tell':
      return { kind }
    case 'ask':
      return readAsk(reader, first)
    case 'choose':
      return { kind, poll: readPollId(reader), choice: first ? 'yes' : 'no' }
    case 'clock':
      return { kind, sentMs: reader.time() }
    case 'clock-answer':
      return { kind, ballot: reader.ballot(), sentMs: reader.time(), shows: reader.moment(READ_CLOCK_MAX) }
  }
}

function readAsk(reader: WireReader, hasEnd: boolean): Ask {
  const [genesis, number] = [reader.ballot(), reader.varint()]
  const until = hasEnd ? reader.moment() : undefined
  return { kind: 'ask', genesis, number, request: readRequest(reader), until }
}

function writeBeat(writer: WireWriter, beat: Beat): void {
  writer.ballot(beat.genesis)
  writer.varint(beat.number)
  writer.position(beat.prev)
  writer.varint(beat.commit)
  writeEntries(writer, beat.entries, beat.ballot)
  if (beat.snapshot) writeSnapshot(writer, beat.snapshot)
}

function readBeat(reader: WireReader, hasSnapshot: boolean): Beat {
  const ballot = reader.ballot()
  return {
    kind: 'beat',
    ballot,
    genesis: reader.ballot(),
    number: reader.varint(),
    prev: reader.position(),
    commit: reader.varint(),
    entries: readEntries(reader, ballot),
    snapshot: hasSnapshot ? readSnapshot(reader) : undefined,
  }
}

function readBeatAnswer(reader: WireReader, flags: number): BeatAnswer {
  return {
    kind: 'beat-answer',
    ballot: reader.ballot(),
    number: reader.varint(),
    matches: (flags & FIRST) !== 0,
    index: flags & THIRD ? -1 : reader.varint(),
    granted: (flags & SECOND) !== 0,
  }
}
