/** All that the hosts of a lab tell, and those who wait for something of it. */
import type { Lease } from './checks.js'
import type { LabNode } from './node.js'
import { compareTokens, type Token } from './token.js'
import type { Word } from './words.js'

const PATIENCE_MS = 60_000

export class History {
  /** What counts as now, told each host: what it hears from then on. */
  mark = 0
  readonly #leases = new Map<string, Lease>()
  /** Since the last mark: `to of` → when. */
  readonly #heard = new Map<string, number>()
  readonly #views = new Map<number, Token>()
  readonly #problems: string[] = []
  readonly #waiting = new Set<() => void>()
  /** The longest that a host got no time, but those that a fault keeps from it. */
  starvedMs = 0
  readonly #starved = new Set<number>()

  readonly write = (node: LabNode, word: Word): void => {
    const { host } = node
    if (word.is === 'acting') {
      const { epoch, term, sinceMs, untilMs } = word
      this.#leases.set(`${host} ${epoch} ${term} ${sinceMs}`, { host, epoch, term, sinceMs, untilMs })
    } else if (word.is === 'heard' && word.mark === this.mark) {
      const key = `${host} ${word.of}`
      if (!this.#heard.has(key)) this.#heard.set(key, word.atMs)
    } else if (word.is === 'view') this.#view(host, word)
    else if (word.is === 'starved') this.#starves(host, word.ms)
    for (const look of [...this.#waiting]) look()
  }

  /** What was told so far counts no more. */
  forget(): void {
    this.#leases.clear()
    this.#problems.length = 0
    this.starvedMs = 0
    this.#starved.clear()
  }

  /** That a host gets no time is what happens to it in this trial. */
  starves(host: number): void {
    this.#starved.add(host)
  }

  /** A host begins anew: it follows nobody. */
  begins(host: number): void {
    this.#views.delete(host)
  }

  newMark(): number {
    this.#heard.clear()
    return ++this.mark
  }

  get leases(): readonly Lease[] {
    return [...this.#leases.values()]
  }

  /** By which anybody acted last. */
  get newest(): Lease | undefined {
    return this.leases.toSorted((a, b) => compareTokens(b, a) || b.untilMs - a.untilMs)[0]
  }

  /** Who followed an older token than it had. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** When one first heard the other since the last mark. */
  heard(to: number, of: number): number | undefined {
    return this.#heard.get(`${to} ${of}`)
  }

  /** Resolves when it is so, as is looked at whenever a host tells something; rejects when it never is. */
  until(isSo: () => boolean, what: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(look)
      }
      const look = (): void => {
        if (!isSo()) return
        settle()
        resolve()
      }
      const timer = setTimeout(() => {
        settle()
        reject(new Error(`never came: ${what()}`))
      }, PATIENCE_MS)
      this.#waiting.add(look)
      look()
    })
  }

  #starves(host: number, ms: number): void {
    if (!this.#starved.has(host)) this.starvedMs = Math.max(this.starvedMs, ms)
  }

  #view(host: number, { epoch, term }: Token): void {
    // One that becomes another member follows nobody at first.
    if (epoch === 0) return
    const before = this.#views.get(host)
    if (before && compareTokens({ epoch, term }, before) < 0) {
      this.#problems.push(`host ${host} followed ${epoch}.${term} after ${before.epoch}.${before.term}`)
    }
    this.#views.set(host, { epoch, term })
  }
}
