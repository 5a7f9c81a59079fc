/** Writes lines of a history as things happen; the clock, and where the lines go, are its owner's. */
import type { Call, HistoryLine, PollOutcome } from './history.js'

/** As the lines have it. */
export interface When {
  readonly t: number
  readonly ms?: number
}

/** To be called when an invocation has ended. */
export type Ended = (e: 'ok' | 'fail' | 'info', outcome?: PollOutcome) => void

export class Notebook {
  readonly #now: () => When
  readonly #write: (line: HistoryLine) => void
  #ids = 0

  constructor(now: () => When, write: (line: HistoryLine) => void) {
    this.#now = now
    this.#write = write
  }

  saw(p: string, call: Call): void {
    this.#write({ ...this.#now(), p, e: 'saw', ...call })
  }

  asks(p: string, call: Call): Ended {
    const id = ++this.#ids
    this.#write({ ...this.#now(), p, e: 'invoke', id, ...call })
    return (e, outcome) => {
      this.#write({ ...this.#now(), p, e, id, ...(outcome === undefined ? {} : { outcome }) })
    }
  }
}
