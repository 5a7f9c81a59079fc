/** How time passes in a test network: by itself, or only when the test says so. */

export interface TestClock {
  /** Milliseconds since the clock was made. */
  readonly nowMs: number
  /** Lets so much time pass. */
  advance(ms: number): Promise<void>
  /** Lets time pass until it is so; false where it is not within so much time. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean>
  /** Gives the time back to the machine. Harmless twice. */
  end(): void
}

/** The time of the machine. */
export class RealClock implements TestClock {
  readonly #startedMs = performance.now()

  get nowMs(): number {
    return performance.now() - this.#startedMs
  }

  advance(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  async until(isSo: () => boolean, withinMs: number): Promise<boolean> {
    const endMs = performance.now() + withinMs
    while (!isSo()) {
      if (performance.now() > endMs) return false
      await this.advance(1)
    }
    return true
  }

  end(): void {}
}
