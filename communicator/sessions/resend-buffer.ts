/** What was sent and is not acknowledged: kept in order, to be sent again after a break. */
import type { Buffer } from 'node:buffer'

/** Frames by their numbers, which begin with 1 and have no holes. */
export class ResendBuffer {
  #frames: (Buffer | undefined)[] = []
  /** Places at the front that are free: taken away many at a time. */
  #gone = 0
  #acknowledged = 0
  #next = 1
  #bytes = 0

  /** The number up to which all is acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** The number of the last frame; 0 where there was none yet. */
  get last(): number {
    return this.#next - 1
  }

  /** Bytes of all that is not acknowledged. */
  get bytes(): number {
    return this.#bytes
  }

  append(frame: Buffer): void {
    this.#frames.push(frame)
    this.#next++
    this.#bytes += frame.length
  }

  /** The frame of a number that is not acknowledged yet. */
  get(number: number): Buffer | undefined {
    return this.#frames[this.#gone + number - this.#acknowledged - 1]
  }

  /** Forgets all up to a number that was sent; what is forgotten already is no matter. */
  acknowledge(number: number): void {
    while (this.#acknowledged < number) {
      this.#bytes -= this.#frames[this.#gone]?.length ?? 0
      this.#frames[this.#gone] = undefined
      this.#gone++
      this.#acknowledged++
    }
    if (this.#gone * 2 <= this.#frames.length && this.#acknowledged !== this.last) return
    this.#frames = this.#frames.slice(this.#gone)
    this.#gone = 0
  }
}
