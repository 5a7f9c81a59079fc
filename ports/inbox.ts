/** Messages that wait for recv() on a port without a handler. While it is full its socket is not read. */
import { PortError } from './errors.js'
import { limits } from './limits.js'
import type { Gate } from './reader.js'

interface Taker<T> {
  resolve(item: T): void
  reject(error: PortError): void
}

/** The longest delay that Node's timers know: some 24 days. Longer ones would be over at once. */
const LONGEST_MS = 2 ** 31 - 1

export class Inbox<T> implements Gate {
  /** Each in a box, so that none is taken for nothing. */
  #items: { readonly item: T }[] = []
  /** The oldest of them that still waits: shifting an array of many is slow. */
  #head = 0
  readonly #takers = new Set<Taker<T>>()
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
    for (const taker of this.#takers) {
      this.#takers.delete(taker)
      taker.resolve(item)
      return
    }
    this.#items.push({ item })
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
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const taker: Taker<T> = {
        resolve: (item) => {
          clearTimeout(timer)
          resolve(item)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      this.#takers.add(taker)
      if (timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY) return
      timer = setTimeout(
        () => {
          this.#takers.delete(taker)
          reject(new PortError('timeout', `${what}: nothing arrived within ${timeoutMs} ms`))
        },
        Math.min(timeoutMs, LONGEST_MS),
      )
    })
  }

  /** Drops what waits; calls under way reject with `closed`. */
  clear(what: string): void {
    this.#items = []
    this.#head = 0
    this.#release()
    for (const taker of this.#takers)
      taker.reject(new PortError('closed', `${what} was closed while it was read`))
    this.#takers.clear()
  }

  #release(): void {
    if (this.full) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
