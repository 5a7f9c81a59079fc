/**
 * What lanes send over a stream.
 *
 *     length  4   bytes after it, big-endian
 *     kind    1   0 a value in MessagePack · 1 bytes · 2 a value without a number
 *     number  6   of the message in its lane, from 1 on; 0 of those without. What is skipped was dropped
 *     payload
 */
import { Buffer } from 'node:buffer'
import { decode, encode, PortError } from '../../ports/index.js'
import { bridgeLimits } from './limits.js'

export const VALUE = 0
export const BYTES = 1
export const UNNUMBERED = 2

const LENGTH_BYTES = 4
const HEAD_BYTES = 7

export interface LaneFrame {
  readonly kind: number
  readonly number: number
  readonly payload: Buffer
}

/** The MessagePack form of a value, of its own. @throws PortError `unencodable`, `too-large`. */
export function packed(value: unknown, what: string): Buffer {
  const { buffer, start, end } = encode(value, what)
  if (end - start <= bridgeLimits.messageBytes) return Buffer.from(buffer.subarray(start, end))
  const text = `${what} takes ${end - start} bytes, over the ${bridgeLimits.messageBytes} of a bridge`
  throw new PortError('too-large', `${text}; send it in parts`)
}

/** The value that these bytes are, or why they are none. Never throws. */
export function unpacked(bytes: Buffer): { readonly value: unknown } | { readonly refusal: string } {
  return decode(bytes, 0, bytes.length)
}

export function laneFrame(kind: number, number: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + HEAD_BYTES + payload.length)
  frame.writeUInt32BE(HEAD_BYTES + payload.length, 0)
  frame.writeUInt8(kind, LENGTH_BYTES)
  frame.writeUIntBE(number, LENGTH_BYTES + 1, 6)
  frame.set(payload, LENGTH_BYTES + HEAD_BYTES)
  return frame
}

/** Makes frames of the pieces in which they come. */
export class LaneReader {
  #pieces: Buffer[] = []
  #bytes = 0
  #wanted = LENGTH_BYTES

  /** The frames that are whole with this piece. @throws PortError `too-large` for one that is none. */
  read(piece: Buffer): LaneFrame[] {
    this.#pieces.push(piece)
    this.#bytes += piece.length
    if (this.#bytes < this.#wanted) return []
    let rest = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces)
    const frames: LaneFrame[] = []
    for (;;) {
      this.#wanted = wantedOf(rest)
      if (rest.length < this.#wanted) break
      frames.push(frameIn(rest.subarray(LENGTH_BYTES, this.#wanted)))
      rest = rest.subarray(this.#wanted)
    }
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#bytes = rest.length
    return frames
  }
}

/** Bytes of the frame that begins here, as far as that is known. */
function wantedOf(bytes: Buffer): number {
  if (bytes.length < LENGTH_BYTES) return LENGTH_BYTES
  const length = bytes.readUInt32BE(0)
  if (length >= HEAD_BYTES && length <= HEAD_BYTES + bridgeLimits.messageBytes) return LENGTH_BYTES + length
  throw new PortError('too-large', `a frame of ${length} bytes came by a bridge; it carries none such`)
}

function frameIn(bytes: Buffer): LaneFrame {
  return {
    kind: bytes.readUInt8(0),
    number: bytes.readUIntBE(1, 6),
    payload: bytes.subarray(HEAD_BYTES),
  }
}
