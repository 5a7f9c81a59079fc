/**
 * Frames of F3 as bytes, made and read apart from `communicator/`, with which this shares nothing:
 *
 *     0 length  4 header length  6 type  7 reserved  8 flags  10 app  12 stream  14 sequence
 *     16 headers, payload
 *
 * All numbers are big-endian. Any of them may be a lie, for that is what a test may want to tell.
 */
import { Packr, Unpackr } from 'msgpackr'

export const F3 = { DATA: 1, FRAG: 2, ACK: 3, HELLO: 4, READY: 5, PING: 6, PONG: 7 } as const
export const PREFIX_BYTES = 16

const packr = new Packr({ useRecords: false, variableMapSize: true })
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'bigint' })

/** A frame that came, taken apart. */
export interface RawFrame {
  readonly bytes: Buffer
  readonly length: number
  readonly headerLength: number
  readonly type: number
  readonly reserved: number
  readonly flags: number
  readonly appId: number
  readonly streamId: number
  readonly sequence: number
  readonly headers: Buffer
  readonly payload: Buffer
}

/** What a frame to be sent says; what is left out is what a sender that lies about nothing would say. */
export type FrameParts = { readonly type: number } & Partial<Omit<RawFrame, 'bytes' | 'type'>>

export function frameBytes(parts: FrameParts): Buffer {
  const headers = parts.headers ?? Buffer.alloc(0)
  const payload = parts.payload ?? Buffer.alloc(0)
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.writeUInt32BE(parts.length ?? PREFIX_BYTES + headers.length + payload.length, 0)
  prefix.writeUInt16BE(parts.headerLength ?? headers.length, 4)
  prefix.writeUInt8(parts.type, 6)
  prefix.writeUInt8(parts.reserved ?? 0, 7)
  prefix.writeUInt16BE(parts.flags ?? 0, 8)
  prefix.writeUInt16BE(parts.appId ?? 0, 10)
  prefix.writeUInt16BE(parts.streamId ?? 0, 12)
  prefix.writeUInt16BE(parts.sequence ?? 0, 14)
  return Buffer.concat([prefix, headers, payload])
}

/** @throws RangeError where `bytes` are no whole frame. */
export function parsedFrame(bytes: Buffer): RawFrame {
  const headerLength = bytes.readUInt16BE(4)
  return {
    bytes,
    length: bytes.readUInt32BE(0),
    headerLength,
    type: bytes.readUInt8(6),
    reserved: bytes.readUInt8(7),
    flags: bytes.readUInt16BE(8),
    appId: bytes.readUInt16BE(10),
    streamId: bytes.readUInt16BE(12),
    sequence: bytes.readUInt16BE(14),
    headers: bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength),
    payload: bytes.subarray(PREFIX_BYTES + headerLength),
  }
}

/** A golden frame with the counters of another connection. */
export function recounted(frame: Buffer, streamId: number, sequence: number): Buffer {
  const copy = Buffer.from(frame)
  copy.writeUInt16BE(streamId, 12)
  copy.writeUInt16BE(sequence, 14)
  return copy
}

/** Bytes as the packer of F3 would have them. */
export function packed(value: unknown): Buffer {
  return Buffer.from(packr.pack(value))
}

export function unpacked(bytes: Buffer): unknown {
  return unpackr.unpack(bytes)
}

/** Cuts a stream of bytes into frames, wherever it was cut before. */
export class FrameCutter {
  #parts: Buffer[] = []
  #bytes = 0

  /** The frames that are whole with this. */
  take(chunk: Buffer): Buffer[] {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    const frames: Buffer[] = []
    for (let length = this.#next(); length <= this.#bytes; length = this.#next()) {
      const all = this.#joined()
      frames.push(all.subarray(0, length))
      this.#parts = [all.subarray(length)]
      this.#bytes -= length
    }
    return frames
  }

  /** How long the next frame is; more than there is where that cannot be known yet. */
  #next(): number {
    if (this.#bytes < PREFIX_BYTES) return Number.POSITIVE_INFINITY
    const [first] = this.#parts
    const head = first !== undefined && first.length >= 4 ? first : this.#joined()
    const length = head.readUInt32BE(0)
    if (length < PREFIX_BYTES) throw new RangeError(`a frame of ${length} bytes came`)
    return length
  }

  #joined(): Buffer {
    const all = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts)
    this.#parts = [all]
    return all
  }
}
