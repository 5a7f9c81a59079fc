/**
 * Frames over a stream of bytes: a socket of TCP, of TLS or of the file system. Small frames of one turn
 * leave as one piece; large ones are not copied.
 */
import type { Socket } from 'node:net'
import { messageOf } from '../../ports/index.js'
import type { ConnectionFacts, Pipe, PipeHandler } from '../driver.js'
import { CommError } from '../errors.js'
import { FrameReader } from '../frame-reader.js'
import { commLimits } from '../limits.js'

/** Bytes of small frames that leave before the turn is over. */
const FLUSH_BYTES = 65_536
/** From this size on a part is handed over as it is. */
const APART_BYTES = 16_384

export class StreamPipe implements Pipe {
  readonly facts: ConnectionFacts
  readonly #socket: Socket
  #handler: PipeHandler | undefined
  /** Small parts that have not been handed to the socket. */
  #parts: Uint8Array[] = []
  #partBytes = 0
  #isFlushing = false
  #isFull = false
  #isEnded = false
  #why: Error | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, facts: ConnectionFacts) {
    this.#socket = socket
    this.facts = facts
  }

  get written(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  get queued(): number {
    return this.#partBytes + this.#socket.writableLength
  }

  open(handler: PipeHandler): void {
    this.#handler = handler
    const socket = this.#socket
    const reader = new FrameReader(handler)
    socket.on('data', (chunk: Buffer) => {
      if (this.#isEnded) return
      const wrong = reader.push(chunk)
      if (wrong) this.destroy(new CommError('BAD_DATA', wrong))
    })
    socket.on('error', (error) => this.#closed(error))
    socket.on('end', () => {
      if (reader.isWithin) this.#why ??= new CommError('CLOSED', 'the connection broke within a frame')
    })
    socket.on('close', () => this.#closed())
  }

  send(head: Buffer, body?: Uint8Array): boolean {
    if (this.#isEnded || this.#timer) return true
    this.#put(head)
    if (body) this.#put(body)
    if (this.#partBytes >= FLUSH_BYTES) this.#flush()
    else this.#flushSoon()
    this.#isFull = this.queued > commLimits.queuedBytes
    return !this.#isFull
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(withinMs: number): void {
    if (this.#isEnded || this.#timer) return
    this.#flush()
    this.#timer = setTimeout(() => this.destroy(), withinMs)
    this.#socket.resume()
    // The rest is the peer's: who closes over bytes that it has not read takes back what it sent.
    this.#socket.end()
  }

  destroy(error?: Error): void {
    this.#why ??= error
    this.#socket.destroy()
    this.#closed(error)
  }

  #put(part: Uint8Array): void {
    if (part.length < APART_BYTES) {
      this.#parts.push(part)
      this.#partBytes += part.length
      return
    }
    this.#flush()
    this.#write(part)
  }

  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    process.nextTick(() => {
      this.#isFlushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const [first] = this.#parts
    if (!first || this.#isEnded) return
    const all = this.#parts.length === 1 ? first : Buffer.concat(this.#parts, this.#partBytes)
    this.#parts = []
    this.#partBytes = 0
    this.#write(all)
  }

  #write(bytes: Uint8Array): void {
    this.#socket.write(bytes, this.#took)
  }

  /** Called when the system took a piece. */
  readonly #took = (): void => {
    if (!this.#isFull || this.#isEnded) return
    if (this.queued > commLimits.queuedBytes / 2) return
    this.#isFull = false
    this.#handler?.drained()
  }

  #closed(error?: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#parts = []
    clearTimeout(this.#timer)
    this.#handler?.closed(this.#why ?? (error && new CommError('CLOSED', messageOf(error), { cause: error })))
  }
}
