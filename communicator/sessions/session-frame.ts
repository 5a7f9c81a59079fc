/**
 * The frames of a session, each the payload of one message of F3. All numbers are big-endian.
 *
 *   HELLO    11 | id of the sender's session 8 | id of the receiver's 8, 0 where unknown | phase u32
 *   WELCOME  12 | id of the sender's session 8 | id of the receiver's 8 | phase u32 | received u48
 *   DATA     13 | id of the receiver's session 8 | number u48 | received u48 | body
 *   ACK      14 | id of the receiver's session 8 | 1: send again, or 0 | received u48
 *   END      15 | id of the receiver's session 8 | why u8
 *
 * The first digit is the version. `received` is the number up to which all data came; the first is 1.
 */
import { Buffer } from 'node:buffer'
import { sessionLimits } from './limits.js'

export const ID_BYTES = 8
/** In the place of an id that is not known yet. */
export const NO_ID: Buffer = Buffer.alloc(ID_BYTES)

const NUMBER_BYTES = 6
const VERSION = 0x10
const HELLO = VERSION | 1
const WELCOME = VERSION | 2
const DATA = VERSION | 3
const ACK = VERSION | 4
const END = VERSION | 5
const RECEIVED_AT = 1 + ID_BYTES + NUMBER_BYTES
const HELLO_BYTES = 1 + 2 * ID_BYTES + 4

/** Bytes before the body of a frame of data; who makes a body leaves them free. */
export const DATA_HEAD_BYTES = RECEIVED_AT + NUMBER_BYTES

/** Why a session was ended by the other end. */
export const EndReason = { unknown: 0, closed: 1, violated: 2, away: 3, full: 4 } as const
export type EndReason = (typeof EndReason)[keyof typeof EndReason]

export type SessionFrame =
  | { readonly kind: 'hello'; readonly from: Buffer; readonly to: Buffer; readonly phase: number }
  | {
      readonly kind: 'welcome'
      readonly from: Buffer
      readonly to: Buffer
      readonly phase: number
      readonly received: number
    }
  | {
      readonly kind: 'data'
      readonly to: Buffer
      readonly number: number
      readonly received: number
      readonly body: Buffer
    }
  | { readonly kind: 'ack'; readonly to: Buffer; readonly again: boolean; readonly received: number }
  | { readonly kind: 'end'; readonly to: Buffer; readonly why: number }

export function helloFrame(from: Buffer, to: Buffer, phase: number): Buffer {
  const frame = Buffer.alloc(HELLO_BYTES)
  frame[0] = HELLO
  from.copy(frame, 1)
  to.copy(frame, 1 + ID_BYTES)
  frame.writeUInt32BE(phase, 1 + 2 * ID_BYTES)
  return frame
}

export function welcomeFrame(from: Buffer, to: Buffer, phase: number, received: number): Buffer {
  const frame = Buffer.alloc(HELLO_BYTES + NUMBER_BYTES)
  helloFrame(from, to, phase).copy(frame)
  frame[0] = WELCOME
  frame.writeUIntBE(received, HELLO_BYTES, NUMBER_BYTES)
  return frame
}

/** Completes a frame whose body stands in its place already. */
export function stampData(frame: Buffer, to: Buffer, number: number, received: number): void {
  frame[0] = DATA
  to.copy(frame, 1)
  frame.writeUIntBE(number, 1 + ID_BYTES, NUMBER_BYTES)
  frame.writeUIntBE(received, RECEIVED_AT, NUMBER_BYTES)
}

export function ackFrame(to: Buffer, again: boolean, received: number): Buffer {
  const frame = Buffer.alloc(2 + ID_BYTES + NUMBER_BYTES)
  frame[0] = ACK
  to.copy(frame, 1)
  frame[1 + ID_BYTES] = again ? 1 : 0
  frame.writeUIntBE(received, 2 + ID_BYTES, NUMBER_BYTES)
  return frame
}

export function endFrame(to: Buffer, why: EndReason): Buffer {
  return Buffer.concat([Buffer.of(END), to, Buffer.of(why)])
}

/**
 * Reads a frame. 'foreign' is one of another version, which is ignored; 'malformed' one that nobody who keeps
 * to the protocol sends.
 */
export function readSessionFrame(bytes: Buffer | undefined): SessionFrame | 'foreign' | 'malformed' {
  const first = bytes?.[0]
  if (bytes === undefined || first === undefined || (first & 0xf0) !== VERSION) return 'foreign'
  if (bytes.length > sessionLimits.frameBytes) return 'malformed'
  if (first === DATA) return bytes.length > DATA_HEAD_BYTES ? readData(bytes) : 'malformed'
  const length = LENGTHS.get(first)
  if (length === undefined) return 'foreign'
  return bytes.length === length ? readWord(first, bytes) : 'malformed'
}

const LENGTHS: ReadonlyMap<number, number> = new Map([
  [HELLO, HELLO_BYTES],
  [WELCOME, HELLO_BYTES + NUMBER_BYTES],
  [ACK, 2 + ID_BYTES + NUMBER_BYTES],
  [END, 2 + ID_BYTES],
])

function readData(bytes: Buffer): SessionFrame {
  return {
    kind: 'data',
    to: bytes.subarray(1, 1 + ID_BYTES),
    number: bytes.readUIntBE(1 + ID_BYTES, NUMBER_BYTES),
    received: bytes.readUIntBE(RECEIVED_AT, NUMBER_BYTES),
    body: bytes.subarray(DATA_HEAD_BYTES),
  }
}

/** A frame other than of data, of the right length. Ids that stay are copied: a frame may be large. */
function readWord(first: number, bytes: Buffer): SessionFrame {
  const id = Buffer.from(bytes.subarray(1, 1 + ID_BYTES))
  if (first === ACK) {
    const received = bytes.readUIntBE(2 + ID_BYTES, NUMBER_BYTES)
    return { kind: 'ack', to: id, again: bytes[1 + ID_BYTES] === 1, received }
  }
  if (first === END) return { kind: 'end', to: id, why: bytes.readUInt8(1 + ID_BYTES) }
  const to = Buffer.from(bytes.subarray(1 + ID_BYTES, 1 + 2 * ID_BYTES))
  const phase = bytes.readUInt32BE(1 + 2 * ID_BYTES)
  if (first === HELLO) return { kind: 'hello', from: id, to, phase }
  return { kind: 'welcome', from: id, to, phase, received: bytes.readUIntBE(HELLO_BYTES, NUMBER_BYTES) }
}
