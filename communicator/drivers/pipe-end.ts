/** The end of a pipe, as its handler is told of it: once, as the last, and not before there is a handler. */
import { messageOf } from '../../ports/index.js'
import type { PipeHandler } from '../driver.js'
import { CommError } from '../errors.js'

export class PipeEnd {
  #handler: PipeHandler | undefined
  #isOver = false
  #why: Error | undefined

  get isOver(): boolean {
    return this.#isOver
  }

  /** Whom to tell; of what is over already in a moment, not at once. */
  tell(handler: PipeHandler): void {
    this.#handler = handler
    if (this.#isOver) process.nextTick(() => handler.closed(this.#why))
  }

  /** Why it will end; what is said first counts. */
  because(why: Error | undefined): void {
    this.#why ??= why
  }

  over(why?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.because(why)
    this.#handler?.closed(this.#why)
  }
}

/** What a handler is told where the system, or a library, says that a connection failed. */
export function broken(error: unknown): CommError {
  return error instanceof CommError ? error : new CommError('CLOSED', messageOf(error), { cause: error })
}
