/**
 * One way of a connection: what is put in at one end comes out at the other, in order, a delay later. While
 * it is held, nothing comes out; what was under way comes a delay after the release, as TCP sends it once
 * more.
 */

interface Item {
  readonly dueMs: number
  readonly arrive: () => void
}

export class Lane {
  readonly #delayMs: () => number
  #items: Item[] = []
  #stop: (() => void) | undefined
  #isHeld = false
  #isEnded = false

  /** @param delayMs of the next item; it does not overtake those before it. */
  constructor(delayMs: () => number) {
    this.#delayMs = delayMs
  }

  /** Calls `arrive` when its time has come, unless the lane is cleared before. */
  put(arrive: () => void): void {
    if (this.#isEnded) return
    const dueMs = Math.max(performance.now() + this.#delayMs(), this.#items.at(-1)?.dueMs ?? 0)
    this.#items.push({ dueMs, arrive })
    this.#wait()
  }

  hold(): void {
    this.#isHeld = true
    this.#stop?.()
  }

  release(): void {
    this.#isHeld = false
    const soonest = performance.now() + this.#delayMs()
    this.#items = this.#items.map(({ dueMs, arrive }) => ({ dueMs: Math.max(dueMs, soonest), arrive }))
    this.#wait()
  }

  /** Nothing comes out any more. */
  end(): void {
    this.#isEnded = true
    this.#items = []
    this.#stop?.()
  }

  #wait(): void {
    const [first] = this.#items
    if (!first || this.#isHeld || this.#stop) return
    const waitMs = first.dueMs - performance.now()
    const go = (): void => {
      this.#stop = undefined
      this.#deliver()
    }
    const stopped = (stop: () => void) => (): void => {
      this.#stop = undefined
      stop()
    }
    if (waitMs > 0) {
      const timer = setTimeout(go, Math.ceil(waitMs))
      this.#stop = stopped(() => clearTimeout(timer))
    } else {
      const turn = setImmediate(go)
      this.#stop = stopped(() => clearImmediate(turn))
    }
  }

  #deliver(): void {
    const now = performance.now()
    for (;;) {
      const [first] = this.#items
      if (!first || first.dueMs > now || this.#isHeld) break
      this.#items.shift()
      first.arrive()
    }
    this.#wait()
  }
}
