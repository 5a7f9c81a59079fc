/**
 * What members of a group say to each other, as bytes:
 *
 *      0        1        2        3 …
 *     ┌────────┬────────┬────────┬──────┬───────────┬─────────┬───────────┬───────────┬─────────────────┐
 *     │version │ flags  │ kind   │ from │ promised  │ known   │ dead      │ released  │ body            │
 *     │  = 1   │        │        │ id   │ ballot 12 │ if 04 8 │ if 01     │ if 02     │ wire-bodies.ts  │
 *     └────────┴────────┴────────┴──────┴───────────┴─────────┴───────────┴───────────┴─────────────────┘
 *
 * flags     01 deaths follow, 02 releases follow, 04 the highest epoch that is known follows, where it is not
 *           that of the ballot that is promised; 10, 20, 40 as the kind has it; 08 and 80 are 0
 * id        wire-ids.ts
 * dead      how many, ids
 * released  how many, each an id and a ballot
 *
 * Integers and times are big-endian; a varint is little-endian base 128, at most 8 bytes, at most 2^53 - 1.
 * What is read has exactly the fields of its type, those that may be undefined too, and holds no view of the
 * bytes that it was read from. A time keeps its bits, -0 too.
 */
import type { ToldFacts } from './facts.js'
import { groupLimits } from './limits.js'
import type { GroupMessage } from './messages.js'
import { BODY_FLAGS, flagsOf, numberOf, readBody, writeBody } from './wire-bodies.js'
import { WireReader } from './wire-reader.js'
import { WireWriter } from './wire-writer.js'

export const GROUP_WIRE_VERSION = 1

const DEAD = 0x01
const RELEASED = 0x02
const KNOWN = 0x04
const FLAGS = DEAD | RELEASED | KNOWN | BODY_FLAGS

const writer = new WireWriter()
const reader = new WireReader()

/**
 * The bytes of a message, which are the caller's.
 * @throws InvariantViolation for one that breaks a bound of `groupLimits` or holds a number that is no safe
 * one, a text that is not well-formed, or no id where one belongs: whoever made it must have checked.
 */
export function encodeGroupMessage({ from, promised, facts, body }: GroupMessage): Uint8Array {
  const { known, dead, released } = facts
  writer.begin()
  writer.byte(GROUP_WIRE_VERSION)
  const told = (dead.length > 0 ? DEAD : 0) | (released.length > 0 ? RELEASED : 0)
  const isOther = known !== promised.epoch
  writer.byte(told | (isOther ? KNOWN : 0) | flagsOf(body))
  writer.byte(numberOf(body))
  writer.id(from)
  writer.ballot(promised)
  if (isOther) writer.epoch(known)
  if (dead.length > 0) {
    writer.count(dead.length, groupLimits.toldFacts)
    for (const id of dead) writer.id(id)
  }
  if (released.length > 0) {
    writer.count(released.length, groupLimits.toldFacts)
    for (const [id, ballot] of released) {
      writer.id(id)
      writer.ballot(ballot)
    }
  }
  writeBody(writer, body)
  return writer.end()
}

/**
 * The message that bytes are, all of them, or why they are none, in words that hold nothing of theirs. Never
 * throws, whatever they are; takes time and memory in proportion to them.
 */
export function decodeGroupMessage(bytes: Uint8Array): GroupMessage | string {
  return reader.readAll(bytes, readMessage)
}

function readMessage(): GroupMessage {
  const version = reader.byte()
  if (version !== GROUP_WIRE_VERSION) reader.refuse(`wire version ${version}`)
  const flags = reader.byte()
  const kind = reader.byte()
  if (flags & ~FLAGS) reader.refuse('unknown flags')
  const from = reader.id()
  const promised = reader.ballot()
  const facts: ToldFacts = {
    known: flags & KNOWN ? reader.epoch() : promised.epoch,
    dead: flags & DEAD ? reader.several(groupLimits.toldFacts, 'deaths', readId) : [],
    released: flags & RELEASED ? reader.several(groupLimits.toldFacts, 'releases', readRelease) : [],
  }
  return { from, promised, facts, body: readBody(reader, kind, flags & BODY_FLAGS) }
}

function readId(): string {
  return reader.id()
}

function readRelease(): ToldFacts['released'][number] {
  return [reader.id(), reader.ballot()]
}
