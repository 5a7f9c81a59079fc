/** Those who wait for a condition, which is looked at whenever something changed. */
export class Conditions {
  readonly #waiting = new Set<() => void>()

  /** Resolves when the condition holds; the time-out of the test bounds it. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  changed(): void {
    for (const look of [...this.#waiting]) look()
  }
}
