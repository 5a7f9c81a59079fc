/** Who waits for the status of an actor: each until it comes, or for its time. */
import { KeyedWaiting } from '../ports/index.js'
import type { ToDirectory } from './directory-frames.js'
import type { DiscoveryError } from './errors.js'

export class StatusRequests {
  /** What is asked. */
  readonly question: ToDirectory
  readonly #waiting = new KeyedWaiting<object, unknown>()

  constructor(isDoorWanted: boolean) {
    this.question = isDoorWanted ? { t: 'status', door: true } : { t: 'status' }
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Rejects with the error of `late` when the time is over. */
  wait(timeoutMs: number, late: () => DiscoveryError): Promise<unknown> {
    return this.#waiting.wait({}, timeoutMs, late)
  }

  resolveAll(status: unknown): void {
    this.#waiting.settleAll(status)
  }

  rejectAll(error: () => DiscoveryError): void {
    this.#waiting.rejectAll(error)
  }
}
