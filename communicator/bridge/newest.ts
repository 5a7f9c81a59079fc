/** What waits for the way: the newest, so many and so many bytes of them. What they replace is counted. */

export interface Numbered<T> {
  readonly number: number
  readonly item: T
}

interface Entry<T> extends Numbered<T> {
  readonly bytes: number
}

export class Newest<T> {
  readonly #most: { readonly messages: number; readonly bytes: number }
  #waiting: Entry<T>[] = []
  #first = 0
  #bytes = 0
  #number = 0

  constructor(most: { readonly messages: number; readonly bytes: number }) {
    this.#most = most
  }

  get size(): number {
    return this.#waiting.length - this.#first
  }

  /** Adds one under the next number; gives how many it took the place of, itself where it is too large. */
  add(item: T, bytes: number): number {
    this.#number++
    if (bytes > this.#most.bytes) return 1
    let dropped = 0
    while (this.size >= this.#most.messages || this.#bytes + bytes > this.#most.bytes) {
      this.take()
      dropped++
    }
    this.#waiting.push({ number: this.#number, item, bytes })
    this.#bytes += bytes
    return dropped
  }

  /** Those that are not even added have numbers, too, so that their lack shows. */
  skip(items: number): void {
    this.#number += items
  }

  take(): Numbered<T> | undefined {
    const entry = this.#waiting[this.#first]
    if (!entry) return undefined
    this.#first++
    this.#bytes -= entry.bytes
    if (this.#first > this.#most.messages) {
      this.#waiting = this.#waiting.slice(this.#first)
      this.#first = 0
    }
    return entry
  }
}
