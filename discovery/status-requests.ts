/** Who waits for the status of an actor: each until it comes, or for its time. */
import type { ToDirectory } from './directory-frames.js'
import type { DiscoveryError } from './errors.js'

interface StatusRequest {
  resolve(status: unknown): void
  reject(error: DiscoveryError): void
}

export class StatusRequests {
  /** What is asked. */
  readonly question: ToDirectory
  readonly #waiting = new Set<StatusRequest>()

  constructor(isDoorWanted: boolean) {
    this.question = isDoorWanted ? { t: 'status', door: true } : { t: 'status' }
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Rejects with the error of `late` when the time is over. */
  wait(timeoutMs: number, late: () => DiscoveryError): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(request)
      }
      const request: StatusRequest = {
        resolve: (status) => {
          settle()
          resolve(status)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      }
      const timer = setTimeout(() => request.reject(late()), timeoutMs)
      this.#waiting.add(request)
    })
  }

  resolveAll(status: unknown): void {
    for (const request of [...this.#waiting]) request.resolve(status)
  }

  rejectAll(error: () => DiscoveryError): void {
    for (const request of [...this.#waiting]) request.reject(error())
  }
}
