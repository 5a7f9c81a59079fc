/**
 * A stream in the place of a connection of the system, for HTTP and TLS. Who destroys such a connection
 * counts on it that the system delivers what was written before: so does this. And what breaks it has the
 * code that the system would give, by which clients know what they may ask for again.
 */
import { Duplex } from 'node:stream'
import { relayLimits } from './limits.js'

export function asConnection(stream: Duplex): Duplex {
  return new CarriedConnection(stream)
}

const BROKEN = { code: 'ECONNRESET' } as const

/** Streams of sessions are. */
interface Timed {
  setTimeout(ms: number): unknown
}

class CarriedConnection extends Duplex {
  readonly #stream: Duplex

  constructor(stream: Duplex) {
    super({ allowHalfOpen: true })
    this.#stream = stream
    // A peer that breaks it ends no process that does not listen.
    this.on('error', () => undefined)
    stream.on('data', (part: Buffer) => {
      if (!this.push(part)) stream.pause()
    })
    stream.once('end', () => this.push(null))
    stream.on('error', (cause) => this.destroy(Object.assign(new Error(cause.message, { cause }), BROKEN)))
    stream.once('close', () => this.destroy())
    stream.on('timeout', () => this.emit('timeout'))
  }

  /** As a socket's, which servers end where nothing moves. */
  setTimeout(ms: number, listener?: () => void): this {
    if (listener && ms > 0) this.once('timeout', listener)
    else if (listener) this.off('timeout', listener)
    if (isTimed(this.#stream)) this.#stream.setTimeout(ms)
    return this
  }

  override _read(): void {
    this.#stream.resume()
  }

  override _write(part: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#stream.write(part, encoding, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#stream.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const stream = this.#stream
    if (!stream.destroyed) {
      // What still comes is for nobody. The other end hears that it is over, and ends as well.
      stream.removeAllListeners('data').resume()
      const late = setTimeout(() => stream.destroy(), relayLimits.lingerMs)
      stream.once('close', () => clearTimeout(late))
      stream.end()
    }
    done(error)
  }
}

function isTimed(stream: Duplex): stream is Duplex & Timed {
  return 'setTimeout' in stream && typeof stream.setTimeout === 'function'
}
