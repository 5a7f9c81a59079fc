/** The one who asks, and may go before there is an answer. */
export class Asker {
  #isGone = false
  #listener: (() => void) | undefined

  get isGone(): boolean {
    return this.#isGone
  }

  /** Calls it once it has gone, or at once; instead of any that was given before. */
  whenGone(listener: (() => void) | undefined): void {
    this.#listener = listener
    if (this.#isGone) listener?.()
  }

  leave(): void {
    this.#isGone = true
    this.#listener?.()
  }
}
