/** The shared values of a group, as this member has heard of them: the same at all, in one order. */

/** Told of a value that changed: undefined where it was removed. */
export type StateHandler = (key: string, value: unknown) => unknown

/** Small values that all members of a group share. What they are here, all members agreed on. */
export interface GroupState {
  /** The value as this member knows it: it may lag behind. Undefined where there is none. */
  get(key: string): unknown
  /**
   * Resolves when the group has decided on it. @throws GroupError `again`, `full`, `too-large`,
   * `unknown-outcome`, `left`; PortError `unencodable`; OperationError `not-coordinated`.
   */
  set(key: string, value: unknown): Promise<void>
  /** As set(). */
  delete(key: string): Promise<void>
  /** All of them. */
  entries(): IterableIterator<[string, unknown]>
  /**
   * Calls the handler, in turn with those of the component, at each change of a value; of all where the key
   * is undefined. Gives what ends that.
   */
  watch(key: string | undefined, handler: StateHandler): () => void
}

/** The values, and who watches them. */
export class StateCopy {
  readonly #values = new Map<string, unknown>()
  readonly #watchers = new Set<{ readonly key: string | undefined; readonly handler: StateHandler }>()
  readonly #run: (handler: StateHandler, key: string, value: unknown) => void

  /** @param run calls a handler in turn with those of the component. */
  constructor(run: (handler: StateHandler, key: string, value: unknown) => void) {
    this.#run = run
  }

  get(key: string): unknown {
    return this.#values.get(key)
  }

  entries(): IterableIterator<[string, unknown]> {
    return this.#values.entries()
  }

  watch(key: string | undefined, handler: StateHandler): () => void {
    const watcher = { key, handler }
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /** A value changed; undefined: it was removed. */
  changed(key: string, value: unknown): void {
    if (value === undefined) this.#values.delete(key)
    else this.#values.set(key, value)
    for (const watcher of this.#watchers) {
      if (watcher.key !== undefined && watcher.key !== key) continue
      this.#run(watcher.handler, key, value)
    }
  }
}
