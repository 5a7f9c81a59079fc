/** Bytes that leave by one channel: as many as the other end has room for, one chunk at a time. */
import type { Buffer } from 'node:buffer'
import { type ChannelName, dataFrame } from './channel-frame.js'
import { sessionLimits } from './limits.js'
import type { SendQueue } from './send-queue.js'

interface Piece {
  readonly bytes: Uint8Array
  readonly done: (() => void) | undefined
}

export class Outlet {
  readonly #name: ChannelName
  readonly #queue: SendQueue
  #pieces: Piece[] = []
  /** Bytes of the first piece that have left. */
  #at = 0
  #credit: number
  #last: 'none' | 'due' | 'sent' = 'none'
  #onLast: (() => void) | undefined
  #isAbandoned = false

  /** @param credit so many bytes may be sent at first. */
  constructor(name: ChannelName, queue: SendQueue, credit: number) {
    this.#name = name
    this.#queue = queue
    this.#credit = credit
  }

  /** `done` is called when all of it has left. */
  write(bytes: Uint8Array, done?: () => void): void {
    if (this.#isAbandoned) return
    if (bytes.length === 0) done?.()
    else this.#pieces.push({ bytes, done })
    this.#look()
  }

  /** Nothing follows. */
  end(done?: () => void): void {
    if (this.#isAbandoned) return
    this.#last = 'due'
    this.#onLast = done
    this.#look()
  }

  /** So many bytes more may be sent. Gives false where that is more than there can be. */
  add(credit: number): boolean {
    this.#credit += credit
    this.#look()
    return this.#credit <= sessionLimits.windowMaxBytes
  }

  /** What has not left never will. */
  abandon(): void {
    this.#isAbandoned = true
    this.#pieces = []
    this.#last = 'none'
    this.#queue.leave(this)
  }

  get isReady(): boolean {
    return this.#pieces.length > 0 ? this.#credit > 0 : this.#last === 'due'
  }

  /** The next frame of it, where it is ready. */
  draw(): Buffer {
    const parts: Uint8Array[] = []
    const done: (() => void)[] = []
    let room = Math.min(this.#credit, sessionLimits.chunkBytes)
    while (room > 0) {
      const piece = this.#pieces[0]
      if (piece === undefined) break
      const part = piece.bytes.subarray(this.#at, this.#at + room)
      parts.push(part)
      room -= part.length
      this.#credit -= part.length
      this.#at += part.length
      if (this.#at < piece.bytes.length) break
      this.#pieces.shift()
      this.#at = 0
      if (piece.done) done.push(piece.done)
    }
    const isLast = this.#last === 'due' && this.#pieces.length === 0
    if (isLast) this.#last = 'sent'
    if (isLast && this.#onLast) done.push(this.#onLast)
    const frame = dataFrame(this.#name, parts, isLast)
    // They may write again, and are to find it as it is after this.
    for (const each of done) queueMicrotask(each)
    return frame
  }

  #look(): void {
    if (this.isReady) this.#queue.join(this)
  }
}
