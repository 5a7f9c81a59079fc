/** Those who are told of endpoints. What one throws is reported, and keeps nothing from the others. */
import { messageOf } from '../ports/index.js'
import type { EndpointMonitor } from './endpoint.js'
import { CommError } from './errors.js'
import { commLimits } from './limits.js'

export class Monitors {
  readonly #all = new Set<{ readonly monitor: EndpointMonitor }>()

  /** Gives its undoing. @throws CommError `BAD_CONFIG` where there are too many. */
  add(monitor: EndpointMonitor): () => void {
    if (this.#all.size >= commLimits.monitors) {
      throw new CommError('BAD_CONFIG', `${commLimits.monitors} monitors are registered; undo one first`)
    }
    const entry = { monitor }
    this.#all.add(entry)
    return () => void this.#all.delete(entry)
  }

  tell(what: (monitor: EndpointMonitor) => void): void {
    for (const { monitor } of [...this.#all]) isolated('a monitor', () => what(monitor))
  }
}

/** What was thrown is told as a warning of the process. */
export function reportFault(whose: string, error: unknown): void {
  process.emitWarning(`${whose} of a communicator failed: ${messageOf(error)}`, { code: 'QUORATE_COMM' })
}

/** Runs what belongs to somebody else; never throws. */
export function isolated(whose: string, run: () => void): void {
  try {
    run()
  } catch (error) {
    reportFault(whose, error)
  }
}
