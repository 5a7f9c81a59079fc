/**
 * What goes to one peer, in the order in which it was given: at once where there is room, or when there is.
 */
import { CommError } from './errors.js'
import { commLimits } from './limits.js'

/** A frame: its bytes are those of both, one after the other. */
export interface Outgoing {
  readonly head: Buffer
  readonly body: Uint8Array | undefined
}

interface Waiting extends Outgoing {
  readonly untilMs: number
  resolve(): void
  reject(error: CommError): void
}

const SENT = Promise.resolve()

export class Outbox {
  readonly #write: (frame: Outgoing) => boolean
  readonly #whom: () => string
  readonly #sendMs: number
  #waiting: Waiting[] = []
  /** Before this one they have been sent. */
  #first = 0
  #waitingBytes = 0
  #isFull = false
  #timer: NodeJS.Timeout | undefined

  /** @param write sends; gives false where nothing more should be, until drained() */
  constructor(whom: () => string, sendMs: number, write: (frame: Outgoing) => boolean) {
    this.#whom = whom
    this.#sendMs = sendMs
    this.#write = write
  }

  /**
   * Resolves when there was room. @throws CommError `NOT_READY` where too much waits already, `TIMEOUT` where
   * there is none in time, `CLOSED` when the connection ends: then nothing of it was sent.
   */
  put(frame: Outgoing): Promise<void> {
    if (this.#isFull) return this.#wait(frame)
    this.#isFull = !this.#write(frame)
    return SENT
  }

  /** There is room again. */
  drained(): void {
    this.#isFull = false
    while (!this.#isFull && this.#first < this.#waiting.length) {
      const next = this.#waiting[this.#first++]
      if (!next) break
      this.#waitingBytes -= sizeOf(next)
      this.#isFull = !this.#write(next)
      next.resolve()
    }
    this.#settle()
  }

  /** Nothing is sent any more. */
  end(): void {
    clearTimeout(this.#timer)
    const left = this.#waiting.slice(this.#first)
    this.#waiting = []
    this.#first = 0
    this.#waitingBytes = 0
    const why = `the connection to ${this.#whom()} ended before it was sent`
    for (const each of left) each.reject(new CommError('CLOSED', why))
  }

  #wait(frame: Outgoing): Promise<void> {
    const { waitingBytes, waitingSends } = commLimits
    const count = this.#waiting.length - this.#first
    // One that is larger than all room waits alone.
    const isTooMuch = count > 0 && this.#waitingBytes + sizeOf(frame) > waitingBytes
    if (isTooMuch || count >= waitingSends) {
      const text = `${this.#waitingBytes} bytes wait for ${this.#whom()} already`
      return Promise.reject(new CommError('NOT_READY', `${text}; wait for what send() returns`))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...frame, untilMs: performance.now() + this.#sendMs, resolve, reject })
      this.#waitingBytes += sizeOf(frame)
      if (count === 0) this.#watch()
    })
  }

  /** Sets the alarm of the one that waits longest; all have the same patience. */
  #watch(): void {
    clearTimeout(this.#timer)
    const first = this.#waiting[this.#first]
    if (!first) return
    this.#timer = setTimeout(() => this.#late(), Math.max(1, first.untilMs - performance.now()))
    this.#timer.unref()
  }

  #late(): void {
    const nowMs = performance.now()
    const why = `there was no room for ${this.#whom()} within ${this.#sendMs} ms: it does not read`
    for (;;) {
      const first = this.#waiting[this.#first]
      if (!first || first.untilMs > nowMs) break
      this.#first++
      this.#waitingBytes -= sizeOf(first)
      first.reject(new CommError('TIMEOUT', why))
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#first === this.#waiting.length) {
      this.#waiting = []
      this.#first = 0
    } else if (this.#first > commLimits.waitingSends) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    this.#watch()
  }
}

function sizeOf({ head, body }: Outgoing): number {
  return head.length + (body?.length ?? 0)
}
