/**
 * What leaves by a lane, over one stream after another: where one ends, the next is opened, as long as the
 * lane lives. What waits meanwhile is its source's matter.
 */
import { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { sessionLimits } from '../sessions/index.js'
import { bridgeLimits } from './limits.js'

export interface OutflowOptions {
  /** Opens a stream. */
  open(signal: AbortSignal): Promise<Duplex>
  /** The next frame that is to leave, where there is one. */
  next(): Buffer | undefined
  /** A stream is open; what comes back by it is the lane's. Without it, nothing should. */
  opened?(stream: Duplex): void
  /** It cannot be opened, or has ended. */
  failed(error: unknown): void
}

export class Outflow {
  readonly #options: OutflowOptions
  readonly #ending = new AbortController()
  #stream: Duplex | undefined
  /** Since it sent last. */
  #woken = 0

  constructor(options: OutflowOptions) {
    this.#options = options
  }

  /** Opens streams from now on. */
  start(): void {
    void this.#run(this.#ending.signal)
  }

  /** There is something to send. What comes within a turn of the event loop leaves together. */
  wake(): void {
    this.#woken++
    if (this.#woken === 1) queueMicrotask(() => this.#send())
    else if (this.#woken === bridgeLimits.gathered) this.#send()
  }

  #send(): void {
    this.#woken = 0
    const stream = this.#stream
    while (stream && !stream.destroyed && !stream.writableNeedDrain) {
      const pieces = this.#gather()
      if (pieces.length === 0) return
      stream.write(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces))
    }
  }

  /** As much as travels in one piece. */
  #gather(): Buffer[] {
    const pieces: Buffer[] = []
    let bytes = 0
    while (bytes < sessionLimits.chunkBytes) {
      const frame = this.#options.next()
      if (!frame) break
      pieces.push(frame)
      bytes += frame.length
    }
    return pieces
  }

  stop(): void {
    this.#ending.abort()
    this.#stream?.end()
  }

  async #run(signal: AbortSignal): Promise<void> {
    let waitMs: number = bridgeLimits.againMs
    while (!signal.aborted) {
      try {
        const stream = await this.#options.open(signal)
        waitMs = bridgeLimits.againMs
        await this.#flow(stream, signal)
      } catch (error) {
        if (signal.aborted) return
        this.#options.failed(error)
      }
      await after(waitMs, undefined, { signal }).catch(() => undefined)
      waitMs = Math.min(waitMs * 2, bridgeLimits.againMaxMs)
    }
  }

  /** Resolves or rejects when the stream has ended. */
  async #flow(stream: Duplex, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return void stream.destroy()
    const ended = new Promise<void>((resolve, reject) => {
      stream.on('error', reject).on('close', resolve)
      // The other end takes no more, as it has another one, or stops.
      stream.on('end', () => stream.end())
    })
    ended.catch(() => undefined)
    stream.on('drain', () => this.#send())
    this.#stream = stream
    if (this.#options.opened) this.#options.opened(stream)
    else stream.resume()
    this.wake()
    try {
      await ended
    } finally {
      this.#stream = undefined
    }
  }
}
