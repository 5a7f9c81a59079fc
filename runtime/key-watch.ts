/**
 * Looks at the key folder of an actor now and then: what `quorate keys` changes there is in force soon, while
 * the actor runs. Only where a file is another is it read.
 */
import { stat } from 'node:fs/promises'
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
}

export class KeyWatch {
  readonly #options: KeyWatchOptions
  #keys: ActorKeys
  #stamp: string | undefined
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: KeyWatchOptions) {
    this.#options = options
    this.#keys = options.keys
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
    this.#timer = setTimeout(() => {
      this.#look().then(
        () => this.#again(),
        (error) => {
          this.#options.failed(error)
          this.#again()
        },
      )
    }, runtimeLimits.keyWatchMs).unref()
  }

  async #look(): Promise<void> {
    const stamp = await this.#stampNow()
    if (stamp === this.#stamp) return
    // What is written meanwhile is looked at the next time.
    this.#stamp = stamp
    const { folder, app, actor, changed, failed } = this.#options
    const trust = await readTrust(folder)
    if (!trust) throw new Error(`${folder.anchors} is gone; the actor goes on with what it had`)
    // Where it has no key of its own any more, it has to know at least whom else not to trust.
    const holder = await loadIdentity(folder, app, actor).catch((error: unknown) => {
      failed(error)
      return this.#keys.holder
    })
    if (this.#isClosed) return
    this.#keys = { holder, trust }
    await changed(this.#keys)
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
