/**
 * Frames of others that were refused: counted by what was wrong with them, and told once for each source and
 * reason. Some are no news: those that another incarnation was meant to get, or that a connection said before
 * another took its place, and the first ones of a member whose listing is on its way.
 */
import type { Refusal } from './frames.js'
import { driverLimits } from './limits.js'

export type RefusalCode = Refusal['code'] | 'not-leader'

export class Refusals {
  /** Frames, by what was wrong with them. */
  readonly counts = new Map<RefusalCode, number>()
  /** Those that are news, since they were taken last. */
  #news = 0
  readonly #told = new Set<string>()
  /** When frames of one that is not listed were first seen. */
  readonly #strangers = new Map<string, number>()
  readonly #tell: (code: string, text: string) => void

  constructor(tell: (code: string, text: string) => void) {
    this.#tell = tell
  }

  /** @param source the id that the connection is of; empty where nobody knows. */
  refused(source: string, { code, text }: Refusal, nowMs: number): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1)
    if (code === 'misdirected' || code === 'ungreeted') return
    if (code === 'stranger' && !this.#isOldStranger(source, nowMs)) return
    this.#news++
    const key = `${code}/${source}`
    if (this.#told.has(key) || this.#told.size >= driverLimits.refusedSources) return
    this.#told.add(key)
    this.#tell(code, source === '' ? `refused ${text}` : `refused ${text}, from ${source}`)
  }

  /** Nobody is told of it: it was meant for whoever led before. */
  count(code: RefusalCode): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1)
    this.#news++
  }

  /** How many there were that are news since it was called last. */
  take(): number {
    const news = this.#news
    this.#news = 0
    return news
  }

  /** It is listed now. */
  knows(id: string): void {
    this.#strangers.delete(id)
  }

  #isOldStranger(source: string, nowMs: number): boolean {
    const sinceMs = this.#strangers.get(source)
    if (sinceMs !== undefined) return nowMs - sinceMs >= driverLimits.strangerMs
    // Where there are more than can be told apart, none is waited for.
    if (this.#strangers.size >= driverLimits.refusedSources) return true
    this.#strangers.set(source, nowMs)
    return false
  }
}
