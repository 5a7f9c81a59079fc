/** Who waits for an answer, each under a key of its own: until it comes, or for its time. */

interface Waiter<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
  readonly forget: () => void
}

export class KeyedWaiting<K, T> {
  readonly #waiters = new Map<K, Waiter<T>>()

  get size(): number {
    return this.#waiters.size
  }

  has(key: K): boolean {
    return this.#waiters.has(key)
  }

  /** Resolves with what settle() is given; rejects with the error of `late` when the time is over. */
  wait(key: K, withinMs: number, late: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(key)?.reject(late()), withinMs)
      this.#waiters.set(key, {
        resolve: (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
        forget: () => clearTimeout(timer),
      })
    })
  }

  settle(key: K, value: T): void {
    this.#end(key)?.resolve(value)
  }

  reject(key: K, error: Error): void {
    this.#end(key)?.reject(error)
  }

  settleAll(value: T): void {
    for (const key of [...this.#waiters.keys()]) this.settle(key, value)
  }

  /** Nobody waits for it any more. */
  forget(key: K): void {
    this.#end(key)?.forget()
  }

  rejectAll(error: () => Error): void {
    for (const key of [...this.#waiters.keys()]) this.reject(key, error())
  }

  #end(key: K): Waiter<T> | undefined {
    const waiter = this.#waiters.get(key)
    this.#waiters.delete(key)
    return waiter
  }
}
