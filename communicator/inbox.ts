/**
 * What came from one peer, on its way to the receivers: of each app one message after the other. Where a
 * receiver takes its time, the others of the peer go on, until too much waits: then the peer is held back.
 */
import { isThenable } from '../ports/index.js'
import { commLimits } from './limits.js'

interface Lane {
  readonly waiting: (() => unknown)[]
  readonly sizes: number[]
}

export class Inbox {
  readonly #pressed: (isPressed: boolean) => void
  /** Of the apps whose receiver is busy. */
  readonly #lanes = new Map<number, Lane>()
  #bytes = 0
  #messages = 0
  #isPressed = false
  #isEnded = false

  /** @param pressed told when too much waits, and when that is over */
  constructor(pressed: (isPressed: boolean) => void) {
    this.#pressed = pressed
  }

  /** Hands over now, or when those before it are done. @param handOver never throws */
  take(appId: number, bytes: number, handOver: () => unknown): void {
    const lane = this.#lanes.get(appId)
    if (!lane) {
      const done = handOver()
      if (isThenable(done)) {
        const busy: Lane = { waiting: [], sizes: [] }
        this.#lanes.set(appId, busy)
        this.#follow(appId, busy, done)
      }
      return
    }
    lane.waiting.push(handOver)
    lane.sizes.push(bytes)
    this.#bytes += bytes
    this.#messages++
    this.#weigh()
  }

  /** What waits is handed out no more. */
  end(): void {
    this.#isEnded = true
    this.#lanes.clear()
  }

  #follow(appId: number, lane: Lane, done: PromiseLike<unknown>): void {
    const next = (): void => this.#next(appId, lane)
    done.then(next, next)
  }

  #next(appId: number, lane: Lane): void {
    let count = 0
    while (!this.#isEnded && count < lane.waiting.length) {
      const handOver = lane.waiting[count]
      this.#bytes -= lane.sizes[count] ?? 0
      this.#messages--
      count++
      const done = handOver?.()
      if (!isThenable(done)) continue
      drop(lane, count)
      this.#follow(appId, lane, done)
      this.#weigh()
      return
    }
    drop(lane, count)
    this.#lanes.delete(appId)
    this.#weigh()
  }

  #weigh(): void {
    const { inboxBytes, inboxMessages } = commLimits
    const isPressed = this.#isPressed
      ? this.#bytes > inboxBytes / 2 || this.#messages > inboxMessages / 2
      : this.#bytes > inboxBytes || this.#messages > inboxMessages
    if (isPressed === this.#isPressed || this.#isEnded) return
    this.#isPressed = isPressed
    this.#pressed(isPressed)
  }
}

function drop({ waiting, sizes }: Lane, count: number): void {
  waiting.splice(0, count)
  sizes.splice(0, count)
}
