/** Requests that wait for something to happen under a name: a command for a target, a reply to a command. */
import type { Asker } from './asker.js'
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'

/** For how long, and for whom. */
export interface Patience {
  readonly waitMs: number
  /** Who waits; asked for where there is something to wait for. */
  asker(): Asker
}

interface Waiter {
  /** Resolves when it happens, or when it is ended. */
  readonly happened: Promise<void>
  end(): void
}

export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>()
  #count = 0
  #isClosed = false

  /**
   * What look() gives: at once, or when something has happened under the name that makes it give something.
   * Undefined where nothing does in time. @throws HubError `hub-full`; whatever look() rejects with.
   */
  async first<T>(
    name: string,
    { waitMs, asker }: Patience,
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    // Before the look: what happens while that is under way counts, too.
    let waiter = this.#wait(name)
    let isOver = waitMs <= 0
    let leaving: Leaving | undefined
    try {
      for (;;) {
        const found = await look()
        if (found !== undefined || isOver || this.#isClosed) return found
        leaving ??= whenOver(waitMs, asker(), () => {
          isOver = true
          waiter.end()
        })
        await waiter.happened
        // What it would be given is for somebody who is there.
        if (leaving.asker.isGone) return undefined
        waiter = this.#wait(name)
      }
    } finally {
      waiter.end()
      leaving?.forget()
    }
  }

  /** How many wait. */
  get count(): number {
    return this.#count
  }

  happened(name: string): void {
    for (const end of [...(this.#waiting.get(name) ?? [])]) end()
  }

  /** None waits any more, nor from now on. */
  close(): void {
    this.#isClosed = true
    for (const name of [...this.#waiting.keys()]) this.happened(name)
  }

  #wait(name: string): Waiter {
    if (this.#count >= hubLimits.waiting) {
      throw new HubError('hub-full', `${hubLimits.waiting} requests wait already; ask again later`)
    }
    this.#count++
    const waiting = this.#waiting.get(name) ?? new Set()
    let resolve: () => void = () => undefined
    const happened = new Promise<void>((done) => {
      resolve = done
    })
    const end = (): void => {
      if (!waiting.delete(end)) return
      if (waiting.size === 0) this.#waiting.delete(name)
      this.#count--
      resolve()
    }
    this.#waiting.set(name, waiting.add(end))
    return { happened, end }
  }
}

interface Leaving {
  readonly asker: Asker
  forget(): void
}

/** Calls once so much time is over, or when the one who waits is gone. */
function whenOver(ms: number, asker: Asker, over: () => void): Leaving {
  const timer = setTimeout(over, ms)
  asker.whenGone(over)
  return {
    asker,
    forget() {
      clearTimeout(timer)
      asker.whenGone(undefined)
    },
  }
}
