/**
 * Does one job in each turn of the event loop: where a crowd comes at once, timers and sockets have their
 * turns between, and so have the beats that tell the crowd that this actor lives.
 */
export class Spread {
  readonly #jobs = new Map<string, () => void>()
  readonly #failed: (thrown: unknown) => void
  #next: NodeJS.Immediate | undefined

  /** `failed` hears of jobs that throw. */
  constructor(failed: (thrown: unknown) => void) {
    this.#failed = failed
  }

  /** Does it soon; in place of one of the same key that was not done yet. */
  add(key: string, job: () => void): void {
    this.#jobs.set(key, job)
    this.#next ??= setImmediate(() => this.#run())
  }

  drop(key: string): void {
    this.#jobs.delete(key)
  }

  /** Nothing that waits is done. */
  clear(): void {
    this.#jobs.clear()
  }

  #run(): void {
    this.#next = undefined
    const [first] = this.#jobs
    if (!first) return
    const [key, job] = first
    this.#jobs.delete(key)
    if (this.#jobs.size > 0) this.#next = setImmediate(() => this.#run())
    try {
      job()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }
}
