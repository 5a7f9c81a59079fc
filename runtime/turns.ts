/**
 * The turns of one component: its handlers run one at a time, async ones too, in the order of its schedule. A
 * handler that returned no promise is not awaited. What a handler throws is reported, and the next one runs.
 *
 * With `fifo` a message is handled as soon as it is read, if nothing runs. With `rr` and `priority` the event
 * loop reads its sockets between any two handlers, so that what came meanwhile takes part in the choice.
 */
import { type Gate, isThenable, type Port, type Turns } from '../ports/index.js'
import { FIRST_LANE, Schedule, type Scheduler } from './schedule.js'

/** What a handler is of: a port, or a group that the component has joined. */
export interface TurnSource {
  /** As errors and logs show it. */
  readonly path: string
  /** Its name within the component. */
  readonly name: string
  /** Milliseconds that a handler may take. */
  readonly deadlineMs: number
}

interface Waiting {
  /** Undefined for a hook of the component. */
  readonly source: TurnSource | undefined
  call(): unknown
}

/** Told of what a handler threw; `source` is undefined for a hook of the component. */
export type OnFailure = (error: unknown, source: TurnSource | undefined) => void

export interface TurnsOptions {
  /** `fifo` unless told. */
  readonly scheduler?: Scheduler
  /** The ports of the component, in the order of its fields. */
  readonly ports?: readonly Port[]
  /** Told when a handler took longer than the deadline of its port. */
  readonly onOverrun?: (source: TurnSource, tookMs: number) => void
}

/** Of all ports and groups with `fifo`; with the others, of groups that stand before the first port. */
const SHARED_LANE = FIRST_LANE + 1

export class ComponentTurns implements Turns {
  readonly #onFailure: OnFailure
  readonly #onOverrun: TurnsOptions['onOverrun']
  readonly #isFifo: boolean
  readonly #lanes = new Map<TurnSource, number>()
  /** How many ports there are. */
  readonly #ports: number
  readonly #schedule: Schedule<Waiting>
  #busy = false
  /** Of the one that runs, or ran last: they count from 1. */
  #turn = 0
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
    this.#ports = ports.length
    if (this.#isFifo) return
    // Every other lane, so that groups find theirs between them.
    for (const [index, port] of ports.entries()) this.#lanes.set(port, SHARED_LANE + 2 * index + 1)
  }

  /** A source that is no port. @param after behind how many ports it stands, with `rr` and `priority` */
  add(source: TurnSource, after: number): void {
    if (!this.#isFifo) this.#lanes.set(source, SHARED_LANE + 2 * Math.min(after, this.#ports))
  }

  /** A source that was added comes no more; what waits of it is handled. */
  remove(source: TurnSource): void {
    this.#lanes.delete(source)
  }

  gate(source: TurnSource): Gate {
    const lane = this.#laneOf(source)
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

  run<A, B>(source: TurnSource, handler: (a: A, b: B) => unknown, a: A, b: B): void {
    if (this.#stopped) return
    if (this.#busy || !this.#isFifo) {
      this.#schedule.push({ source, call: () => handler(a, b) }, this.#laneOf(source))
      if (!this.#busy) this.#soon()
      return
    }
    let promise: PromiseLike<unknown> | undefined
    this.#busy = true
    this.#turn++
    const startedMs = source.deadlineMs < Number.POSITIVE_INFINITY ? performance.now() : 0
    try {
      promise = thenableOf(handler(a, b))
    } catch (error) {
      this.#onFailure(error, source)
    }
    if (promise) this.#await(promise, source, startedMs)
    else {
      this.#measure(source, startedMs)
      this.#busy = false
      if (this.#schedule.size > 0) this.#next()
    }
  }

  /**
   * Runs a hook of the component as a turn of its own; resolves when it has settled. Never rejects. With
   * `fifo` what came before it is handled before it, else it comes before all messages.
   */
  hook(call: () => unknown): Promise<void> {
    return this.#hook(call, this.#isFifo ? SHARED_LANE : FIRST_LANE)
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

  /** The number of the turn that runs now; undefined where none does. */
  get running(): number | undefined {
    return this.#busy ? this.#turn : undefined
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (!this.#busy && this.#schedule.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#waitingForIdle.push(resolve))
  }

  #hook(call: () => unknown, lane: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        source: undefined,
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

  #laneOf(source: TurnSource): number {
    return this.#lanes.get(source) ?? SHARED_LANE
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
      const { source } = waiting
      this.#busy = true
      this.#turn++
      let promise: PromiseLike<unknown> | undefined
      const startedMs = source && source.deadlineMs < Number.POSITIVE_INFINITY ? performance.now() : 0
      try {
        promise = thenableOf(waiting.call())
      } catch (error) {
        this.#onFailure(error, source)
      }
      if (promise) {
        this.#await(promise, source, startedMs)
        return
      }
      this.#measure(source, startedMs)
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

  #await(result: PromiseLike<unknown>, source: TurnSource | undefined, startedMs: number): void {
    const settled = (): void => {
      this.#measure(source, startedMs)
      this.#released()
      if (this.#isFifo) this.#next()
      else {
        this.#busy = false
        this.#soon()
      }
    }
    Promise.resolve(result).then(settled, (error) => {
      this.#onFailure(error, source)
      settled()
    })
  }

  #measure(source: TurnSource | undefined, startedMs: number): void {
    if (startedMs === 0 || !source) return
    const tookMs = performance.now() - startedMs
    if (tookMs > source.deadlineMs) this.#onOverrun?.(source, tookMs)
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
