/**
 * Polls on the wire.
 *
 *     poll        flags: 10 consensus, 20 an action; poll id, by id, electorate, clock 12, ends at 8,
 *                 [act at 8], topic
 *     poll id     1, by id, formation 12, number varint: the id that `pollId` makes of them; or
 *                 0, length, as many visible ASCII characters, at most 128
 *     electorate  1: who was in the last list; or 0, how many, ids
 *     outcome     0 unknown, 1 yes, 2 no, 3 timeout
 */
import type { Ballot } from './ballot.js'
import { type Outcome, type Poll, type PollKind, pollId, type Requested } from './entries.js'
import { groupLimits } from './limits.js'
import { TEXT_ID_CHARS } from './wire-ids.js'
import { READ_INTEGER_MAX, READ_TERM_MAX } from './wire-numbers.js'
import type { WireReader } from './wire-reader.js'
import type { WireWriter } from './wire-writer.js'

export const CONSENSUS = 0x10
export const ACTION = 0x20

const OUTCOMES = ['unknown', 'yes', 'no', 'timeout'] as const satisfies readonly Outcome[]

const POLL_ID_CHARS = 128
const TEXT_POLL_ID = 0
const WHOLE_POLL_ID = 1
const ZERO = 0x30

export function pollFlags(decidedBy: PollKind, isAction: boolean): number {
  return (decidedBy === 'consensus' ? CONSENSUS : 0) | (isAction ? ACTION : 0)
}

export function writePoll(writer: WireWriter, poll: Poll): void {
  writer.byte(pollFlags(poll.decidedBy, poll.actAtMs !== undefined))
  writePollId(writer, poll.id)
  writer.id(poll.by)
  writer.idsAgain(poll.electorate)
  writer.ballot(poll.clock)
  writer.time(poll.endsAtMs)
  if (poll.actAtMs !== undefined) writer.time(poll.actAtMs)
  writer.payload(poll.topic, groupLimits.requestBytes)
}

export function readPoll(reader: WireReader): Poll {
  const flags = reader.byte()
  if (flags & ~(CONSENSUS | ACTION)) reader.refuse('unknown flags')
  return {
    id: readPollId(reader),
    by: reader.id(),
    decidedBy: flags & CONSENSUS ? 'consensus' : 'majority',
    electorate: reader.idsAgain(),
    clock: reader.ballot(),
    endsAtMs: reader.time(),
    actAtMs: flags & ACTION ? reader.time() : undefined,
    topic: reader.payload(groupLimits.requestBytes),
  }
}

export function writePollId(writer: WireWriter, id: string): void {
  const parts = partsOf(id)
  if (!parts) {
    writer.byte(TEXT_POLL_ID)
    writer.label(id, POLL_ID_CHARS)
    return
  }
  writer.byte(WHOLE_POLL_ID)
  writer.id(parts.by)
  writer.ballot(parts.genesis)
  writer.varint(parts.number)
}

interface PollIdParts extends Requested {
  readonly genesis: Ballot
}

/** What an id was made of; undefined for one that is of another form, or whose parts would not be read. */
function partsOf(id: string): PollIdParts | undefined {
  const last = id.lastIndexOf('/')
  const dot = id.lastIndexOf('.', last)
  const first = id.lastIndexOf('/', dot)
  if (first < 1 || first > TEXT_ID_CHARS) return undefined
  const epoch = integerIn(id, first + 1, dot)
  const term = integerIn(id, dot + 1, last)
  const number = integerIn(id, last + 1, id.length)
  const isRead = epoch <= READ_INTEGER_MAX && number <= READ_INTEGER_MAX && term <= READ_TERM_MAX
  return isRead ? { genesis: { epoch, term }, by: id.slice(0, first), number } : undefined
}

/** The integer that stands there as `pollId` writes it, or NaN. Larger ones than are read are not exact. */
function integerIn(text: string, start: number, end: number): number {
  const hasZeroBefore = end - start > 1 && text.charCodeAt(start) === ZERO
  if (start >= end || hasZeroBefore) return Number.NaN
  let integer = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    integer = integer * 10 + digit
  }
  return integer
}

export function readPollId(reader: WireReader): string {
  const form = reader.byte()
  if (form === TEXT_POLL_ID) return reader.label(POLL_ID_CHARS)
  if (form !== WHOLE_POLL_ID) reader.refuse('unknown flags')
  const by = reader.id()
  return pollId(reader.ballot(), { by, number: reader.varint() })
}

export function writeOutcome(writer: WireWriter, outcome: Outcome): void {
  writer.byte(OUTCOMES.indexOf(outcome))
}

export function readOutcome(reader: WireReader): Outcome {
  return OUTCOMES[reader.byte()] ?? reader.refuse('an outcome that is none')
}
