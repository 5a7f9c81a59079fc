/** Watches the fleet of a hub as its page does: what changed, put together. */
import type { z } from 'zod'
import { fleetAnswers } from '../../../control/fleet/openapi.js'
import { HubConnection } from '../../../control/hub/client/connection.js'

const WAIT_MS = 20_000

const answer = fleetAnswers['GET /v1/fleet']
type Changes = z.infer<typeof answer>
export type WatchedActor = Changes['actors'][number]

export class FleetWatch {
  readonly nodes = new Map<string, Changes['nodes'][number]>()
  readonly actors = new Map<string, WatchedActor>()
  readonly rates: Changes['rates'] = []
  /** Times that it was told all. */
  anew = 0
  readonly #hub: HubConnection
  readonly #ending = new AbortController()
  #cursor: string | undefined

  constructor(hub: { readonly url: string; readonly token: string }) {
    this.#hub = new HubConnection(hub)
  }

  get connection(): HubConnection {
    return this.#hub
  }

  /** Watches until something is so; gives it. */
  async until<T>(found: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = found()
      if (value !== undefined && value !== false) return value
      await this.next()
    }
  }

  /** Takes in what changed since it was told last. */
  async next(waitMs = WAIT_MS): Promise<Changes> {
    const { signal } = this.#ending
    const question = { do: 'fleet', ...(this.#cursor !== undefined && { after: this.#cursor }), waitMs }
    const asking = { signal, withinMs: 2 * WAIT_MS }
    const changes = answer.parse(await this.#hub.insist(question, asking))
    this.#take(changes)
    return changes
  }

  close(): void {
    this.#ending.abort()
    this.#hub.close()
  }

  #take(changes: Changes): void {
    const { cursor, anew, nodes, actors, gone, rates } = changes
    this.#cursor = cursor
    if (anew) {
      this.anew++
      this.nodes.clear()
      this.actors.clear()
    }
    for (const name of gone.nodes) this.nodes.delete(name)
    for (const name of gone.actors) this.actors.delete(name)
    for (const each of nodes) this.nodes.set(each.name, { ...this.nodes.get(each.name), ...each })
    for (const each of actors) this.actors.set(each.worker, { ...this.actors.get(each.worker), ...each })
    this.rates.push(...rates)
  }
}
