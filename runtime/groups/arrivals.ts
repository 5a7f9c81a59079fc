/**
 * What came of a group for a component, in its order: messages, and what else there is to tell. While the
 * component has room it is handed on at once, else it waits here. Of messages what is beyond a bound is
 * dropped; what the group decided never is, but has a bound as well, at which it has to go on without the
 * component.
 */
import type { Gate } from '../../ports/index.js'
import { Queue } from '../../ports/index.js'
import { runtimeLimits } from '../limits.js'

interface Arrival {
  readonly of: Waiting
  readonly bytes: number
  take(): void
}

/** What waits of one sort. */
class Waiting {
  count = 0
  bytes = 0
  readonly #most: number
  readonly #mostBytes: number

  constructor(most: number, mostBytes: number) {
    this.#most = most
    this.#mostBytes = mostBytes
  }

  hasRoom(bytes: number): boolean {
    return this.count < this.#most && this.bytes + bytes <= this.#mostBytes
  }
}

export class Arrivals {
  readonly #gate: Gate
  readonly #queue = new Queue<Arrival>()
  readonly #messages = new Waiting(runtimeLimits.groupArrivals, runtimeLimits.groupArrivalBytes)
  readonly #decided = new Waiting(runtimeLimits.decidedArrivals, runtimeLimits.decidedArrivalBytes)
  #isPumping = false
  #isClosed = false
  #whenDrained: (() => void)[] = []

  constructor(gate: Gate) {
    this.#gate = gate
  }

  /** Hands messages on now, or in their turn. False where they were dropped. Throws only what `take` does. */
  add(bytes: number, take: () => void): boolean {
    return this.#put({ of: this.#messages, bytes, take }, false)
  }

  /** As add(), what the group decided. False where it has no room: then it is not handed on. */
  keep(bytes: number, take: () => void): boolean {
    return this.#put({ of: this.#decided, bytes, take }, false)
  }

  /** As keep(), what has a bound elsewhere: it finds room always. */
  surely(take: () => void): void {
    this.#put({ of: this.#decided, bytes: 0, take }, true)
  }

  /** Resolves when the component has room for what waits now, or it is closed. */
  drained(): Promise<void> {
    if (!this.#isPumping || this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => this.#whenDrained.push(resolve))
  }

  close(): void {
    this.#isClosed = true
    this.#tellDrained()
  }

  #put(arrival: Arrival, isSure: boolean): boolean {
    if (this.#isClosed) return true
    if (!this.#isPumping && !this.#gate.full) {
      arrival.take()
      return true
    }
    const { of, bytes } = arrival
    if (!isSure && !of.hasRoom(bytes)) return false
    this.#queue.push(arrival)
    of.count++
    of.bytes += bytes
    if (!this.#isPumping) void this.#pump()
    return true
  }

  /** Hands on what waits as the component has room. What it calls does not throw. */
  async #pump(): Promise<void> {
    this.#isPumping = true
    while (this.#queue.size > 0 && !this.#isClosed) {
      if (this.#gate.full) await this.#gate.room()
      const next = this.#isClosed ? undefined : this.#queue.shift()
      if (!next) break
      next.of.count--
      next.of.bytes -= next.bytes
      next.take()
    }
    this.#isPumping = false
    this.#tellDrained()
  }

  #tellDrained(): void {
    for (const told of this.#whenDrained.splice(0)) told()
  }
}
