/** A core and the store behind it: what is asked of the core is answered when the store has kept it. */
import { HubCore, type HubEvents } from './core.js'
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'
import { HubStore } from './store.js'

export class Keeper {
  readonly #store: HubStore
  readonly #events: HubEvents
  #core: HubCore
  readonly #timer: NodeJS.Timeout

  /** @throws HubError `hub-not-kept` where the folder cannot be written. */
  constructor(folder: string, events: HubEvents) {
    // All that was done and not kept is undone.
    this.#store = new HubStore(folder, () => {
      this.#core = this.#restored()
    })
    this.#events = events
    this.#core = this.#restored()
    this.#timer = setInterval(() => this.#expire(), hubLimits.expiryPollMs)
    this.#timer.unref()
  }

  /**
   * Has the core do something within one turn, and resolves when it is kept. @throws HubError of the core; or
   * `hub-not-kept`: then it was not done, for anybody.
   */
  async do<T>(act: (core: HubCore, nowMs: number) => T): Promise<T> {
    const result = act(this.#core, Date.now())
    await this.#store.kept()
    return result
  }

  /** As do(); resolves at once where it gives undefined, which says that there was nothing to do. */
  async doIfAny<T>(act: (core: HubCore, nowMs: number) => T | undefined): Promise<T | undefined> {
    const result = act(this.#core, Date.now())
    if (result !== undefined) await this.#store.kept()
    return result
  }

  /** As do(), for what only looks, also at what is not kept yet. */
  look<T>(act: (core: HubCore, nowMs: number) => T): T {
    return act(this.#core, Date.now())
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#store.close()
  }

  #restored(): HubCore {
    const core = new HubCore(this.#store, this.#events)
    core.restore(Date.now())
    return core
  }

  #expire(): void {
    this.do((core, nowMs) => core.expire(nowMs)).catch((error: unknown) => {
      if (!(error instanceof HubError)) throw error
    })
  }
}
