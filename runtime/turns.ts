/**
 * The turns of one component: its handlers run one at a time, async ones too, in the order of its schedule. A
 * handler that returned no promise is not awaited. What a handler throws is reported, and the next one runs.
 *
 * With `fifo` a message is handled as soon as it is read, if nothing runs. With `rr` and `priority` the event
 * loop reads its sockets between any two handlers, so that what came meanwhile takes part in the choice.
 */
import { type Gate, isThenable, type Port, type Turns } from '../ports/index.js'
import { FIRST_LANE, Schedule, type Scheduler } from './schedule.js'

interface Waiting {
  /** Undefined for a hook of the component. */
  readonly port: Port | undefined
  call(): unknown
}

/** Told of what a handler threw; `port` is undefined for a hook of the component. */
export type OnFailure = (error: unknown, port: Port | undefined) => void

export interface TurnsOptions {
  /** `fifo` unless told. */
  readonly scheduler?: Scheduler
  /** The ports of the component, in the order of its fields. */
  readonly ports?: readonly Port[]
  /** Told when a handler took longer than the deadline of its port. */
  readonly onOverrun?: (port: Port, tookMs: number) => void
}

/** Of all ports with `fifo`; with the others, of the first one. */
const FIRST_PORT_LANE = FIRST_LANE + 1

export class ComponentTurns implements Turns {
  readonly #onFailure: OnFailure
  readonly #onOverrun: TurnsOptions['onOverrun']
  readonly #isFifo: boolean
  readonly #lanes = new Map<Port, number>()
  readonly #schedule: Schedule<Waiting>
  #busy = false
  /** With `rr` and `priority`: a turn is to come. */
  #isSoon = false
  #stopped = false
  #waitingForRoom: { lane: number; resolve: () => void }[] = []
  #waitingForIdle: (() => void)[] = []

  constructor(onFailure: OnFailure, { scheduler = 'fifo', ports = [], onOverrun }: TurnsOptions = {}) {
    this.#onFailure = onFailure
    this.#onOverrun = onOverrun
    this.#isFifo = scheduler === 'fifo'
    this.#schedule = new Schedule(scheduler)
    if (this.#isFifo) return
    for (const [index, port] of ports.entries()) this.#lanes.set(port, FIRST_PORT_LANE + index)
  }

  gate(port: Port): Gate {
    const lane = this.#laneOf(port)
    const isFull = (): boolean => !this.#stopped && this.#schedule.isFull(lane)
    return {
      get full() {
        return isFull()
      },
      room: () => {
        if (!isFull()) return Promise.resolve()
        return new Promise((resolve) => this.#waitingForRoom.push({ lane, resolve }))
      },
    }
  }

  run<A, B>(port: Port, handler: (a: A, b: B) => unknown, a: A, b: B): void {
    if (this.#stopped) return
    if (this.#busy || !this.#isFifo) {
      this.#schedule.push({ port, call: () => handler(a, b) }, this.#laneOf(port))
      if (!this.#busy) this.#soon()
      return
    }
    let promise: PromiseLike<unknown> | undefined
    this.#busy = true
    const startedMs = port.deadlineMs < Number.POSITIVE_INFINITY ? performance.now() : 0
    try {
      promise = thenableOf(handler(a, b))
    } catch (error) {
      this.#onFailure(error, port)
    }
    if (promise) this.#await(promise, port, startedMs)
    else {
      this.#measure(port, startedMs)
      this.#busy = false
      if (this.#schedule.size > 0) this.#next()
    }
  }

  /**
   * Runs a hook of the component as a turn of its own; resolves when it has settled. Never rejects. With
   * `fifo` what came before it is handled before it, else it comes before all messages.
   */
  hook(call: () => unknown): Promise<void> {
    return this.#hook(call, this.#isFifo ? FIRST_PORT_LANE : FIRST_LANE)
  }

  /** As hook(), but as the next turn, before all that waits. */
  hookFirst(call: () => unknown): Promise<void> {
    return this.#stopped ? Promise.resolve() : this.#hook(call, FIRST_LANE)
  }

  /** Runs no more handlers; those that wait are dropped. */
  stop(): void {
    this.#stopped = true
    while (this.#schedule.size > 0) this.#schedule.shift()
    this.#released()
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (!this.#busy && this.#schedule.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waitingForIdle.push(resolve))
  }

  #hook(call: () => unknown, lane: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        port: undefined,
        call: async () => {
          try {
            await call()
          } finally {
            resolve()
          }
        },
      }
      this.#schedule.push(waiting, lane)
      if (!this.#busy) this.#next()
    })
  }

  #laneOf(port: Port): number {
    return this.#lanes.get(port) ?? FIRST_PORT_LANE
  }

  #soon(): void {
    if (this.#isSoon) return
    this.#isSoon = true
    setImmediate(() => {
      this.#isSoon = false
      if (!this.#busy) this.#next()
    })
  }

  #next(): void {
    for (;;) {
      const waiting = this.#schedule.shift()
      if (!waiting) break
      const { port } = waiting
      this.#busy = true
      let promise: PromiseLike<unknown> | undefined
      const startedMs = port && port.deadlineMs < Number.POSITIVE_INFINITY ? performance.now() : 0
      try {
        promise = thenableOf(waiting.call())
      } catch (error) {
        this.#onFailure(error, port)
      }
      if (promise) {
        this.#await(promise, port, startedMs)
        return
      }
      this.#measure(port, startedMs)
      if (this.#isFifo) continue
      this.#busy = false
      this.#released()
      if (this.#schedule.size === 0) break
      this.#soon()
      return
    }
    this.#busy = false
    this.#released()
    const idle = this.#waitingForIdle
    this.#waitingForIdle = []
    for (const resolve of idle) resolve()
  }

  #await(result: PromiseLike<unknown>, port: Port | undefined, startedMs: number): void {
    const settled = (): void => {
      this.#measure(port, startedMs)
      this.#released()
      if (this.#isFifo) this.#next()
      else {
        this.#busy = false
        this.#soon()
      }
    }
    Promise.resolve(result).then(settled, (error) => {
      this.#onFailure(error, port)
      settled()
    })
  }

  #measure(port: Port | undefined, startedMs: number): void {
    if (startedMs === 0 || !port) return
    const tookMs = performance.now() - startedMs
    if (tookMs > port.deadlineMs) this.#onOverrun?.(port, tookMs)
  }

  #released(): void {
    if (this.#waitingForRoom.length === 0) return
    const still = this.#waitingForRoom.filter(({ lane }) => !this.#stopped && this.#schedule.isFull(lane))
    const free = this.#waitingForRoom.filter((waiting) => !still.includes(waiting))
    this.#waitingForRoom = still
    for (const { resolve } of free) resolve()
  }
}

/** What is to be awaited before the next turn. @throws what a getter `then` throws. */
function thenableOf(result: unknown): PromiseLike<unknown> | undefined {
  return isThenable(result) ? result : undefined
}
