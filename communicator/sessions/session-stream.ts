/**
 * A stream of a session, as Node knows streams: it can be the socket of HTTP and of TLS. What its reader has
 * not taken is bounded by its window; what its writer may send, by that of the other end.
 */
import type { Buffer } from 'node:buffer'
import { Duplex } from 'node:stream'
import { type Channel, type Line, Violation } from './channel.js'
import type { AcceptFrame } from './channel-frame.js'
import type { SessionError } from './errors.js'
import { Inlet } from './inlet.js'
import { wordsOf } from './labels.js'
import { sessionLimits } from './limits.js'
import type { Outlet } from './outlet.js'

interface Chunk {
  readonly chunk: Uint8Array
}

export class SessionStream extends Duplex implements Channel {
  readonly #line: Line
  readonly #outlet: Outlet
  readonly #window: number
  readonly #closed: () => void
  readonly #inlet = new Inlet()
  /** Bytes that the peer may still send, and those that were read since it was told of more. */
  #allowed: number
  #read = 0
  #isWanted = false
  /** Nothing comes any more; the peer has not taken all; it is over for the peer too. */
  #hasEnded = false
  #hasSent = false
  #isOver = false
  #idleMs = 0
  #idle: NodeJS.Timeout | undefined

  /**
   * @param window bytes that this end takes; how many the other takes is told by credit()
   * @param closed called once, when it counts no more
   */
  constructor(line: Line, window: number, closed: () => void) {
    super({
      readableHighWaterMark: sessionLimits.chunkBytes,
      writableHighWaterMark: sessionLimits.chunkBytes,
    })
    this.#line = line
    this.#outlet = line.outlet(0)
    this.#window = window
    this.#closed = closed
    this.#allowed = window
  }

  accepted(_frame: AcceptFrame): void {
    throw new Violation('a stream was accepted twice')
  }

  data(bytes: Buffer, isLast: boolean): void {
    this.#allowed -= bytes.length
    if (this.#hasEnded || this.#allowed < 0) throw new Violation('more came by a stream than was allowed')
    this.#hasEnded = isLast
    this.#active()
    if (this.#isWanted && this.#inlet.bytes === 0) this.#hand(bytes)
    else this.#inlet.push(bytes)
    if (this.#isWanted || isLast) this.#deliver()
  }

  credit(more: number): void {
    if (!this.#outlet.add(more)) throw new Violation('more was allowed by a stream than may be')
  }

  over(error: SessionError): void {
    this.#isOver = true
    this.destroy(error)
  }

  /** As a socket's: 'timeout' is emitted when so many milliseconds nothing moves; 0 ends that. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#idleMs = ms
    if (listener && ms > 0) this.once('timeout', listener)
    else if (listener) this.off('timeout', listener)
    this.#active()
    return this
  }

  /** Sockets have these; here there is nothing to set. */
  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#isWanted = true
    this.#deliver()
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#active()
    this.#outlet.write(chunk, done)
  }

  override _writev(chunks: readonly Chunk[], done: () => void): void {
    this.#active()
    chunks.forEach(({ chunk }, index) => {
      this.#outlet.write(chunk, index === chunks.length - 1 ? done : undefined)
    })
  }

  override _final(done: () => void): void {
    this.#outlet.end(() => {
      this.#hasSent = true
      this.#leave()
      done()
    })
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle)
    this.#outlet.abandon()
    this.#closed()
    if (!this.#isOver) {
      this.#isOver = true
      this.#line.reset(error ? wordsOf(error) : { code: 'destroyed', message: 'it was destroyed' }, true)
    }
    done(error)
  }

  /** Hands out what came while it is wanted, and lets the peer send as much again. */
  #deliver(): void {
    while (this.#isWanted) {
      const piece = this.#inlet.shift()
      if (piece === undefined) break
      this.#hand(piece)
    }
    if (!this.#hasEnded && this.#read * 4 >= this.#window) {
      this.#allowed += this.#read
      this.#line.more(this.#read)
      this.#read = 0
    }
    if (!this.#hasEnded || this.#inlet.bytes > 0 || this.readableEnded) return
    this.#isWanted = false
    this.push(null)
    this.#leave()
  }

  #hand(piece: Buffer): void {
    this.#read += piece.length
    if (piece.length > 0) this.#isWanted = this.push(piece)
  }

  /** Frees the channel when both directions have ended. */
  #leave(): void {
    if (this.#isOver || !this.#hasEnded || !this.#hasSent || this.#inlet.bytes > 0) return
    this.#isOver = true
    this.#line.free()
  }

  #active(): void {
    clearTimeout(this.#idle)
    this.#idle = undefined
    if (this.#idleMs > 0 && !this.destroyed) {
      this.#idle = setTimeout(() => this.emit('timeout'), this.#idleMs).unref()
    }
  }
}
