/**
 * Looks at the key folder of an actor now and then: what `quorate keys` changes there is in force soon, while
 * the actor runs. Only where a file is another is it read. What cannot be read is tried again at each look,
 * and told once.
 */
import { stat } from 'node:fs/promises'
import { messageOf } from '../ports/index.js'
import { type KeyFolder, loadIdentity, readTrust } from '../ports/security/index.js'
import type { ActorKeys } from './guard.js'
import { runtimeLimits } from './limits.js'

export interface KeyWatchOptions {
  readonly folder: KeyFolder
  readonly app: string
  readonly actor: string
  /** With what the actor begins, and the file that its own key is in. */
  readonly keys: ActorKeys
  readonly file: string
  /** They are others; one after another. Never rejects. */
  changed(keys: ActorKeys): Promise<void>
  /** What there is cannot be used: the actor goes on with what it has. */
  failed(error: unknown): void
  /** Milliseconds between two looks. Default `limits.keyWatchMs`. */
  readonly lookMs?: number
}

export class KeyWatch {
  readonly #options: KeyWatchOptions
  #holder: ActorKeys['holder']
  /** Of what was read, all of it; and where the own key could not be, of the rest. */
  #stamp: string | undefined
  #stampOfRest: string | undefined
  #told: string | undefined
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: KeyWatchOptions) {
    this.#options = options
    this.#holder = options.keys.holder
  }

  async open(): Promise<void> {
    this.#stamp = await this.#stampNow()
    this.#again()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #again(): void {
    if (this.#isClosed) return
    const { lookMs = runtimeLimits.keyWatchMs } = this.#options
    this.#timer = setTimeout(() => {
      void this.#look()
        .catch((error: unknown) => this.#failed(error))
        .then(() => this.#again())
    }, lookMs).unref()
  }

  async #look(): Promise<void> {
    const stamp = await this.#stampNow()
    if (stamp === this.#stamp) return
    const { folder, app, actor, changed } = this.#options
    const trust = await readTrust(folder)
    if (!trust) throw new Error(`${folder.anchors} is gone`)
    const holder = await loadIdentity(folder, app, actor).catch((error: unknown) => {
      this.#failed(error)
      return undefined
    })
    const isKnown = !holder && stamp === this.#stampOfRest
    this.#stampOfRest = stamp
    if (holder) {
      // What was written meanwhile is looked at the next time.
      this.#stamp = stamp
      this.#told = undefined
    }
    if (this.#isClosed || isKnown) return
    // Where it has no key of its own any more, it has to know at least whom else not to trust.
    this.#holder = holder ?? this.#holder
    await changed({ holder: this.#holder, trust })
  }

  #failed(error: unknown): void {
    const text = messageOf(error)
    if (this.#isClosed || text === this.#told) return
    this.#told = text
    this.#options.failed(error)
  }

  /** Which files there are, and of when. */
  async #stampNow(): Promise<string> {
    const { folder, file } = this.#options
    const stamps = [folder.anchors, folder.revoked, file].map((path) =>
      stat(path).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'none',
      ),
    )
    return (await Promise.all(stamps)).join('\n')
  }
}
