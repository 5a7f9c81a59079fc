/**
 * Entries of a log on the wire: how many, and each
 *
 *     kind and flags, [ballot 12], what the kind has; flag: 80 the ballot is that of the entry before, or, of
 *     the first one, that of the beat
 *       1 genesis    ids            5 open      by id, number varint, poll
 *       2 begin      –; 10 a clock  6 close     poll id, outcome
 *         begins with it
 *       3 members    ids            7 ordered   by id, number varint, payload
 *       4 observers  ids            8 set       by id, number varint, key, [value]; flag: 10 a value is there
 *                                   9 over      by id, number varint; flag: 10 its action is past
 *
 * ids: how many, and they themselves.
 */
import { type Ballot, isSameBallot } from './ballot.js'
import type { Entry, EntryBody } from './entries.js'
import { groupLimits } from './limits.js'
import { readOutcome, readPoll, readPollId, writeOutcome, writePoll, writePollId } from './wire-polls.js'
import type { WireReader } from './wire-reader.js'
import { HAS_VALUE, OPEN, ORDERED, readValue, SET, writeValue } from './wire-requests.js'
import type { WireWriter } from './wire-writer.js'

const GENESIS = 1
const BEGIN = 2
/** Of a begin. */
const NEW_CLOCK = 0x10
const MEMBERS = 3
const OBSERVERS = 4
const CLOSE = 6
const OVER = 9
/** Of a poll whose time was over. */
const ACTION_PAST = 0x10

const SAME_BALLOT = 0x80

export function writeEntries(writer: WireWriter, entries: readonly Entry[], beat: Ballot): void {
  writer.count(entries.length, groupLimits.entriesPerBeat)
  let before = beat
  for (const { ballot, body } of entries) {
    const isSame = isSameBallot(ballot, before)
    writer.byte(tagOf(body) | (isSame ? SAME_BALLOT : 0))
    if (!isSame) writer.ballot(ballot)
    writeEntryBody(writer, body)
    before = ballot
  }
}

export function readEntries(reader: WireReader, beat: Ballot): readonly Entry[] {
  let before = beat
  return reader.several(groupLimits.entriesPerBeat, 'entries', () => {
    const tag = reader.byte()
    const ballot = tag & SAME_BALLOT ? before : reader.ballot()
    before = ballot
    return { ballot, body: readEntryBody(reader, tag & ~SAME_BALLOT) }
  })
}

function tagOf(body: EntryBody): number {
  switch (body.kind) {
    case 'genesis':
      return GENESIS
    case 'begin':
      return body.hasNewClock ? BEGIN | NEW_CLOCK : BEGIN
    case 'members':
      return MEMBERS
    case 'observers':
      return OBSERVERS
    case 'open':
      return OPEN
    case 'close':
      return CLOSE
    case 'ordered':
      return ORDERED
    case 'set':
      return body.value ? SET | HAS_VALUE : SET
    case 'over':
      return body.why === 'action-past' ? OVER | ACTION_PAST : OVER
  }
}

function writeEntryBody(writer: WireWriter, body: EntryBody): void {
  switch (body.kind) {
    case 'begin':
      return
    case 'genesis':
    case 'members':
      writer.ids(body.members)
      return
    case 'observers':
      writer.ids(body.observers)
      return
    case 'close':
      writePollId(writer, body.poll)
      writeOutcome(writer, body.outcome)
      return
    case 'over':
      writer.id(body.by)
      writer.varint(body.number)
      return
    case 'open':
    case 'ordered':
    case 'set':
      writer.id(body.by)
      writer.varint(body.number)
      if (body.kind === 'open') writePoll(writer, body.poll)
      else if (body.kind === 'ordered') writer.payload(body.payload, groupLimits.requestBytes)
      else writeValue(writer, body.key, body.value)
  }
}

/** Fields stand in the order in which the core makes them: so they are of one shape for the engine. */
function readEntryBody(reader: WireReader, tag: number): EntryBody {
  switch (tag) {
    case GENESIS:
      return { kind: 'genesis', members: reader.ids() }
    case BEGIN:
      return { kind: 'begin' }
    case BEGIN | NEW_CLOCK:
      return { kind: 'begin', hasNewClock: true }
    case MEMBERS:
      return { kind: 'members', members: reader.ids() }
    case OBSERVERS:
      return { kind: 'observers', observers: reader.ids() }
    case OPEN:
      return { kind: 'open', by: reader.id(), number: reader.varint(), poll: readPoll(reader) }
    case CLOSE: {
      const poll = readPollId(reader)
      const outcome = readOutcome(reader)
      return outcome === 'unknown'
        ? reader.refuse('an outcome that is none')
        : { kind: 'close', poll, outcome }
    }
    case ORDERED:
      return {
        by: reader.id(),
        number: reader.varint(),
        kind: 'ordered',
        payload: reader.payload(groupLimits.requestBytes),
      }
    case SET:
    case SET | HAS_VALUE: {
      const requested = { by: reader.id(), number: reader.varint() }
      return { ...requested, kind: 'set', ...readValue(reader, tag !== SET) }
    }
    case OVER:
    case OVER | ACTION_PAST: {
      const why = tag === OVER ? 'timeout' : 'action-past'
      return { kind: 'over', by: reader.id(), number: reader.varint(), why }
    }
    default:
      return reader.refuse('unknown entry')
  }
}
