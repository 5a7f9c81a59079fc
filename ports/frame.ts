/**
 * The frame: what a port puts on the wire, in both directions.
 *
 *      0        1        2 …            (8 bytes)        …
 *     ┌────────┬────────┬──────────────┬────────────────┬─────────────────────────────────────┐
 *     │version │ flags  │ sequence     │ time           │ payload                             │
 *     │  = 1   │        │ varint       │ only if TIMED  │                                     │
 *     └────────┴────────┴──────────────┴────────────────┴─────────────────────────────────────┘
 *
 * version   the wire version. On a pub a topic stands before it: see subscription.ts.
 * sequence  pub: number of the (first) message, from 1. qry and ans: id of the (first) query.
 *           Little-endian base 128, at most 8 bytes, at most 2^53 - 1.
 * time      milliseconds, IEEE 754 binary64, big-endian. qry: when the query is given up, hello: when it is
 *           said, by a clock of the asker's that only grows. pub: when the message was sent, since 1970.
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

/**
 * Payload of a frame whose bytes travel apart. A head of more than 128 bytes is handed over by zeromq.js as
 * it is; a shorter one would be copied into new memory, at which V8, that just got the bytes, collects
 * garbage.
 */
export const APART_FILL = 128

/** The most bytes that a header with a batch's array token takes. */
export const HEADER_ROOM = 2 + 8 + 8 + 5

export interface FrameHeader {
  readonly flags: number
  /** Sequence number, or id of a query. */
  readonly sequence: number
  /** Milliseconds, see above; NaN in a frame without a time. */
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
  if (flags & TIMED) {
    at -= 8
    buffer.writeDoubleBE(fields.sentAt, at)
  }
  at -= varintLength(sequence)
  writeVarint(buffer, at, sequence)
  buffer[at - 1] = flags
  buffer[at - 2] = WIRE_VERSION
  return at - 2
}

/** A frame of a header alone; `sentAt` where flags has TIMED. */
export function bareFrame(flags: number, sequence: number, sentAt = Number.NaN): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_ROOM)
  return buffer.subarray(writeHeaderBefore(buffer, HEADER_ROOM, { flags, sequence, count: 0, sentAt }))
}

/** The header at `start`, or why there is none. Total: any bytes give one or the other. */
export function readHeader(bytes: Buffer, start = 0): FrameHeader | string {
  if (bytes.length < start + 3) return 'truncated header'
  const version = bytes[start]
  if (version !== WIRE_VERSION) return `wire version ${version}`
  const flags = bytes[start + 1] ?? 0
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
  let sentAt = Number.NaN
  if (flags & TIMED) {
    if (at + 8 > bytes.length) return 'truncated header'
    sentAt = bytes.readDoubleBE(at)
    at += 8
  }
  return { flags, sequence, sentAt, payload: at }
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
