/** Requests that wait for something to happen under a name: a command for a target, a reply to a command. */
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'

export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>()
  #count = 0

  /**
   * Resolves when it happens, or after so long, or when the one who waits is gone. @throws HubError `hub-
   * full`.
   */
  wait(name: string, waitMs: number, gone: AbortSignal): Promise<void> {
    if (this.#count >= hubLimits.waiting) {
      throw new HubError('hub-full', `${hubLimits.waiting} requests wait already; ask without waiting`)
    }
    this.#count++
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? new Set()
      const done = (): void => {
        if (!waiting.delete(done)) return
        if (waiting.size === 0) this.#waiting.delete(name)
        this.#count--
        clearTimeout(timer)
        gone.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, waitMs)
      gone.addEventListener('abort', done)
      this.#waiting.set(name, waiting.add(done))
    })
  }

  happened(name: string): void {
    for (const done of [...(this.#waiting.get(name) ?? [])]) done()
  }

  /** None waits any more. */
  close(): void {
    for (const name of [...this.#waiting.keys()]) this.happened(name)
  }
}
