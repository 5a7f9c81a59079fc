/**
 * Cuts a stream of bytes into frames by the length at the beginning of each. Memory follows what has arrived,
 * never what was only declared: of a frame that is announced as 2 GiB not one byte is reserved until an
 * eighth of it is there.
 */
import { PREFIX_BYTES } from './frame.js'

/** Part of a frame that has to be there before all of it is reserved. */
const TRUST = 8
const LENGTH_BYTES = 4
/** What comes in smaller pieces is gathered: each by itself would take hundreds of bytes beside its own. */
const BLOCK_BYTES = 4096

export interface FrameTaker {
  readonly mostBytes: number
  frame(frame: Buffer): void
}

export class FrameReader {
  readonly #taker: FrameTaker
  /** Bytes of the frame under way, as they came, until they are moved into `#whole`. */
  #parts: Buffer[] = []
  /** In which the last part is, where it was gathered. */
  #block: Buffer | undefined
  #received = 0
  /** Of the frame under way; 0 while its length is not known. */
  #length = 0
  #whole: Buffer | undefined

  constructor(taker: FrameTaker) {
    this.#taker = taker
  }

  /** Hands out each frame that is whole now. Gives why the stream cannot go on, or undefined. */
  push(chunk: Buffer): string | undefined {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#received === 0 && rest.length >= LENGTH_BYTES) {
        const length = rest.readUInt32BE(0)
        const wrong = this.#wrong(length)
        if (wrong) return wrong
        if (length <= rest.length) {
          this.#taker.frame(rest.subarray(0, length))
          rest = rest.subarray(length)
          continue
        }
        this.#length = length
      }
      const taken = this.#take(rest)
      if (typeof taken === 'string') return taken
      rest = rest.subarray(taken)
    }
    return undefined
  }

  /** Whether a frame has begun that is not whole. */
  get isWithin(): boolean {
    return this.#received > 0
  }

  /** Keeps what belongs to the frame under way: how many bytes that were, or what is wrong. */
  #take(bytes: Buffer): number | string {
    const wanted = (this.#length || LENGTH_BYTES) - this.#received
    const part = bytes.subarray(0, wanted)
    if (this.#whole) part.copy(this.#whole, this.#received)
    else this.#keep(part)
    this.#received += part.length
    if (this.#length === 0) return this.#measure() ?? part.length
    if (this.#received === this.#length) this.#handOut()
    else if (!this.#whole && this.#received * TRUST >= this.#length) this.#reserve()
    return part.length
  }

  #keep(part: Buffer): void {
    const last = this.#parts.length - 1
    const before = this.#parts[last]
    if (!before || before.length + part.length > BLOCK_BYTES) {
      // A small one that is kept would keep all that was received with it.
      this.#parts.push(part.length < BLOCK_BYTES ? Buffer.from(part) : part)
      this.#block = undefined
      return
    }
    if (!this.#block) {
      this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      before.copy(this.#block)
    }
    part.copy(this.#block, before.length)
    this.#parts[last] = this.#block.subarray(0, before.length + part.length)
  }

  #measure(): string | undefined {
    if (this.#received < LENGTH_BYTES) return undefined
    const start = Buffer.concat(this.#parts)
    this.#parts = [start]
    this.#block = undefined
    this.#length = start.readUInt32BE(0)
    return this.#wrong(this.#length)
  }

  #reserve(): void {
    const whole = Buffer.allocUnsafeSlow(this.#length)
    let at = 0
    for (const part of this.#parts) at += part.copy(whole, at)
    this.#parts = []
    this.#block = undefined
    this.#whole = whole
  }

  #handOut(): void {
    const frame = this.#whole ?? Buffer.concat(this.#parts)
    this.#parts = []
    this.#block = undefined
    this.#whole = undefined
    this.#received = 0
    this.#length = 0
    this.#taker.frame(frame)
  }

  #wrong(length: number): string | undefined {
    if (length < PREFIX_BYTES) return `a frame of ${length} bytes is shorter than its own prefix`
    const { mostBytes } = this.#taker
    return length > mostBytes ? `a frame of ${length} bytes is longer than ${mostBytes}` : undefined
  }
}
