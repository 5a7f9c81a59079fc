/**
 * The shared values of a group, as this member has heard of them: the same at all, in one order. Where the
 * component becomes another member, which hears all of them anew, they stay as they were until that one has
 * caught up; then what is another meanwhile is told, once.
 */
import { frozen } from './frozen.js'
import { valueIn } from './incoming.js'

/** Told of a value that changed: undefined where it was removed. */
export type StateHandler = (key: string, value: unknown) => unknown

/** Small values that all members of a group share. What they are here, all members agreed on. */
export interface GroupState {
  /**
   * The value as this member knows it: it may lag behind. Undefined where there is none. Objects and lists
   * are frozen: `set()` changes a value. Do not change bytes, dates, Maps and Sets.
   */
  get(key: string): unknown
  /**
   * Resolves when the group has decided on it; undefined deletes the value.
   * @throws GroupError `again`, `full`, `too-large`, `unknown-outcome`, `left`; PortError `unencodable`;
   * OperationError `not-coordinated`.
   */
  set(key: string, value: unknown): Promise<void>
  /** As set(). */
  delete(key: string): Promise<void>
  /** All of them. */
  entries(): IterableIterator<[string, unknown]>
  /**
   * Calls the handler, in turn with those of the component, at each change of a value; of all where the key
   * is undefined. What was decided before this member took part is told as one change of each. Gives what
   * ends that. @throws OperationError `bad-option` for a handler that is none.
   */
  watch(key: string | undefined, handler: StateHandler): () => void
}

/** Calls a handler in turn with those of the component. @param bytes that wait with it */
export type RunWatcher = (handler: StateHandler, key: string, value: unknown, bytes: number) => void

/** The values, and who watches them. */
export class StateCopy {
  readonly #values = new Map<string, unknown>()
  /** The same, encoded. */
  readonly #encoded = new Map<string, Uint8Array>()
  /** What the member has heard, until it has caught up. */
  #heard: Map<string, Uint8Array> | undefined = new Map()
  readonly #watchers = new Set<{ readonly key: string | undefined; readonly handler: StateHandler }>()
  readonly #run: RunWatcher

  constructor(run: RunWatcher) {
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

  /** A value changed, for the member; undefined: it was removed. */
  changed(key: string, bytes: Uint8Array | undefined): void {
    // What came from another thread came in one piece of memory with much else.
    const own = bytes && new Uint8Array(bytes)
    if (!this.#heard) this.#change(key, own)
    else if (own) this.#heard.set(key, own)
    else this.#heard.delete(key)
  }

  /** The member has heard all that was decided before it took part. Harmless twice. */
  caughtUp(): void {
    const heard = this.#heard
    if (!heard) return
    this.#heard = undefined
    const before = [...this.#encoded.keys()]
    for (const key of before) if (!heard.has(key)) this.#change(key, undefined)
    for (const [key, bytes] of heard) {
      const known = this.#encoded.get(key)
      if (!known || Buffer.compare(known, bytes) !== 0) this.#change(key, bytes)
    }
  }

  /** The member is another now, and hears all anew. */
  renew(): void {
    this.#heard = new Map()
  }

  #change(key: string, bytes: Uint8Array | undefined): void {
    const value = bytes && readable(bytes)
    if (bytes) {
      this.#values.set(key, value)
      this.#encoded.set(key, bytes)
    } else {
      this.#values.delete(key)
      this.#encoded.delete(key)
    }
    for (const watcher of [...this.#watchers]) {
      if (!this.#watchers.has(watcher) || (watcher.key !== undefined && watcher.key !== key)) continue
      this.#run(watcher.handler, key, value, bytes?.length ?? 0)
    }
  }
}

/** Whoever wrote it, all have it: what cannot be read is a value of nothing. */
function readable(bytes: Uint8Array): unknown {
  const decoded = valueIn(bytes)
  return 'refusal' in decoded ? null : frozen(decoded.value)
}
