/**
 * Looks at the key folder of an actor now and then: what `quorate keys` changes there is in force soon, while
 * the actor runs. Only where a file is another is it read. What cannot be read is tried again at each look,
 * and told once. Where the own key ends soon, it is looked for another each day: one is made where the app
 * key is.
 */
import { stat } from 'node:fs/promises'
import { messageOf } from '../ports/index.js'
import {
  type Certificate,
  DAY_S,
  endOf,
  type KeyFolder,
  keyLimits,
  loadIdentity,
  readTrust,
} from '../ports/security/index.js'
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
  /** Its own key ends in this second, soon, and there is no other. Told once of each. */
  endsSoon(certificate: Certificate, endS: number): void
  /** Milliseconds between two looks. Default `limits.keyWatchMs`. */
  readonly lookMs?: number
}

export class KeyWatch {
  readonly #options: KeyWatchOptions
  #keys: ActorKeys
  /** When the own key is looked at, whatever the files are. */
  #dueAtMs: number
  /** Serial of the key whose end was told. */
  #toldEnd: string | undefined
  /** Of what was read, all of it; and where the own key could not be, of the rest. */
  #stamp: string | undefined
  #stampOfRest: string | undefined
  #told: string | undefined
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: KeyWatchOptions) {
    this.#options = options
    this.#keys = options.keys
    this.#dueAtMs = renewalMs(options.keys)
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
    const nowMs = Date.now()
    if (stamp === this.#stamp && nowMs < this.#dueAtMs) return
    const { folder, app, actor, changed } = this.#options
    const trust = await readTrust(folder)
    if (!trust) throw new Error(`${folder.anchors} is gone`)
    const holder = await loadIdentity(folder, app, actor).catch((error: unknown) => {
      this.#failed(error)
      return undefined
    })
    this.#keys = { holder: holder ?? this.#keys.holder, trust }
    this.#lookAtEnd(nowMs)
    const isKnown = !holder && stamp === this.#stampOfRest
    this.#stampOfRest = stamp
    if (holder) {
      // What was written meanwhile is looked at the next time.
      this.#stamp = stamp
      this.#told = undefined
    }
    if (this.#isClosed || isKnown) return
    // Where it has no key of its own any more, it has to know at least whom else not to trust.
    await changed(this.#keys)
  }

  #lookAtEnd(nowMs: number): void {
    const { holder, trust } = this.#keys
    const { certificate } = holder
    this.#dueAtMs = renewalMs(this.#keys)
    if (nowMs < this.#dueAtMs) return
    const endS = endOf(certificate, trust)
    const againMs = nowMs + runtimeLimits.endsSoonMs
    // Then what there is instead is taken, or told to be missing.
    this.#dueAtMs = nowMs < endS * 1000 ? Math.min(againMs, endS * 1000) : againMs
    if (this.#isClosed || this.#toldEnd === certificate.serial) return
    this.#toldEnd = certificate.serial
    this.#options.endsSoon(certificate, endS)
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

/** From when on another key is to take the place of the own one. */
function renewalMs({ holder, trust }: ActorKeys): number {
  return (endOf(holder.certificate, trust) - keyLimits.renewDays * DAY_S) * 1000
}
