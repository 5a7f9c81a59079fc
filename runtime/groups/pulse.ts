/**
 * Finds out that the event loop stood still, when it turns again; the thread of the groups has noticed
 * before.
 */
import { groupLimits } from '../../groups/index.js'

/** Parts of the time after which a thread counts as stuck. */
const BEATS = 4

export class Pulse {
  readonly #nowMs: () => number
  readonly #stalled: (ms: number) => void
  readonly #timer: NodeJS.Timeout
  #lastMs: number

  /** @param stalled told of how many milliseconds it was */
  constructor(nowMs: () => number, stalled: (ms: number) => void) {
    this.#nowMs = nowMs
    this.#stalled = stalled
    this.#lastMs = nowMs()
    this.#timer = setInterval(() => this.#beat(), groupLimits.stallMs / BEATS).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #beat(): void {
    const nowMs = this.#nowMs()
    const gapMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (gapMs > groupLimits.stallMs) this.#stalled(Math.round(gapMs))
  }
}
