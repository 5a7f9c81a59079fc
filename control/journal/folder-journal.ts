/** Records in a folder: what is kept there is there, whenever the process or the host dies. */
import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import { messageOf } from '../../ports/index.js'
import { journalLimits } from './limits.js'

/** Makes the error of a folder that cannot be written. */
export type NotKept = (message: string, options: ErrorOptions) => Error

interface Write {
  readonly key: string[]
  /** Undefined to remove it. */
  readonly text: string | undefined
}

/** What becomes one transaction. */
interface Group {
  readonly writes: Write[]
  readonly kept: Promise<void>
  done(): void
  failed(error: Error): void
}

export class FolderJournal {
  readonly #folder: string
  readonly #error: NotKept
  readonly #lost: () => void
  readonly #database: RootDatabase<string, string[]>
  /** On its way to the disk. */
  #writing: Group | undefined
  /** Gathers meanwhile. */
  #next: Group | undefined

  /**
   * In a folder that is made where only it is missing. @param lost told, before those who wait, when what was
   * written since the last that was kept is not, and never will be. Throws what `error` makes.
   */
  constructor(folder: string, error: NotKept, lost: () => void = () => undefined) {
    this.#folder = folder
    this.#error = error
    this.#lost = lost
    try {
      if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
      // A transaction is on the disk when it is said to be. Turns are gathered here: where LMDB does that
      // itself, a full disk rejects a promise of its own, which ends the process.
      const options = { noSubdir: false, overlappingSync: false, eventTurnBatching: false } as const
      // There are keys in it, and others may read a folder that was there before.
      const own = { permissionsMode: 0o600 }
      this.#database = open({ path: folder, encoding: 'string', ...options, ...own })
    } catch (cause) {
      throw this.#notKept(cause)
    }
  }

  /** What was kept, in no order. */
  *entries(): Iterable<readonly [key: readonly string[], text: string]> {
    for (const { key, value } of this.#database.getRange()) yield [key, value]
  }

  /** All that is put and removed within one turn of the event loop is kept together, or not at all. */
  putText(key: readonly string[], text: string): void {
    this.#gathering().writes.push({ key: [...key], text })
  }

  remove(key: readonly string[]): void {
    this.#gathering().writes.push({ key: [...key], text: undefined })
  }

  /** Resolves when all that was written until now is kept; rejects with what `error` makes: then none is. */
  kept(): Promise<void> {
    return (this.#next ?? this.#writing)?.kept ?? Promise.resolve()
  }

  /** What was written before is kept. */
  async close(): Promise<void> {
    await this.kept().catch(() => undefined)
    await this.#database.close()
  }

  #gathering(): Group {
    if (!this.#next) {
      this.#next = newGroup()
      if (!this.#writing) setImmediate(() => void this.#write())
    }
    return this.#next
  }

  /** One group after another: where one fails, so do those that were built on it. */
  async #write(): Promise<void> {
    while (this.#next && !this.#writing) {
      const group = this.#next
      this.#writing = group
      this.#next = undefined
      try {
        this.#requireRoom()
        await this.#transact(group.writes)
        this.#writing = undefined
        group.done()
      } catch (cause) {
        const error = this.#notKept(cause)
        const others = this.#next ? [this.#next] : []
        this.#next = undefined
        this.#writing = undefined
        this.#lost()
        for (const each of [group, ...others]) each.failed(error)
      }
    }
  }

  async #transact(writes: readonly Write[]): Promise<void> {
    try {
      await this.#database.batch(() => {
        for (const { key, text } of writes) {
          if (text === undefined) this.#database.remove(key)
          else this.#database.put(key, text)
        }
      })
    } catch (error) {
      // Why is in a promise beside it.
      if (error instanceof Error && 'commitError' in error) await error.commitError
      throw error
    }
  }

  #requireRoom(): void {
    const { bavail, bsize } = statfsSync(this.#folder)
    if (bavail * bsize < journalLimits.reserveBytes) throw new Error('no space left on the disk')
  }

  #notKept(cause: unknown): Error {
    return this.#error(`cannot write to ${this.#folder}: ${messageOf(cause)}`, { cause })
  }
}

function newGroup(): Group {
  let done: () => void = () => undefined
  let failed: (error: Error) => void = () => undefined
  const kept = new Promise<void>((resolve, reject) => {
    done = resolve
    failed = reject
  })
  // Whoever waits for it hears of it.
  kept.catch(() => undefined)
  return { writes: [], kept, done, failed }
}
