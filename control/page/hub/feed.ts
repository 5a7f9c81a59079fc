/** Follows the fleet: asks for what has changed, again and again, for as long as the hub is there. */

import type { FleetChanges } from '../../fleet/models.js'
import { pageLimits } from '../limits.js'
import { changed, emptyFleet, type Fleet } from '../model/fleet.js'
import { type HubSocket, Refusal } from './socket.js'

/** After an answer that it could not give. */
const PAUSE_MS = 1000

export class Feed {
  readonly #socket: HubSocket
  readonly #told: (fleet: Fleet) => void
  #fleet = emptyFleet
  #isFollowing = false

  constructor(socket: HubSocket, told: (fleet: Fleet) => void) {
    this.#socket = socket
    this.#told = told
  }

  /** What was told to one who has signed out is no other's. */
  forget(): void {
    this.#fleet = emptyFleet
    this.#told(emptyFleet)
  }

  /** Until the hub is away; to be called again when it is back. */
  async follow(): Promise<void> {
    if (this.#isFollowing) return
    this.#isFollowing = true
    while (this.#socket.presence === 'here') await this.#step()
    this.#isFollowing = false
  }

  async #step(): Promise<void> {
    const { cursor } = this.#fleet
    try {
      const changes = await this.#socket.ask<FleetChanges>({
        do: 'fleet',
        after: cursor,
        waitMs: pageLimits.changeWaitMs,
      })
      this.#fleet = changed(this.#fleet, changes, Date.now())
      this.#told(this.#fleet)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'hub-unreachable') return
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
