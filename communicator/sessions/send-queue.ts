/**
 * Whose turn it is: first what is small and waited for (openings, replies, windows, resets), then one chunk
 * of each channel that has some. A long run of the first lets a chunk through.
 */
import type { Buffer } from 'node:buffer'
import { sessionLimits } from './limits.js'
import type { Outlet } from './outlet.js'

interface Urgent {
  readonly frame: Buffer
  /** What may follow it, and not go before. */
  readonly onLeft: (() => void) | undefined
}

export class SendQueue {
  readonly #wake: () => void
  readonly #urgent: Urgent[] = []
  /** Those that have something to send, in turn. */
  readonly #ready = new Set<Outlet>()
  #inRow = 0

  /** @param wake is called when there is something to send. */
  constructor(wake: () => void) {
    this.#wake = wake
  }

  /** Frames that wait though they are urgent: a peer that never takes any is at its bound. */
  get waiting(): number {
    return this.#urgent.length
  }

  urgent(frame: Buffer, onLeft?: () => void): void {
    this.#urgent.push({ frame, onLeft })
    this.#wake()
  }

  /** Takes back a frame that has not left; false where it has. */
  withdraw(frame: Buffer): boolean {
    const at = this.#urgent.findIndex((each) => each.frame === frame)
    if (at !== -1) this.#urgent.splice(at, 1)
    return at !== -1
  }

  join(outlet: Outlet): void {
    this.#ready.add(outlet)
    this.#wake()
  }

  leave(outlet: Outlet): void {
    this.#ready.delete(outlet)
  }

  /** The next frame, where there is one and room for it: for all, and for chunks among them. */
  next(room: number, bulkRoom: number): Buffer | undefined {
    const mayChunk = bulkRoom > 0 && this.#ready.size > 0
    if (room <= 0 || (mayChunk && this.#inRow >= sessionLimits.urgentInRow)) return this.#chunk(mayChunk)
    const urgent = this.#urgent.shift()
    if (urgent === undefined) return this.#chunk(mayChunk)
    this.#inRow = mayChunk ? this.#inRow + 1 : 0
    urgent.onLeft?.()
    return urgent.frame
  }

  #chunk(mayChunk: boolean): Buffer | undefined {
    const [outlet] = mayChunk ? this.#ready : []
    if (outlet === undefined) return undefined
    this.#inRow = 0
    const frame = outlet.draw()
    // Behind all others.
    this.#ready.delete(outlet)
    if (outlet.isReady) this.#ready.add(outlet)
    return frame
  }
}
