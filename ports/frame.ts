/**
 * The frame: what a port puts on the wire, in both directions.
 *
 *      0        1        2 …            (8 bytes)        (8 bytes)        …
 *     ┌────────┬────────┬──────────────┬────────────────┬────────────────┬────────────────────┐
 *     │version │ flags  │ sequence     │ time           │ sent at        │ payload            │
 *     │  = 1   │        │ varint       │ only if TIMED  │ only if SENT   │                    │
 *     └────────┴────────┴──────────────┴────────────────┴────────────────┴────────────────────┘
 *
 * version   the wire version in the low seven bits; the high one is the flag SENT. On a pub a topic stands
 * before it: see subscription.ts. sequence  pub: number of the (first) message, from 1. qry and ans: id of
 * the (first) query.
 *           Little-endian base 128, at most 8 bytes, at most 2^53 - 1.
 * time      milliseconds, IEEE 754 binary64, big-endian: when the query is given up, or of a
 *           hello, when it is said, by a clock of the asker's that only grows.
 * sent at   milliseconds since 1970, in the same form: when the frame left a port that is `timed`.
 * payload   one MessagePack value;
 *           BATCH: dd nnnnnnnn (array 32) and n values, message k having sequence + k;
 *           BATCH and KEYED (qry and ans): dd and 2n values: query id, message, query id, message, …;
 *           BYTES: as above, each value a MessagePack bin;
 *           BYTES and APART: 128 zero bytes; the bytes are the second part of the ZeroMQ message, untouched.
 *           ERROR: a string, why the query was refused. HELLO, BYE: see subscription.ts and qry-link.ts.
 */
export const WIRE_VERSION = 1

export const BATCH = 0x01
export const TIMED = 0x02
export const BYTES = 0x04
export const APART = 0x08
export const KEYED = 0x10
export const ERROR = 0x20
export const HELLO = 0x40
export const BYE = 0x80
/** Of the flags the only one that is not in their byte. */
export const SENT = 0x100

/** SENT, in the byte of the version. */
const SENT_BIT = 0x80

/**
 * Payload of a frame whose bytes travel apart. A head of more than 128 bytes is handed over by zeromq.js as
 * it is; a shorter one would be copied into new memory, at which V8, that just got the bytes, collects
 * garbage.
 */
export const APART_FILL = 128

/** The most bytes that a header with a batch's array token takes. */
export const HEADER_ROOM = 2 + 8 + 8 + 8 + 5

export interface FrameHeader {
  readonly flags: number
  /** Sequence number, or id of a query. */
  readonly sequence: number
  /** Milliseconds, see above; NaN in a frame without TIMED. */
  readonly time: number
  /** Milliseconds since 1970; NaN in a frame without SENT. */
  readonly sentAt: number
  /** Where the payload begins. */
  readonly payload: number
}

export interface HeaderFields {
  flags: number
  sequence: number
  /** How many messages the payload holds. */
  count: number
  /** Written where flags has TIMED. */
  time: number
  /** Written where flags has SENT. */
  sentAt: number
}

/**
 * Writes the header so that it ends at `end`, where the payload begins; returns where it starts.
 * The caller leaves HEADER_ROOM bytes free before `end`.
 */
export function writeHeaderBefore(buffer: Buffer, end: number, fields: HeaderFields): number {
  const { flags, sequence, count } = fields
  let at = end
  if (flags & BATCH) {
    at -= 5
    buffer[at] = 0xdd
    buffer.writeUInt32BE(flags & KEYED ? count * 2 : count, at + 1)
  }
  if (flags & SENT) {
    at -= 8
    buffer.writeDoubleBE(fields.sentAt, at)
  }
  if (flags & TIMED) {
    at -= 8
    buffer.writeDoubleBE(fields.time, at)
  }
  at -= varintLength(sequence)
  writeVarint(buffer, at, sequence)
  buffer[at - 1] = flags & 0xff
  buffer[at - 2] = flags & SENT ? WIRE_VERSION | SENT_BIT : WIRE_VERSION
  return at - 2
}

/** A frame of a header alone; `time` where flags has TIMED. */
export function bareFrame(flags: number, sequence: number, time = Number.NaN): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_ROOM)
  return buffer.subarray(
    writeHeaderBefore(buffer, HEADER_ROOM, { flags, sequence, count: 0, time, sentAt: Number.NaN }),
  )
}

/** The header at `start`, or why there is none. Total: any bytes give one or the other. */
export function readHeader(bytes: Buffer, start = 0): FrameHeader | string {
  if (bytes.length < start + 3) return 'truncated header'
  const first = bytes[start] ?? 0
  const version = first & ~SENT_BIT
  if (version !== WIRE_VERSION) return `wire version ${version}`
  let flags = bytes[start + 1] ?? 0
  if (first !== version) flags |= SENT
  let at = start + 2
  let sequence = 0
  let scale = 1
  for (;;) {
    const byte = bytes[at++]
    if (byte === undefined) return 'truncated header'
    sequence += (byte & 0x7f) * scale
    if (byte < 0x80) break
    scale *= 128
    if (at > start + 9) return 'sequence number too long'
  }
  if (sequence > Number.MAX_SAFE_INTEGER) return 'sequence number too large'
  let time = Number.NaN
  let sentAt = Number.NaN
  if (flags & (TIMED | SENT)) {
    const end = at + (flags & TIMED ? 8 : 0) + (flags & SENT ? 8 : 0)
    if (end > bytes.length) return 'truncated header'
    if (flags & TIMED) time = bytes.readDoubleBE(at)
    if (flags & SENT) sentAt = bytes.readDoubleBE(end - 8)
    at = end
  }
  return { flags, sequence, time, sentAt, payload: at }
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

function writeVarint(buffer: Buffer, at: number, value: number): void {
  let rest = value
  let position = at
  while (rest >= 128) {
    buffer[position++] = (rest % 128) | 0x80
    rest = Math.floor(rest / 128)
  }
  buffer[position] = rest
}
