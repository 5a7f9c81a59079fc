/** The wait for a member to have its sockets. There is one at a time; where nobody waits, nothing is told. */
import type { GroupError } from '../../groups/index.js'

export class Opening {
  #settle: ((failure: GroupError | undefined) => void) | undefined

  /** Resolves with succeed(), rejects with fail(). */
  begin(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#settle = (failure) => {
        this.#settle = undefined
        if (failure) reject(failure)
        else resolve()
      }
    })
  }

  succeed(): void {
    this.#settle?.(undefined)
  }

  /** Whether somebody waited. */
  fail(failure: GroupError): boolean {
    const isAwaited = this.#settle !== undefined
    this.#settle?.(failure)
    return isAwaited
  }
}
