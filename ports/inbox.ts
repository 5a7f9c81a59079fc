/** Messages that wait for recv() on a port without a handler. While it is full its socket is not read. */
import { PortError } from './errors.js'
import { limits } from './limits.js'
import type { Gate } from './reader.js'
import { Waiting } from './waiting.js'

export class Inbox<T> implements Gate {
  /** Each in a box, so that none is taken for nothing. */
  #items: { readonly item: T }[] = []
  /** The oldest of them that still waits: shifting an array of many is slow. */
  #head = 0
  readonly #takers = new Waiting<T>()
  #waiting: (() => void)[] = []
  #isIdle = false

  /** True while the socket must not be read. */
  get full(): boolean {
    return !this.#isIdle && this.#isCrammed
  }

  /** True where a message can only be dropped: nobody takes any, and the socket is read all the same. */
  get hasNoPlace(): boolean {
    return this.#isIdle && this.#isCrammed
  }

  /**
   * An idle inbox holds nothing back: somebody waits for what comes behind its messages, and takes none of
   * them.
   */
  set isIdle(isIdle: boolean) {
    this.#isIdle = isIdle
    this.#release()
  }

  get #isCrammed(): boolean {
    return this.#items.length - this.#head >= limits.inboxMessages
  }

  room(): Promise<void> {
    return this.full ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve()
  }

  push(item: T): void {
    if (!this.#takers.give(item)) this.#items.push({ item })
  }

  /** The oldest message, or the next one to come. @throws PortError `timeout` after `timeoutMs`, `closed`. */
  take(what: string, timeoutMs: number | undefined): Promise<T> {
    const oldest = this.#items[this.#head]
    if (oldest) {
      this.#head++
      if (this.#head >= limits.inboxMessages || this.#head === this.#items.length) {
        this.#items = this.#items.slice(this.#head)
        this.#head = 0
      }
      this.#release()
      return Promise.resolve(oldest.item)
    }
    return this.#takers.wait(
      timeoutMs,
      () => new PortError('timeout', `${what}: nothing arrived within ${timeoutMs} ms`),
    )
  }

  /** Drops what waits; calls under way reject with `closed`. */
  clear(what: string): void {
    this.#items = []
    this.#head = 0
    this.#release()
    this.#takers.fail(() => new PortError('closed', `${what} was closed while it was read`))
  }

  #release(): void {
    if (this.full) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
