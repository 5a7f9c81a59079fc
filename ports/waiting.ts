/** Calls that wait for what has to come, each for a time of its own. Every one of them settles. */
import type { PortError } from './errors.js'
import { LONGEST_DELAY_MS } from './expiry.js'

interface Call<T> {
  resolve(value: T): void
  reject(error: PortError): void
}

export class Waiting<T> {
  readonly #calls = new Set<Call<T>>()

  /** Resolves with what it is given; rejects after `timeoutMs`, if there are any, with what `late` makes. */
  wait(timeoutMs: number | undefined, late: () => PortError): Promise<T> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const call: Call<T> = {
        resolve: (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      this.#calls.add(call)
      if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return
      timer = setTimeout(
        () => {
          this.#calls.delete(call)
          reject(late())
        },
        Math.min(timeoutMs, LONGEST_DELAY_MS),
      )
    })
  }

  /** Gives it to the call that has waited longest; false where none waits. */
  give(value: T): boolean {
    for (const call of this.#calls) {
      this.#calls.delete(call)
      call.resolve(value)
      return true
    }
    return false
  }

  /** Rejects every call that waits. */
  fail(why: () => PortError): void {
    for (const call of this.#calls) call.reject(why())
    this.#calls.clear()
  }
}
