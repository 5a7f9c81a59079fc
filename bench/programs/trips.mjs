// Takes the time of round trips, one after another or many at once.

import { now } from './channel.mjs'

const MAX_TRIPS = 1_000_000

/** One in flight: microseconds of each trip. `ask(number)` resolves when the answer is there and right. */
export async function oneByOne(ask, { warmTrips, trips }) {
  for (let i = 0; i < warmTrips; i++) await ask(i)
  const us = new Float64Array(trips)
  for (let i = 0; i < trips; i++) {
    const askedAt = performance.now()
    await ask(warmTrips + i)
    us[i] = 1000 * (performance.now() - askedAt)
  }
  return us
}

/** Counts trips by time: those after the first `warmMs` of `runMs`. */
export class TripCount {
  asked = 0
  answered = 0
  #begunAt = now()
  #warm
  #options

  constructor(options) {
    this.#options = options
  }

  /** True while one more may be asked. */
  get open() {
    return this.asked < MAX_TRIPS && now() - this.#begunAt < this.#options.runMs
  }

  /** One more was answered, rightly. */
  add() {
    this.answered++
    if (this.#warm !== undefined || this.answered % 64 !== 0) return
    const at = now()
    if (at - this.#begunAt >= this.#options.warmMs) this.#warm = { at, answered: this.answered }
  }

  /** Trips a second. */
  rate() {
    const { at, answered } = this.#warm
    return (1000 * (this.answered - answered)) / (now() - at)
  }
}
