// The credit scheme of the throughput runs, the same for both sides. The subscriber grants so many
// messages ahead of what it has received, so no queue ever overflows and nothing may be lost.

import { now } from './channel.mjs'

/** Grants in a window: few enough to cost nothing, many enough that the publisher never runs dry. */
const GRANTS = 4
/** Without a grant for so long, messages were lost: the publisher ends, and the counts will tell. */
const STARVED_MS = 3000

/** The publisher's side. */
export class Credit {
  #granted = 0
  #wake

  get granted() {
    return this.#granted
  }

  grant(total) {
    this.#granted = Math.max(this.#granted, total)
    this.#wake?.()
    this.#wake = undefined
  }

  /** Resolves when so many messages may have been sent in all: true; or false, if no grant comes any more. */
  async wait(total) {
    while (this.#granted < total) {
      const isGranted = await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), STARVED_MS)
        this.#wake = () => {
          clearTimeout(timer)
          resolve(true)
        }
      })
      if (!isGranted) return false
    }
    return true
  }
}

/** The subscriber's side: counts, adds up, grants, and takes the time at each grant. */
export class Tally {
  #count = 0
  #sum = 0
  #window
  #grant
  #warmMs
  #step
  #stopAt
  #nextGrant
  #expected = Number.POSITIVE_INFINITY
  #begun
  #warm
  #last
  #resolve
  /** Resolves with `{ count, sum, rate }` when all that was expected has come. */
  complete = new Promise((resolve) => {
    this.#resolve = resolve
  })

  constructor({ window, warmMs }, grant) {
    this.#window = window
    this.#warmMs = warmMs
    this.#grant = grant
    this.#step = Math.max(1, Math.floor(window / GRANTS))
    this.#stopAt = this.#nextGrant = this.#step
  }

  /** Begins: grants the first window. */
  open() {
    this.#grant(this.#window)
  }

  take(amount) {
    this.#sum += amount
    if (++this.#count >= this.#stopAt) this.#mark()
  }

  /** So many were sent in all. */
  expect(count) {
    this.#expected = count
    this.#mark()
  }

  /** What is there now, whether or not it is all. */
  result() {
    const counted = (this.#last?.count ?? 0) - (this.#warm?.count ?? 0)
    const ms = (this.#last?.at ?? 0) - (this.#warm?.at ?? 0)
    return { count: this.#count, sum: this.#sum, rate: (1000 * counted) / ms }
  }

  #mark() {
    if (this.#count >= this.#nextGrant) {
      this.#nextGrant += this.#step
      this.#grant(this.#count + this.#window)
      this.#clock(now())
    }
    this.#stopAt = Math.min(this.#nextGrant, this.#expected)
    if (this.#count >= this.#expected) this.#resolve(this.result())
  }

  #clock(at) {
    this.#begun ??= at
    if (this.#warm === undefined && at - this.#begun >= this.#warmMs) this.#warm = { at, count: this.#count }
    this.#last = { at, count: this.#count }
  }
}
