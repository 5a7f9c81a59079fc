/**
 * Frames of others that were refused: counted by what was wrong with them, and told once for each source and
 * reason. Some are no news: those that another incarnation was meant to get, and the first ones of a member
 * whose listing is on its way.
 */
import type { Refusal } from './frames.js'
import { driverLimits } from './limits.js'

export type RefusalCode = Refusal['code'] | 'not-leader'

export class Refusals {
  /** Frames, by what was wrong with them. */
  readonly counts = new Map<RefusalCode, number>()
  readonly #told = new Set<string>()
  /** When frames of one that is not listed were first seen. */
  readonly #strangers = new Map<string, number>()
  readonly #tell: (code: string, text: string) => void

  constructor(tell: (code: string, text: string) => void) {
    this.#tell = tell
  }

  /** @param source the id that the connection is of; empty where nobody knows. */
  refused(source: string, { code, text }: Refusal, nowMs: number): void {
    this.count(code)
    if (code === 'misdirected') return
    if (code === 'stranger' && !this.#isOldStranger(source, nowMs)) return
    const key = `${code}/${source}`
    if (this.#told.has(key) || this.#told.size >= driverLimits.refusedSources) return
    this.#told.add(key)
    this.#tell(code, source === '' ? `refused ${text}` : `refused ${text}, from ${source}`)
  }

  count(code: RefusalCode): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1)
  }

  /** It is listed now. */
  knows(id: string): void {
    this.#strangers.delete(id)
  }

  #isOldStranger(source: string, nowMs: number): boolean {
    const sinceMs = this.#strangers.get(source)
    if (sinceMs !== undefined) return nowMs - sinceMs >= driverLimits.strangerMs
    if (this.#strangers.size < driverLimits.refusedSources) this.#strangers.set(source, nowMs)
    return false
  }
}
