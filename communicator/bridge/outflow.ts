/**
 * What leaves by a lane, over one stream after another: where one ends, the next is opened, as long as the
 * lane lives. What waits meanwhile is its source's matter.
 */
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
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

  constructor(options: OutflowOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#stream !== undefined
  }

  /** Opens streams from now on. */
  start(): void {
    void this.#run(this.#ending.signal)
  }

  /** There is something to send. */
  wake(): void {
    const stream = this.#stream
    if (!stream) return
    while (!stream.destroyed && !stream.writableNeedDrain) {
      const frame = this.#options.next()
      if (!frame) return
      stream.write(frame)
    }
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
    stream.on('drain', () => this.wake())
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
