/** What is known of an order before it is searched: so that the search tries no order that must fail. */
import type { Operation } from '../history.js'
import { isOpen } from './spec.js'

/**
 * Requests of one participant take place in the order in which they were asked for (GR.1): for each of the
 * operations by its place, those that must be before it, and those that must not.
 */
export class AskedOrder {
  readonly #before = new Map<number, number[]>()
  readonly #after = new Map<number, number[]>()

  /** @param requests with their places, in the order in which they were invoked */
  constructor(requests: readonly (readonly [place: number, operation: Operation])[]) {
    for (const [at, [place, one]] of requests.entries()) {
      for (const [later, other] of requests.slice(at + 1)) {
        if (other.process !== one.process || other.invokedAt === one.invokedAt) continue
        if (!isOpen(one)) push(this.#before, later, place)
        push(this.#after, place, later)
      }
    }
  }

  /** Whether an operation may be next, where those are placed. */
  allows(place: number, isPlaced: (place: number) => boolean): boolean {
    const before = this.#before.get(place) ?? []
    const after = this.#after.get(place) ?? []
    return before.every(isPlaced) && !after.some(isPlaced)
  }
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/**
 * Of what one participant was told at one time nobody knows the order: so it says nothing of the order of
 * anything, but that all before it were before all behind it.
 */
export function toldAtOnce(operations: readonly Operation[]): ReadonlySet<Operation> {
  const last = new Map<string, Operation>()
  const found = new Set<Operation>()
  for (const each of operations) {
    const before = last.get(each.process)
    if (before?.invokedAt === each.invokedAt) found.add(before).add(each)
    last.set(each.process, each)
  }
  return found
}
