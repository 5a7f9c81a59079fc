/**
 * Whether a peer is there: who was silent for one interval is asked, and who stays silent for two and a
 * quarter is given up, so that with looks at each quarter it is gone within three. Pure: it is told the time.
 */

/** Looks in one interval. */
export const LOOKS = 4
/** Intervals of silence after which a peer is given up. */
const DEAD = 2.25
/** Intervals between two looks from which on this process stood still itself, and heard nothing for that. */
const STOOD_STILL = 0.75

export type Look = 'calm' | 'ask' | 'dead'

export class Heartbeat {
  readonly #intervalMs: number
  #heardMs: number
  #askedMs: number
  #lookedMs: number

  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs
    this.#heardMs = nowMs
    this.#askedMs = nowMs
    this.#lookedMs = nowMs
  }

  /**
   * What is to be done at this moment. @param heard something came since the last look, or is on its way out
   * @param isDeaf nothing whole is read of the peer at the moment: it is told that somebody is here
   */
  look(nowMs: number, heard: boolean, isDeaf: boolean): Look {
    const passedMs = nowMs - this.#lookedMs
    this.#lookedMs = nowMs
    if (heard || isDeaf) this.#heardMs = nowMs
    else if (passedMs > STOOD_STILL * this.#intervalMs) this.#heardMs += passedMs
    const silentMs = nowMs - this.#heardMs
    if (silentMs >= DEAD * this.#intervalMs) return 'dead'
    const isDue = nowMs - this.#askedMs >= this.#intervalMs
    if (!isDue || (!isDeaf && silentMs < this.#intervalMs)) return 'calm'
    this.#askedMs = nowMs
    return 'ask'
  }
}
