/**
 * The message of `streamer.Streamer/Stream`, `Frame { int32 seq = 1; bytes data = 2; }`, as protobuf: a frame
 * of 60 bytes is `08 01 12 3c` and the 60 bytes.
 */
import { CommError } from '../errors.js'

export const GRPC_PATH = '/streamer.Streamer/Stream'
/** A message is at most so many bytes longer than its data. */
export const ENVELOPE_BYTES = 16

const SEQ_TAG = 0x08
const DATA_TAG = 0x12
/** The reference counts in an int32 and ends where that does; this begins anew. */
const LAST_SEQ = 0x7fff_ffff
/** Bits of an integer that a byte carries, and the most bytes of one. */
const BITS = 7
const VARINT_BYTES = 10
/** Bytes of the values of fixed size, by their wire type. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 }
const VARINT = 0
const BYTES = 2

/** Counts messages from 1, and after 2^31 - 1 from 1 again. */
export function nextSeq(seq: number): number {
  return seq === LAST_SEQ ? 1 : seq + 1
}

/** @param data of which the parts are joined */
export function encodeGrpcFrame(seq: number, head: Uint8Array, body?: Uint8Array): Buffer {
  const length = head.length + (body?.length ?? 0)
  const target = Buffer.allocUnsafe(2 + varintBytes(seq) + varintBytes(length) + length)
  let at = target.writeUInt8(SEQ_TAG, 0)
  at = writeVarint(target, at, seq)
  at = target.writeUInt8(DATA_TAG, at)
  at = writeVarint(target, at, length)
  target.set(head, at)
  if (body) target.set(body, at + head.length)
  return target
}

/** The data, as a view; the last where it comes twice; what is not known is left out, as protobuf has it. */
export function decodeGrpcFrame(message: Buffer): Buffer {
  let data = message.subarray(0, 0)
  let at = 0
  while (at < message.length) {
    const tag = readVarint(message, at)
    at = tag.end
    const wireType = tag.value & 0x07
    if (wireType === VARINT) at = readVarint(message, at).end
    else if (wireType === BYTES) {
      const size = readVarint(message, at)
      at = size.end + size.value
      if (at <= message.length && tag.value === DATA_TAG) data = message.subarray(size.end, at)
    } else at += FIXED[wireType] ?? wrong()
    if (at > message.length) wrong()
  }
  return data
}

interface Varint {
  /** Exact up to 2^53; what is larger is longer than any message. */
  readonly value: number
  readonly end: number
}

function readVarint(bytes: Buffer, start: number): Varint {
  let value = 0
  for (let at = start; at < bytes.length && at < start + VARINT_BYTES; at++) {
    const byte = bytes[at] ?? 0
    value += (byte & 0x7f) * 2 ** (BITS * (at - start))
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return wrong()
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let left = value; left > 0x7f; left = Math.floor(left / 0x80)) bytes++
  return bytes
}

function writeVarint(target: Buffer, start: number, value: number): number {
  let at = start
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 0x80)) target[at++] = (left % 0x80) | 0x80
  target[at++] = left
  return at
}

function wrong(): never {
  throw new CommError('BAD_DATA', 'a message of gRPC is no Frame of streamer.Streamer')
}
