/**
 * Looks over one mDNS packet before anything decodes it: that it is whole, and bounded. The decoder behind it
 * throws and answers each question on its own, so a packet of thousands of questions, or of nonsense, must
 * not get there.
 *
 *      0       2       4         6         8         10        12
 *     ┌───────┬───────┬─────────┬─────────┬─────────┬─────────┬───────────────────────┬───────────┐
 *     │ id    │ flags │ QDCOUNT │ ANCOUNT │ NSCOUNT │ ARCOUNT │ questions             │ records   │
 *     └───────┴───────┴─────────┴─────────┴─────────┴─────────┴───────────────────────┴───────────┘
 *     question: name, type 2, class 2        record: name, type 2, class 2, ttl 4, length 2, data
 */
import { discoveryLimits } from './limits.js'

const HEADER_BYTES = 12
const RESPONSE = 0x80

export type PacketKind = 'query' | 'response'

/**
 * What kind of packet this is, or `{ refusal }`. Never throws; reads names without following their pointers.
 */
export function shapeOf(bytes: Buffer): PacketKind | { refusal: string } {
  if (bytes.length < HEADER_BYTES) return { refusal: `only ${bytes.length} bytes` }
  const questions = bytes.readUInt16BE(4)
  const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10)
  if (questions > discoveryLimits.packetQuestions) return { refusal: `${questions} questions` }
  if (records > discoveryLimits.packetRecords) return { refusal: `${records} records` }
  let at = HEADER_BYTES
  for (let i = 0; i < questions && at >= 0; i++) at = skipped(bytes, afterName(bytes, at), 4)
  for (let i = 0; i < records && at >= 0; i++) at = afterRecord(bytes, at)
  if (at < 0) return { refusal: 'a name or record that is cut off' }
  return ((bytes[2] ?? 0) & RESPONSE) === 0 ? 'query' : 'response'
}

/** The position after the name at `at`, or -1. */
function afterName(bytes: Buffer, start: number): number {
  let at = start
  for (;;) {
    const length = bytes[at]
    if (length === undefined) return -1
    if (length === 0) return at + 1
    // A pointer to an earlier name ends this one.
    if (length >= 0xc0) return at + 2
    if (length >= 0x40) return -1
    at += 1 + length
  }
}

function afterRecord(bytes: Buffer, start: number): number {
  const fixed = afterName(bytes, start)
  const data = skipped(bytes, fixed, 10)
  if (data < 0) return -1
  return skipped(bytes, data, bytes.readUInt16BE(data - 2))
}

function skipped(bytes: Buffer, at: number, count: number): number {
  return at < 0 || at + count > bytes.length ? -1 : at + count
}
