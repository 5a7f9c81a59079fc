/**
 * The turns of one component: its handlers run one at a time, in the order their messages came (fifo), async
 * ones too. A handler that returned no promise is not awaited. What a handler throws is reported, and the
 * next one runs.
 */
import { type Port, portLimits, type Turns } from '../ports/index.js'

interface Waiting {
  readonly port: Port | undefined
  call(): unknown
}

/** Told of what a handler threw; `port` is undefined for a hook of the component. */
export type OnFailure = (error: unknown, port: Port | undefined) => void

export class ComponentTurns implements Turns {
  readonly #onFailure: OnFailure
  #queue: Waiting[] = []
  /** The first of the queue that still waits: shifting an array of many is slow. */
  #head = 0
  #busy = false
  #stopped = false
  #waitingForRoom: (() => void)[] = []
  #waitingForIdle: (() => void)[] = []

  constructor(onFailure: OnFailure) {
    this.#onFailure = onFailure
  }

  get full(): boolean {
    return this.#queue.length - this.#head >= portLimits.mailboxMessages
  }

  room(): Promise<void> {
    return this.full ? new Promise((resolve) => this.#waitingForRoom.push(resolve)) : Promise.resolve()
  }

  run<A, B>(port: Port, handler: (a: A, b: B) => unknown, a: A, b: B): void {
    if (this.#stopped) return
    if (this.#busy) {
      this.#queue.push({ port, call: () => handler(a, b) })
      return
    }
    let result: unknown
    this.#busy = true
    try {
      result = handler(a, b)
    } catch (error) {
      this.#onFailure(error, port)
    }
    if (isThenable(result)) this.#await(result, port)
    else {
      this.#busy = false
      if (this.#head < this.#queue.length) this.#next()
    }
  }

  /** Runs a hook of the component as a turn of its own; resolves when it has settled. Never rejects. */
  hook(call: () => unknown): Promise<void> {
    return new Promise((resolve) => {
      this.#queue.push({
        port: undefined,
        call: async () => {
          try {
            await call()
          } finally {
            resolve()
          }
        },
      })
      if (!this.#busy) this.#next()
    })
  }

  /** Runs no more handlers; those that wait are dropped. */
  stop(): void {
    this.#stopped = true
    this.#queue = []
    this.#head = 0
    this.#released()
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (!this.#busy) return Promise.resolve()
    return new Promise((resolve) => this.#waitingForIdle.push(resolve))
  }

  #next(): void {
    for (;;) {
      const waiting = this.#queue[this.#head]
      if (!waiting) break
      this.#head++
      if (this.#head >= portLimits.mailboxMessages) this.#compact()
      this.#busy = true
      let result: unknown
      try {
        result = waiting.call()
      } catch (error) {
        this.#onFailure(error, waiting.port)
      }
      if (isThenable(result)) {
        this.#await(result, waiting.port)
        return
      }
    }
    this.#busy = false
    this.#queue = []
    this.#head = 0
    this.#released()
    const idle = this.#waitingForIdle
    this.#waitingForIdle = []
    for (const resolve of idle) resolve()
  }

  #await(result: PromiseLike<unknown>, port: Port | undefined): void {
    // Whatever a thenable of the user's does, it settles once and later.
    Promise.resolve(result).then(
      () => this.#settled(),
      (error) => {
        this.#onFailure(error, port)
        this.#settled()
      },
    )
  }

  #settled(): void {
    this.#released()
    this.#next()
  }

  #compact(): void {
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #released(): void {
    if (this.full || this.#waitingForRoom.length === 0) return
    const waiting = this.#waitingForRoom
    this.#waitingForRoom = []
    for (const resolve of waiting) resolve()
  }
}

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return (
    typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function'
  )
}
