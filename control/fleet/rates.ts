/** How many commands a hub takes and has answered, and how long that took: by the second. */
import { fleetLimits } from './limits.js'
import type { RateSample } from './models.js'

const SECOND_MS = 1000

export class Rates {
  readonly #samples: RateSample[] = []
  /** The one that runs, counted from 1970. */
  #second: number
  #posted = 0
  #answered = 0
  /** Milliseconds that the last so many took. */
  #took: number[] = []

  constructor(nowMs: number) {
    this.#second = secondOf(nowMs)
  }

  posted(nowMs: number): void {
    this.#goOn(nowMs)
    this.#posted++
  }

  answered(nowMs: number, tookMs: number): void {
    this.#goOn(nowMs)
    this.#took[this.#answered % fleetLimits.roundTrips] = tookMs
    this.#answered++
  }

  /** Of the seconds that ended after that time. */
  since(afterMs: number, nowMs: number): readonly RateSample[] {
    this.#goOn(nowMs)
    return this.#samples.filter(({ at }) => at > afterMs)
  }

  /** A clock that was set back stands still. */
  #goOn(nowMs: number): void {
    const second = secondOf(nowMs)
    // After a machine stood still for long, no more than is kept.
    if (second - this.#second > fleetLimits.rateSeconds) this.#second = second - fleetLimits.rateSeconds
    while (this.#second < second) {
      this.#samples.push(this.#sample())
      this.#second++
      this.#posted = 0
      this.#answered = 0
      this.#took = []
    }
    this.#samples.splice(0, this.#samples.length - fleetLimits.rateSeconds)
  }

  #sample(): RateSample {
    const took = [...this.#took].sort((one, other) => one - other)
    const at = (this.#second + 1) * SECOND_MS
    return { at, posted: this.#posted, answered: this.#answered, p50: part(took, 0.5), p99: part(took, 0.99) }
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / SECOND_MS)
}

/** Below or at which so large a part of them is. */
function part(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
