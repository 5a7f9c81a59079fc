/** Messages of an endpoint to itself: never within send(), in order, and held back like all others. */
import { CommError } from './errors.js'
import { Inbox } from './inbox.js'
import { commLimits } from './limits.js'

export class Loopback {
  readonly #inbox = new Inbox((isPressed) => this.#pressed(isPressed))
  #waiting: (() => void)[] = []
  #isPressed = false
  #isEnded = false

  /** Resolves when there was room. @throws CommError `NOT_READY` where too many wait already. */
  async send(appId: number, bytes: number, handOver: () => unknown): Promise<void> {
    if (this.#waiting.length >= commLimits.waitingSends) {
      const text = `${this.#waiting.length} messages wait for this endpoint itself`
      throw new CommError('NOT_READY', `${text}; wait for what send() returns`)
    }
    if (this.#isPressed) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    queueMicrotask(() => {
      if (!this.#isEnded) this.#inbox.take(appId, bytes, handOver)
    })
  }

  end(): void {
    this.#isEnded = true
    this.#inbox.end()
    this.#release()
  }

  #pressed(isPressed: boolean): void {
    this.#isPressed = isPressed
    if (!isPressed) this.#release()
  }

  #release(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const each of waiting) each()
  }
}
