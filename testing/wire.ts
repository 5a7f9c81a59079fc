/**
 * A connection between two hosts, as TCP makes it: two lanes. When the cable between the hosts is cut, what
 * is under way is held back; healed in time, it arrives late and nothing is lost. A cut that lasts longer
 * than `portLimits.deadConnectionMs` breaks the connection: both ends notice, and what was under way is lost.
 */
import { portLimits } from '../ports/index.js'
import { Lane } from './lane.js'

export interface WireOptions {
  readonly delayMs: () => number
  /** Told when the wire breaks; not when it is ended. */
  readonly broke: () => void
  /** Told when nothing more comes through it. */
  readonly over: () => void
}

export class Wire {
  /** From the end that dialled, and back to it. */
  readonly there: Lane
  readonly back: Lane
  readonly #options: WireOptions
  #dying: NodeJS.Timeout | undefined
  #isOver = false

  constructor(options: WireOptions) {
    this.#options = options
    this.there = new Lane(options.delayMs)
    this.back = new Lane(options.delayMs)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** The cable is cut. */
  cut(): void {
    this.there.hold()
    this.back.hold()
    this.#dying ??= setTimeout(() => this.break(), portLimits.deadConnectionMs)
  }

  heal(): void {
    clearTimeout(this.#dying)
    this.#dying = undefined
    this.there.release()
    this.back.release()
  }

  break(): void {
    if (this.#isOver) return
    this.end()
    this.#options.broke()
  }

  /** Nothing comes through it any more. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#dying)
    this.there.end()
    this.back.end()
    this.#options.over()
  }
}
