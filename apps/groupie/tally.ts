/** What came of it all, counted. */

const COUNTED = [
  'sent',
  'received',
  'ordered',
  'received in order',
  'told the leader',
  'told as leader',
  'told members',
  'told by the leader',
  'polls',
  'asked',
  'yes',
  'no',
  'timeout',
  'unknown',
  'actions',
  'actions missed',
  'joined',
  'left',
  'elections',
  'exits',
  'quorums lost',
  'failed',
] as const

/** What is counted. */
export type Counted = (typeof COUNTED)[number]

export class Tally {
  readonly #counts = new Map<Counted, number>()
  /** Of what failed, by the code of the error. */
  readonly #failures = new Map<string, number>()
  #lateMsMax: number | undefined

  count(what: Counted, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times)
  }

  /** Counts what failed, by its code. */
  fail(error: unknown): void {
    this.count('failed')
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1)
  }

  /** By how many milliseconds an action ran later than agreed. */
  wasLate(ms: number): void {
    this.#lateMsMax = Math.max(ms, this.#lateMsMax ?? 0)
  }

  /** All that was counted, for programs. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }

  /** `sent 12, received 36, failed 2 (no-leader 2)`, or that there was nothing. */
  get text(): string {
    const counted = COUNTED.filter((what) => this.#counts.has(what))
    if (counted.length === 0) return 'nothing so far'
    const failures = [...this.#failures].map(([code, times]) => `${code} ${times}`).join(', ')
    const texts = counted.map((what) => `${what} ${this.#counts.get(what)}`)
    const late =
      this.#lateMsMax === undefined ? '' : `; actions at most ${this.#lateMsMax.toFixed(2)} ms late`
    return texts.join(', ') + (failures ? ` (${failures})` : '') + late
  }
}
