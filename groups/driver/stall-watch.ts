/**
 * Whether the main thread is alive, as its signs of life tell. Only time in which this thread ran itself
 * counts: where the whole process stood still, the main thread is not to blame.
 */
import { driverLimits } from './limits.js'

export class StallWatch {
  readonly #stallMs: number
  #silentMs = 0
  #lookedAtMs: number | undefined

  /** @param stallMs without a sign of life for so long it is stalled. */
  constructor(stallMs: number) {
    this.#stallMs = stallMs
  }

  /** A sign of life. Before the first one nothing is expected. */
  alive(nowMs: number): void {
    this.#silentMs = 0
    this.#lookedAtMs = nowMs
  }

  /** To be asked every `driverLimits.watchMs`. */
  isStalled(nowMs: number): boolean {
    if (this.#lookedAtMs === undefined) return false
    this.#silentMs += Math.min(nowMs - this.#lookedAtMs, 2 * driverLimits.watchMs)
    this.#lookedAtMs = nowMs
    return this.#silentMs >= this.#stallMs
  }
}
