/** Requests that wait for something to happen under a name: a command for a target, a reply to a command. */
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'

/** For how long, and for whom. */
export interface Patience {
  readonly waitMs: number
  /** Aborted when the one who waits is gone; asked for where there is something to wait for. */
  gone(): AbortSignal
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
    { waitMs, gone }: Patience,
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
        leaving ??= whenOver(waitMs, gone(), () => {
          isOver = true
          waiter.end()
        })
        await waiter.happened
        // What it would be given is for somebody who is there.
        if (leaving.isGone()) return undefined
        waiter = this.#wait(name)
      }
    } finally {
      waiter.end()
      leaving?.forget()
    }
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
  isGone(): boolean
  forget(): void
}

/** Calls once so much time is over, or at once when the signal says so. */
function whenOver(ms: number, signal: AbortSignal, over: () => void): Leaving {
  const timer = setTimeout(over, ms)
  signal.addEventListener('abort', over)
  if (signal.aborted) over()
  return {
    isGone: () => signal.aborted,
    forget() {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
    },
  }
}
