/** What waits, in the order in which it came. It holds no more places than twice what waits. */
import { limits } from './limits.js'

export class Queue<T> {
  #items: (T | undefined)[] = []
  /** The first that still waits: shifting an array of many is slow. */
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    const { length } = this.#items
    if (this.#head === length) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head === length) {
      this.#items = []
      this.#head = 0
    } else if (this.#head >= limits.mailboxMessages && this.#head * 2 >= length) {
      // So rarely that each item is moved but once.
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
