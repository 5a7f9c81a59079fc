/** For how long an agent is waited for: a time that may begin again, and whatever the caller says. */
export class Patience {
  readonly waitMs: number
  /** Aborted when it is over. */
  readonly signal: AbortSignal
  readonly #given: AbortSignal | undefined
  readonly #controller = new AbortController()
  readonly #onGiven = (): void => this.#controller.abort()
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(waitMs: number, given: AbortSignal | undefined) {
    this.waitMs = waitMs
    this.signal = this.#controller.signal
    this.#given = given
    if (given?.aborted) this.#controller.abort()
    given?.addEventListener('abort', this.#onGiven)
    this.again()
  }

  /** Whether the time was over. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** What the caller gave up for; undefined while it has not. */
  get whyGiven(): unknown {
    return this.#given?.aborted ? this.#given.reason : undefined
  }

  /** From now on, once more. */
  again(): void {
    this.rest()
    if (this.signal.aborted) return
    this.#timer = setTimeout(() => {
      this.#isOver = true
      this.#controller.abort()
    }, this.waitMs)
  }

  /** Without end, until again(). */
  rest(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    this.rest()
    this.#given?.removeEventListener('abort', this.#onGiven)
  }
}
