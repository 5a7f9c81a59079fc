/** How often each address was wrong of late: who guesses is soon asked to wait. */
import { agentLimits } from './limits.js'

export class Attempts {
  readonly #failures = new Map<string, { count: number; readonly untilMs: number }>()

  /** Counts one, before it is known whether it fails. @returns false where there were too many. */
  begin(address: string, nowMs: number): boolean {
    const known = this.#failures.get(address)
    if (known && nowMs < known.untilMs) {
      if (known.count >= agentLimits.attempts) return false
      known.count++
      return true
    }
    this.#failures.delete(address)
    const [oldest] = this.#failures.keys()
    if (this.#failures.size >= agentLimits.attemptAddresses && oldest !== undefined) {
      this.#failures.delete(oldest)
    }
    this.#failures.set(address, { count: 1, untilMs: nowMs + agentLimits.attemptsMs })
    return true
  }

  /** It was right: it does not count. */
  succeeded(address: string): void {
    const known = this.#failures.get(address)
    if (known) known.count--
  }
}
