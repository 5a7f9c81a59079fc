/** Does a thing when it is asked for, but seldom: what is asked for too soon is done together, later. */
export class Collected {
  readonly #everyMs: number
  readonly #work: () => void
  #timer: NodeJS.Timeout | undefined
  #doneAtMs = Number.NEGATIVE_INFINITY

  constructor(everyMs: number, work: () => void) {
    this.#everyMs = everyMs
    this.#work = work
  }

  ask(): void {
    if (this.#timer) return
    const waitMs = Math.max(0, this.#doneAtMs + this.#everyMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#doneAtMs = performance.now()
      this.#work()
    }, waitMs).unref()
  }
}
