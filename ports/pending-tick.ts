/**
 * The one tick of a timer that waits for its component. However often a timer is halted, launched and due
 * while the component is busy, it has one turn to come, and that one takes the tick that is there then, if
 * any.
 */
import type { Port, Turns } from './port.js'
import type { Tick } from './timer.js'

export class PendingTick {
  readonly #port: Port
  readonly #handler: (tick: Tick) => unknown
  #tick: Tick | undefined
  #hasTurn = false

  constructor(port: Port, handler: (tick: Tick) => unknown) {
    this.#port = port
    this.#handler = handler
  }

  get isThere(): boolean {
    return this.#tick !== undefined
  }

  put(tick: Tick, turns: Turns): void {
    this.#tick = tick
    if (this.#hasTurn) return
    this.#hasTurn = true
    turns.run(this.#port, this.#take, undefined, undefined)
  }

  /** The tick that waited, if one did: its handler is not called. */
  drop(): Tick | undefined {
    const tick = this.#tick
    this.#tick = undefined
    return tick
  }

  readonly #take = (): unknown => {
    this.#hasTurn = false
    const tick = this.drop()
    if (!tick) return undefined
    this.#port.stats.received++
    return this.#handler(tick)
  }
}
