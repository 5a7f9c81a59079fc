/** Payloads of requests and replies: as they leave in parts, and as parts are put together. */
import { Buffer } from 'node:buffer'
import { SessionError } from './errors.js'
import { Inlet } from './inlet.js'
import { sessionLimits } from './limits.js'
import type { Outlet } from './outlet.js'

/** Room for all payloads of one kind together. */
export class Budget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/** A payload that comes in parts. */
export class Arriving {
  readonly #budget: Budget
  readonly #inlet = new Inlet()
  #whole: Buffer | undefined
  #bytes = 0

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Takes a part; gives the code of the error where it is too much. */
  add(bytes: Buffer): 'session-too-large' | 'session-busy' | undefined {
    if (this.#bytes + bytes.length > sessionLimits.payloadBytes) return 'session-too-large'
    if (!this.#budget.take(bytes.length)) return 'session-busy'
    // Mostly it comes as one.
    if (this.#bytes === 0) this.#whole = bytes
    else if (this.#whole) this.#inlet.push(this.#whole)
    if (this.#bytes > 0) {
      this.#whole = undefined
      this.#inlet.push(bytes)
    }
    this.#bytes += bytes.length
    return undefined
  }

  whole(): Buffer {
    return this.#whole ?? this.#inlet.join()
  }

  /** What it took of the room is free. Called once. */
  free(): void {
    this.#budget.giveBack(this.#bytes)
  }
}

/** A payload that leaves: what goes with the first frame, and the rest after it. */
export class Leaving {
  readonly first: Uint8Array
  readonly isLast: boolean
  readonly #rest: Uint8Array

  /** @throws SessionError `session-too-large`. */
  constructor(payload: Uint8Array = Buffer.alloc(0)) {
    const { payloadBytes, chunkBytes } = sessionLimits
    if (payload.length > payloadBytes) {
      const text = `a payload of ${payload.length} bytes is more than ${payloadBytes}: open a stream for it`
      throw new SessionError('session-too-large', text)
    }
    this.first = payload.subarray(0, chunkBytes)
    this.#rest = payload.subarray(chunkBytes)
    this.isLast = this.#rest.length === 0
  }

  /** To be called when the first frame has left; `done` is called when all has. */
  send(outlet: Outlet, done?: () => void): void {
    if (this.isLast) {
      done?.()
      return
    }
    outlet.write(this.#rest)
    outlet.end(done)
  }
}
