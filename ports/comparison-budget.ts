/**
 * What one comparison of two schemas may cost. A schema comes from the network, so a comparison that grows
 * too large stops by itself instead of failing: once stopped, whatever it found means nothing.
 */

/** Schemas, references, keys and values looked at in one comparison; the dearest takes some 0.1 s. */
export const COMPARED_NODES = 20_000

/** Schemas or values within each other in one comparison. */
export const COMPARED_DEPTH = 64

/** Characters of keys and strings in a schema that is compared; peers announce half of that at most. */
export const COMPARED_CHARS = 64 * 1024

/**
 * True for JSON of a size that a comparison takes on. Costs no more than the bounds, whatever the value is.
 */
export function isComparable(schema: unknown): boolean {
  const waiting: unknown[] = [schema]
  let nodes = 0
  let chars = 0
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') chars += value.length
    if (Array.isArray(value)) {
      nodes += value.length
      if (nodes <= COMPARED_NODES) for (const member of value) waiting.push(member ?? null)
    } else if (typeof value === 'object' && value !== null) {
      // Bytes are not JSON, and listing their keys would be dear.
      if (ArrayBuffer.isView(value)) return false
      for (const [key, member] of Object.entries(value)) {
        nodes++
        chars += key.length
        waiting.push(member ?? null)
      }
    }
    if (nodes > COMPARED_NODES || chars > COMPARED_CHARS) return false
  }
  return true
}

/** Counts what a comparison costs, and ends it when that is too much. One for each comparison. */
export class ComparisonBudget {
  #nodes = COMPARED_NODES
  #depth = 0

  /** True once the comparison has cost more than it may. */
  get isSpent(): boolean {
    return this.#nodes < 0
  }

  /** Takes the cost of `nodes`; false when that was too much. */
  take(nodes: number): boolean {
    this.#nodes -= nodes
    return this.#nodes >= 0
  }

  /** Ends the comparison. */
  stop(): void {
    this.#nodes = -1
  }

  /** Does `work` one level deeper; gives `otherwise` where that is too deep or the budget is spent. */
  deeper<T>(work: () => T, otherwise: T): T {
    if (this.#depth >= COMPARED_DEPTH) this.stop()
    if (!this.take(1)) return otherwise
    this.#depth++
    try {
      return work()
    } finally {
      this.#depth--
    }
  }

  /** Text that is equal for equal data, whatever the order of keys; empty where the budget does not reach. */
  textOf(value: unknown): string {
    return this.deeper(() => this.#text(value), '')
  }

  #text(value: unknown): string {
    if (typeof value === 'string') return JSON.stringify(value)
    if (typeof value !== 'object' || value === null) return String(value)
    if (Array.isArray(value)) {
      if (!this.take(value.length)) return ''
      return `[${value.map((member) => this.textOf(member)).join(',')}]`
    }
    const entries = Object.entries(value)
    if (!this.take(entries.length)) return ''
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${this.textOf(member)}`).join(',')}}`
  }
}
