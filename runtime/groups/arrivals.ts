/**
 * What came of a group for a component, in its order: messages, and what else there is to tell. While the
 * component has room it is handed on at once, else it waits here, up to a bound; what comes beyond is
 * dropped. Of messages that shows as a gap.
 */
import type { Gate } from '../../ports/index.js'
import { Queue } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'

interface Arrival {
  readonly bytes: number
  take(): void
}

export class Arrivals {
  readonly #gate: Gate
  readonly #waiting = new Queue<Arrival>()
  #bytes = 0
  #isPumping = false
  #isClosed = false

  constructor(gate: Gate) {
    this.#gate = gate
  }

  /** Hands on now, or in its turn. False where it was dropped. Never throws what `take` does not. */
  add(bytes: number, take: () => void): boolean {
    if (this.#isClosed) return true
    if (!this.#isPumping && !this.#gate.full) {
      take()
      return true
    }
    const isFull =
      this.#waiting.size >= runtimeLimits.groupArrivals ||
      this.#bytes + bytes > runtimeLimits.groupArrivalBytes
    if (isFull) return false
    this.#waiting.push({ bytes, take })
    this.#bytes += bytes
    if (!this.#isPumping) void this.#pump()
    return true
  }

  close(): void {
    this.#isClosed = true
  }

  /** Hands on what waits as the component has room. What it calls does not throw. */
  async #pump(): Promise<void> {
    this.#isPumping = true
    while (this.#waiting.size > 0 && !this.#isClosed) {
      if (this.#gate.full) await this.#gate.room()
      const next = this.#isClosed ? undefined : this.#waiting.shift()
      if (!next) break
      this.#bytes -= next.bytes
      next.take()
    }
    this.#isPumping = false
  }
}
