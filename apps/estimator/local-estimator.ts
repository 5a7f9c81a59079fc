/** Reads the sensors of its host, one at a time, and tells everybody what it makes of them. */
import { Component, type PeerEvent } from 'quorate'
import { Estimate, SensorQuery, SensorReady, SensorValue } from './messages.js'
import { Smoothed } from './smoothed.js'

export class LocalEstimator extends Component {
  readonly ready = this.sub(SensorReady, (_, from) => {
    this.#waiting.add(from.actorId)
    this.#askNext()
  })
  readonly query = this.req(SensorQuery, SensorValue, ({ value }, from) => {
    this.#smoothed.add(from.actorId, value)
    this.estimate.send({ value: this.#smoothed.mean, sensors: this.#smoothed.size })
    this.#askNext()
  })
  readonly estimate = this.pub(Estimate)
  /** Sensors that have something to tell, by the ids of their actors. */
  readonly #waiting = new Set<string>()
  readonly #smoothed = new Smoothed()

  override onPeer({ state, actorId }: PeerEvent): void {
    if (state === 'connected') return
    this.#waiting.delete(actorId)
    this.#smoothed.forget(actorId)
  }

  #askNext(): void {
    // A request that follows another abandons it: the next sensor has to wait.
    if (this.query.inFlight > 0) return
    for (const actorId of this.#waiting) {
      this.#waiting.delete(actorId)
      const to = this.query.peers.find((peer) => peer.actorId === actorId)
      if (!to) continue
      // A sensor that does not answer is asked when it is ready again.
      this.query.send({ at: Date.now() }, { to, timeout: 500 }).catch(() => this.#askNext())
      return
    }
  }
}
