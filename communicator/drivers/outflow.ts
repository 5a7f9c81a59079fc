/**
 * What goes to a stream of bytes: small parts of one turn leave as one piece, large ones as they are. It
 * tells when there is too much of it, and when no longer.
 */
import type { Writable } from 'node:stream'
import { commLimits } from '../limits.js'

/** Bytes of small parts that leave before the turn is over. */
const FLUSH_BYTES = 65_536
/** From this size on a part is handed over as it is. */
const APART_BYTES = 16_384

export class Outflow {
  readonly #stream: Writable
  readonly #drained: () => void
  /** Small parts that have not been handed over. */
  #parts: Uint8Array[] = []
  #partBytes = 0
  #isFlushing = false
  #isFull = false

  /** @param drained called when there is room again, after hasRoom() gave false */
  constructor(stream: Writable, drained: () => void) {
    this.#stream = stream
    this.#drained = drained
  }

  /** Bytes that wait for the system. */
  get queued(): number {
    return this.#partBytes + this.#stream.writableLength
  }

  put(part: Uint8Array): void {
    if (part.length >= APART_BYTES) {
      this.flush()
      this.#write(part)
      return
    }
    this.#parts.push(part)
    this.#partBytes += part.length
    if (this.#partBytes >= FLUSH_BYTES) this.flush()
    else this.#flushSoon()
  }

  /**
   * Whether more should be put; once it is not so, not until it was told. Never again where the stream has
   * ended: what is put then is lost.
   */
  hasRoom(): boolean {
    this.#isFull ||= this.queued > commLimits.queuedBytes
    return !this.#isFull && this.#stream.writable
  }

  /** Hands over what has been put. */
  flush(): void {
    const [first] = this.#parts
    if (!first) return
    const all = this.#parts.length === 1 ? first : Buffer.concat(this.#parts, this.#partBytes)
    this.#parts = []
    this.#partBytes = 0
    this.#write(all)
  }

  #write(bytes: Uint8Array): void {
    if (this.#stream.writable) this.#stream.write(bytes, this.#took)
  }

  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    process.nextTick(() => {
      this.#isFlushing = false
      this.flush()
    })
  }

  /** The system took a piece. */
  readonly #took = (): void => {
    if (!this.#isFull || this.queued > commLimits.queuedBytes / 2) return
    this.#isFull = false
    this.#drained()
  }
}
