/** How late the event loop of this process is, and how busy: looked at only while somebody wants to know. */
import { fleetLimits } from '../../fleet/limits.js'

export class LoopLag {
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0
  #mostMs = 0
  #before = performance.eventLoopUtilization()

  /** Looks at it from now on, or no more. */
  watch(isWatched: boolean): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (!isWatched) return
    const everyMs = fleetLimits.lagLookMs
    this.#lastMs = performance.now()
    this.#timer = setInterval(() => {
      const nowMs = performance.now()
      this.#mostMs = Math.max(this.#mostMs, nowMs - this.#lastMs - everyMs)
      this.#lastMs = nowMs
    }, everyMs)
    this.#timer.unref()
  }

  /** Since it was read last: the longest that it was late (ms), and the share of the time that it worked. */
  read(): { readonly lagMs: number; readonly busy: number } {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#before)
    const lagMs = this.#mostMs
    this.#before = now
    this.#mostMs = 0
    return { lagMs: rounded(lagMs), busy: rounded(utilization) }
  }
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : 0
}
