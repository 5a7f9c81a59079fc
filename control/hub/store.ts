/** The folder of a hub: everything that it answered for is in it, whenever the process or the host dies. */
import { existsSync, mkdirSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import { messageOf } from '../../ports/index.js'
import { isObject, type JsonObject, jsonText } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { HubError } from './errors.js'
import type { Journal, RecordKey } from './journal.js'

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
  failed(error: HubError): void
}

export class HubStore implements Journal {
  readonly #folder: string
  readonly #lost: () => void
  readonly #database: RootDatabase<string, string[]>
  /** On its way to the disk. */
  #writing: Group | undefined
  /** Gathers meanwhile. */
  #next: Group | undefined

  /**
   * In a folder that is made where only it is missing. @param lost told when what was written since the last
   * that was kept is not, and never will be. @throws HubError `hub-not-kept`.
   */
  constructor(folder: string, lost: () => void) {
    this.#folder = folder
    this.#lost = lost
    try {
      if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
      this.#database = open({
        ...{ path: folder, noSubdir: false, encoding: 'string' },
        // A transaction is on the disk when it is said to be. Turns are gathered here: lmdb would have a
        // promise of its own for each, which nobody could take when it fails.
        ...{ overlappingSync: false, eventTurnBatching: false },
      })
    } catch (cause) {
      throw this.#notKept(cause)
    }
  }

  *records(): Iterable<readonly [RecordKey, JsonObject]> {
    for (const { key, value } of this.#database.getRange()) {
      const read = readJson(value)
      const [kind, ...names] = key
      if (isKind(kind) && 'value' in read && isObject(read.value)) yield [[kind, ...names], read.value]
    }
  }

  put(key: RecordKey, record: JsonObject): void {
    this.#gathering().writes.push({ key: [...key], text: jsonText(record) })
  }

  remove(key: RecordKey): void {
    this.#gathering().writes.push({ key: [...key], text: undefined })
  }

  /** Resolves when all that was written until now is kept. @throws HubError `hub-not-kept`: then none is. */
  async kept(): Promise<void> {
    await (this.#next ?? this.#writing)?.kept
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
        await this.#transact(group.writes)
        this.#writing = undefined
        group.done()
      } catch (cause) {
        const error = this.#notKept(cause)
        const others = this.#nextAfterFailure()
        this.#writing = undefined
        this.#lost()
        for (const each of [group, ...others]) each.failed(error)
      }
    }
  }

  #nextAfterFailure(): readonly Group[] {
    const others = this.#next ? [this.#next] : []
    this.#next = undefined
    return others
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

  #notKept(cause: unknown): HubError {
    return new HubError('hub-not-kept', `cannot write to ${this.#folder}: ${messageOf(cause)}`, { cause })
  }
}

function newGroup(): Group {
  let done: () => void = () => undefined
  let failed: (error: HubError) => void = () => undefined
  const kept = new Promise<void>((resolve, reject) => {
    done = resolve
    failed = reject
  })
  // Whoever waits for it hears of it.
  kept.catch(() => undefined)
  return { writes: [], kept, done, failed }
}

function isKind(kind: string | undefined): kind is RecordKey[0] {
  return kind === 'command' || kind === 'reply' || kind === 'worker' || kind === 'queue'
}
