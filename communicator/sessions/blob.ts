/**
 * A transfer is a stream: the receiver says how many bytes it has, as a number of eight bytes; the sender
 * sends the others and ends; the receiver says how many it has now, and ends.
 */
import { Buffer } from 'node:buffer'
import { type Duplex, Transform, type TransformCallback } from 'node:stream'
import { SessionError } from './errors.js'

/** The headers that name it; all others are the sender's own. */
export const BLOB_ID = 'quorate-blob-id'
export const BLOB_SIZE = 'quorate-blob-size'

const COUNT_BYTES = 8

export function countBytes(count: number): Buffer {
  const bytes = Buffer.alloc(COUNT_BYTES)
  bytes.writeBigUInt64BE(BigInt(count))
  return bytes
}

/** The numbers that come by a stream. */
export class Counts {
  readonly #chunks: AsyncIterator<Buffer>
  #bytes = Buffer.alloc(0)

  constructor(stream: Duplex) {
    this.#chunks = stream.iterator({ destroyOnReturn: false })
  }

  async next(): Promise<number> {
    while (this.#bytes.length < COUNT_BYTES) {
      const { done, value } = await this.#chunks.next()
      if (done) throw new SessionError('session-blob-mismatch', 'the receiver ended without a word')
      this.#bytes = Buffer.concat([this.#bytes, value])
    }
    const count = Number(this.#bytes.readBigUInt64BE())
    this.#bytes = this.#bytes.subarray(COUNT_BYTES)
    return count
  }
}

/** Passes bytes on, counts them, and ends where more come than there may be. */
export class PlaceCounter extends Transform {
  readonly #size: number | undefined
  place: number

  constructor(offset: number, size: number | undefined) {
    super()
    this.place = offset
    this.#size = size
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.place += chunk.length
    if (this.#size !== undefined && this.place > this.#size)
      done(mismatch(`more than ${this.#size} bytes came`))
    else done(null, chunk)
  }

  override _flush(done: TransformCallback): void {
    if (this.#size === undefined || this.place === this.#size) done()
    else done(mismatch(`${this.place} of ${this.#size} bytes came`))
  }
}

export function mismatch(text: string): SessionError {
  return new SessionError('session-blob-mismatch', `${text}: an id names the same bytes at both ends`)
}
