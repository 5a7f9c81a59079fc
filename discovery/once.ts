/**
 * Says things once for each source: a stranger that misbehaves ten thousand times makes one line of log and a
 * number. What it remembers of strangers is bounded.
 */
import { discoveryLimits } from './limits.js'

export class OncePerSource {
  /** How often something was said in all. */
  count = 0
  readonly #seen = new Set<string>()
  readonly #say: (what: string, text: string) => void

  constructor(say: (what: string, text: string) => void) {
    this.#say = say
  }

  /** Counts; says it if it is the first of this kind from this source, and there is room to remember that. */
  say(what: string, source: string, text: string): void {
    this.count++
    const key = `${what}\n${source}`
    if (this.#seen.has(key) || this.#seen.size >= discoveryLimits.noticedSources) return
    this.#seen.add(key)
    const isLast = this.#seen.size === discoveryLimits.noticedSources
    this.#say(what, isLast ? `${text} (further ones are counted, no longer noticed)` : text)
  }

  /** Lets the next of this kind from this source be said again: the matter was settled in between. */
  settled(what: string, source: string): void {
    this.#seen.delete(`${what}\n${source}`)
  }
}
