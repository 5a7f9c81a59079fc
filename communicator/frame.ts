/**
 * The frames of F3, byte for byte. All integers are big-endian and unsigned:
 *
 *     0        4            6      7          8       10       12          14         16
 *     | length | header_len | type | reserved | flags | app_id | stream_id | sequence | headers | payload |
 *
 * `length` is that of the whole frame. Headers are a MessagePack map, absent where `header_len` is 0.
 */

export const FrameType = { DATA: 1, FRAG: 2, ACK: 3, HELLO: 4, READY: 5, PING: 6, PONG: 7 } as const

/** Bytes before the headers. */
export const PREFIX_BYTES = 16
/** Counters are u16. */
export const COUNTER_END = 0x1_0000
/** Of HELLO and READY. */
export const HANDSHAKE_STREAM = 1
/** The first of all others. */
export const FIRST_STREAM = 17

/** What is sent with PING and PONG: nil. */
const NIL = 0xc0

export interface FrameHead {
  readonly type: number
  readonly appId: number
  readonly streamId: number
  readonly sequence: number
}

/** A frame as it was received; its parts are views of it. */
export interface ParsedFrame extends FrameHead {
  readonly headers: Buffer
  readonly payload: Buffer
}

/** Writes the 16 bytes at the beginning of `target`. */
export function writePrefix(
  target: Buffer,
  head: FrameHead,
  headerBytes: number,
  payloadBytes: number,
): void {
  target.writeUInt32BE(PREFIX_BYTES + headerBytes + payloadBytes, 0)
  target.writeUInt16BE(headerBytes, 4)
  // Type, and the reserved byte.
  target.writeUInt16BE(head.type << 8, 6)
  target.writeUInt16BE(0, 8)
  target.writeUInt16BE(head.appId, 10)
  target.writeUInt16BE(head.streamId, 12)
  target.writeUInt16BE(head.sequence, 14)
}

/** A frame of one piece, without headers. */
export function plainFrame(head: FrameHead, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + payload.length)
  writePrefix(frame, head, 0, payload.length)
  frame.set(payload, PREFIX_BYTES)
  return frame
}

export const HEARTBEAT_PAYLOAD: Uint8Array = Uint8Array.of(NIL)

/** Undefined where it is no frame: shorter than its prefix, or than its headers. */
export function parseFrame(frame: Buffer): ParsedFrame | undefined {
  if (frame.length < PREFIX_BYTES || frame.readUInt32BE(0) !== frame.length) return undefined
  const end = PREFIX_BYTES + frame.readUInt16BE(4)
  if (end > frame.length) return undefined
  return {
    type: frame.readUInt8(6),
    appId: frame.readUInt16BE(10),
    streamId: frame.readUInt16BE(12),
    sequence: frame.readUInt16BE(14),
    headers: frame.subarray(PREFIX_BYTES, end),
    payload: frame.subarray(end),
  }
}
