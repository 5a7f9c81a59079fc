/** The commands that wait for one target. */
import type { Entry } from './entry.js'

export class TargetQueue {
  /** By id, in the order in which they came; what takes the place of another stands where that was. */
  #waiting = new Map<string, Entry>()
  /** Those with a priority or a rank. */
  readonly #urgent = new Map<string, Entry>()

  get size(): number {
    return this.#waiting.size
  }

  /** In the order in which they came. */
  all(): IterableIterator<Entry> {
    return this.#waiting.values()
  }

  get(id: string): Entry | undefined {
    return this.#waiting.get(id)
  }

  add(entry: Entry): void {
    const { id } = entry.command
    this.#waiting.set(id, entry)
    if (isUrgent(entry)) this.#urgent.set(id, entry)
    else this.#urgent.delete(id)
  }

  remove(id: string): void {
    this.#waiting.delete(id)
    this.#urgent.delete(id)
  }

  /** Where they stood: somebody had them, and did not answer. */
  putBack(entries: readonly Entry[]): void {
    const all = [...entries, ...this.#waiting.values()]
    all.sort((one, other) => one.sequence - other.sequence)
    this.#waiting = new Map(all.map((entry) => [entry.command.id, entry]))
    for (const entry of entries) if (isUrgent(entry)) this.#urgent.set(entry.command.id, entry)
  }

  /** The one that came first. */
  oldest(): Entry | undefined {
    const [first] = this.#waiting.values()
    return first
  }

  /**
   * The one that is most urgent: those with a rank by their rank, then those with a priority, then the
   * oldest.
   */
  next(): Entry | undefined {
    let best: Entry | undefined
    for (const entry of this.#urgent.values()) if (!best || isBefore(entry, best)) best = entry
    return best ?? this.oldest()
  }
}

function isUrgent({ command: { priority, rank } }: Entry): boolean {
  return priority || rank !== null
}

/** A smaller rank first; without one it is behind all of them. */
function isBefore(one: Entry, other: Entry): boolean {
  const [mine, its] = [one, other].map(({ command }) => command.rank ?? Number.POSITIVE_INFINITY)
  return mine === its ? one.sequence < other.sequence : Number(mine) < Number(its)
}
