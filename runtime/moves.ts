/**
 * Follows the host from address to address: one move after another, in the order in which they were told. One
 * that fails is tried again, ever more seldom, until it works, the host moves on or the actor ends; that it
 * failed is said once. What a move does, the actor knows.
 */
import type { Logger } from 'pino'
import type { Port } from '../ports/index.js'
import { describeThrown } from './lifetime.js'
import { runtimeLimits } from './limits.js'

/** Makes a move; called again after it has failed, it does what is left to do. */
export type Attempt = () => Promise<void>

export class Moves {
  readonly #begin: (host: string) => Attempt | undefined
  readonly #log: Logger
  #last: Promise<void>
  #newest = 0
  #isEnded = false
  /** Ends the wait for the next attempt. */
  #wake = (): void => undefined

  /**
   * @param joined moves wait for it; none is made where it resolves to false
   * @param begin gives the move to an address, or nothing where there is none to make
   */
  constructor(joined: Promise<boolean>, begin: (host: string) => Attempt | undefined, log: Logger) {
    this.#begin = begin
    this.#log = log
    this.#last = joined.then((hasJoined) => {
      if (!hasJoined) this.end()
    })
  }

  /** The host has this address now. Resolves when the move is made, or given up. Never rejects. */
  to(host: string): Promise<void> {
    const number = ++this.#newest
    this.#wake()
    this.#last = this.#last.then(() => this.#move(host, number))
    return this.#last
  }

  /** Begins no further attempt. */
  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async #move(host: string, number: number): Promise<void> {
    const attempt = this.#isEnded ? undefined : this.#begin(host)
    if (!attempt) return
    let pauseMs: number = runtimeLimits.moveRetryMs
    for (let isFirst = true; ; isFirst = false) {
      try {
        await attempt()
        this.#log.warn(`this host has the address ${host} now; ports and directory moved there`)
        return
      } catch (error) {
        if (isFirst && !this.#isEnded) {
          const text = `this host has the address ${host} now, but the move there failed`
          this.#log.error(`${text}: ${describeThrown(error)}; it is tried again until it works`)
        }
      }
      if (this.#isOver(number)) return
      await this.#pause(pauseMs)
      if (this.#isOver(number)) return
      pauseMs = Math.min(2 * pauseMs, runtimeLimits.moveRetryMaxMs)
    }
  }

  #isOver(number: number): boolean {
    return this.#isEnded || number !== this.#newest
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** What an actor does to move. */
export interface Move {
  /** That are bound anew. */
  readonly ports: readonly Port[]
  /** Its directory, and where others introduce themselves. */
  listen(): Promise<void>
  announce(): Promise<void>
  moved(): void
}

/** A move to an address; what has moved stays moved when it is attempted again. */
export function moveOf({ ports, listen, announce, moved }: Move): Attempt {
  const left = new Set(ports)
  let isListening = false
  let isAnnounced = false
  return async () => {
    if (!isListening) await listen()
    isListening = true
    const failures: unknown[] = []
    for (const port of left) {
      try {
        await port.reset()
        left.delete(port)
      } catch (error) {
        failures.push(error)
      }
    }
    // Whoever finds the actor reaches the ports that did move.
    if (!isAnnounced) await announce()
    isAnnounced = true
    moved()
    if (failures.length > 0) throw failures[0]
  }
}
