/**
 * Bytes that came and wait for whoever takes them. Small pieces are joined: a peer that sends single bytes
 * makes them cost no more than they are.
 */
import { Buffer } from 'node:buffer'

/** Below this, a piece is copied to the end of what waits; that is taken in blocks of this size. */
const SMALL_BYTES = 4096
const BLOCK_BYTES = 16_384

export class Inlet {
  readonly #pieces: Buffer[] = []
  #bytes = 0
  /** The last piece, where it is a block with free bytes behind it; and how many of its bytes are used. */
  #block: Buffer | undefined
  #used = 0

  get bytes(): number {
    return this.#bytes
  }

  push(piece: Buffer): void {
    this.#bytes += piece.length
    if (piece.length >= SMALL_BYTES) {
      this.#seal()
      this.#pieces.push(piece)
      return
    }
    if (this.#used + piece.length > BLOCK_BYTES) this.#seal()
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES)
    this.#used += piece.copy(this.#block, this.#used)
  }

  /** Takes the oldest bytes; undefined where there are none. */
  shift(): Buffer | undefined {
    if (this.#pieces.length === 0) this.#seal()
    const piece = this.#pieces.shift()
    this.#bytes -= piece?.length ?? 0
    return piece
  }

  /** Takes all of it as one. */
  join(): Buffer {
    this.#seal()
    this.#bytes = 0
    return Buffer.concat(this.#pieces.splice(0))
  }

  #seal(): void {
    if (this.#block && this.#used > 0) {
      const bytes = this.#block.subarray(0, this.#used)
      // A block that is hardly used does not stay for what is in it.
      this.#pieces.push(this.#used * 2 < BLOCK_BYTES ? Buffer.from(bytes) : bytes)
    }
    this.#block = undefined
    this.#used = 0
  }
}
