/**
 * Known answers (RFC 6762 §7.1, §7.2): who asks tells whom it knows already, and those keep silent. Bytes in,
 * bytes out: a question gets the names of the services known, in as many packets as that takes, and what
 * others ask is read no further than this needs. Never throws on packets that `shapeOf` let through.
 *
 *     first packet    header (TC where more follow), the question, PTR records
 *     the others      header (TC but in the last), PTR records; the id of the header is that of the first
 *
 *     PTR record      name · type 12 · class 1 · TTL 4 · length 2 · instance name that ends in the id
 */
import { randomInt } from 'node:crypto'
import { discoveryLimits } from './limits.js'

const HEADER_BYTES = 12
const TRUNCATED = 0x02
const FLAGS = 2
const PTR = 12
/** What follows a name in a record: type, class, TTL, length. */
const FIXED_BYTES = 10
const FULL_TTL_S = 28_800
const QUESTION_NAME = Buffer.from([0xc0, HEADER_BYTES])
const OUR_NAME = Buffer.from('\x08_quorate\x04_tcp\x05local\x00', 'latin1')
const ID_AT_END = /-([0-9a-f]{16})$/

/** What another asks, as far as it concerns whom it knows. */
export interface Asked {
  /** Whether it asks for our services, and for nothing else: then whom it knows need not answer. */
  readonly isForOurs: boolean
  /** Whether there is no question in it: it goes on telling what was known to one that came before. */
  readonly isContinued: boolean
  /** Whether more of what is known follows in another packet. */
  readonly isTruncated: boolean
  /** Ids of the actors known there. */
  readonly known: readonly string[]
}

/**
 * The packets that ask `question`, a query of one question, and tell the instance names known; each of at
 * most so many bytes, but for the room that a name takes.
 */
export function withKnownAnswers(
  question: Buffer,
  instances: readonly string[],
  bytesMax: number = discoveryLimits.questionBytes,
): Buffer[] {
  const records = instances.map((instance) => ptrRecord(Buffer.from(instance)))
  const groups: Buffer[][] = [[]]
  let bytes = question.length
  for (const record of records) {
    const isFull = groups.at(-1)?.length === discoveryLimits.packetRecords
    if (isFull || bytes + record.length > bytesMax) {
      groups.push([])
      bytes = HEADER_BYTES + OUR_NAME.length
    }
    groups.at(-1)?.push(record)
    bytes += record.length
  }
  // Other processes of this host ask from the same port: the id tells apart who continues.
  const id = groups.length > 1 ? randomInt(1, 0x10000) : 0
  return groups.map((group, index) => {
    const isLast = index === groups.length - 1
    const head = Buffer.from(index === 0 ? question : Buffer.alloc(HEADER_BYTES))
    head.writeUInt16BE(id, 0)
    head.writeUInt8(isLast ? 0 : TRUNCATED, FLAGS)
    head.writeUInt16BE(group.length, 6)
    return Buffer.concat([head, ...(index === 0 ? group : withFullName(group))])
  })
}

/** Reads a query that `shapeOf` let through. */
export function readAsked(query: Buffer): Asked {
  const questions = query.readUInt16BE(4)
  const answers = query.readUInt16BE(6)
  let at = HEADER_BYTES
  let isForOurs = questions > 0
  for (let i = 0; i < questions; i++) {
    const end = afterName(query, at)
    isForOurs &&= query.readUInt16BE(end) === PTR && isOurName(query, at)
    at = end + 4
  }
  const known: string[] = []
  for (let i = 0; i < answers; i++) {
    const fixed = afterName(query, at)
    const data = fixed + FIXED_BYTES
    const id = query.readUInt16BE(fixed) === PTR && isFresh(query, fixed) && idAt(query, data)
    if (id) known.push(id)
    at = data + query.readUInt16BE(data - 2)
  }
  const isTruncated = ((query[FLAGS] ?? 0) & TRUNCATED) !== 0
  return { isForOurs, isContinued: questions === 0, isTruncated, known }
}

function ptrRecord(instance: Buffer): Buffer {
  const record = Buffer.alloc(QUESTION_NAME.length + FIXED_BYTES)
  QUESTION_NAME.copy(record)
  record.writeUInt16BE(PTR, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(FULL_TTL_S, 6)
  record.writeUInt16BE(1 + instance.length + QUESTION_NAME.length, 10)
  return Buffer.concat([record, Buffer.from([instance.length]), instance, QUESTION_NAME])
}

/** Where there is no question, the name is spelled in the first record, at the place of the question's. */
function withFullName([first, ...others]: readonly Buffer[]): Buffer[] {
  return first ? [OUR_NAME, first.subarray(QUESTION_NAME.length), ...others] : []
}

/** Who knows a record for less than half of its time wants to hear it again. */
function isFresh(query: Buffer, fixed: number): boolean {
  return query.readUInt32BE(fixed + 4) >= FULL_TTL_S / 2
}

/** The id in the instance name at `at`, whose first label may stand elsewhere. */
function idAt(query: Buffer, at: number): string | undefined {
  const pointed = (query[at] ?? 0) >= 0xc0 && at + 1 < query.length ? query.readUInt16BE(at) & 0x3fff : at
  const length = query[pointed] ?? 0
  if (length >= 0x40) return undefined
  return ID_AT_END.exec(query.toString('latin1', pointed + 1, pointed + 1 + length).toLowerCase())?.[1]
}

function isOurName(query: Buffer, at: number): boolean {
  return query.toString('latin1', at, at + OUR_NAME.length).toLowerCase() === OUR_NAME.toString('latin1')
}

/** The position after a name that is known to be whole. */
function afterName(bytes: Buffer, start: number): number {
  let at = start
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    if (length >= 0xc0) return at + 2
    at += 1 + length
  }
  return at + 1
}
