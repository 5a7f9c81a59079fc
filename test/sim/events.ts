/** What is to happen in a simulated world, in the order of time, and of arrival where times are one. */
export class Events {
  readonly #heap: { atMs: number; order: number; run: () => void }[] = []
  #order = 0

  get size(): number {
    return this.#heap.length
  }

  at(atMs: number, run: () => void): void {
    const heap = this.#heap
    const event = { atMs, order: this.#order++, run }
    let at = heap.push(event) - 1
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = heap[(at - 1) >> 1]
      if (!parent || isBefore(parent, event)) break
      heap[at] = parent
    }
    heap[at] = event
  }

  next(): { readonly atMs: number; run(): void } | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const [left, right] = [heap[child], heap[child + 1]]
      if (!left) break
      if (right && isBefore(right, left)) child++
      const smaller = heap[child]
      if (!smaller || isBefore(last, smaller)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = last
    return first
  }
}

function isBefore(a: { atMs: number; order: number }, b: { atMs: number; order: number }): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
