/** The order in which a discovery may be used: start once, then use, then stop; and it has no second life. */
import { DiscoveryError } from './errors.js'

export class Lifecycle {
  readonly #what: string
  #state: 'new' | 'started' | 'stopped' = 'new'

  constructor(kind: string) {
    this.#what = `the ${kind} discovery`
  }

  get isStarted(): boolean {
    return this.#state === 'started'
  }

  /** @throws DiscoveryError `already-started`, `stopped`. */
  start(): void {
    if (this.#state === 'started') {
      throw new DiscoveryError('already-started', `${this.#what} is started already; call start() once`)
    }
    this.#refuseStopped()
    this.#state = 'started'
  }

  /** @throws DiscoveryError `not-started`, `stopped`. */
  require(): void {
    this.#refuseStopped()
    if (this.#state === 'new') {
      throw new DiscoveryError('not-started', `${this.#what} is not started; call start() first`)
    }
  }

  /** Says whether this call is the one that stops. */
  stop(): boolean {
    const wasStarted = this.#state === 'started'
    this.#state = 'stopped'
    return wasStarted
  }

  #refuseStopped(): void {
    if (this.#state !== 'stopped') return
    throw new DiscoveryError('stopped', `${this.#what} was stopped; make a new one`)
  }
}
