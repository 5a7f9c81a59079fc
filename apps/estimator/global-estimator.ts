/** Aggregates what the hosts estimate: each counts by its sensors. */
import { Component, type PeerEvent } from 'quorate'
import { Estimate } from './messages.js'

interface Known {
  readonly value: number
  readonly sensors: number
}

export class GlobalEstimator extends Component<{ show: number; silence: number }> {
  readonly estimate = this.sub(Estimate, (estimate, from) => {
    this.#known.set(from.actorId, estimate)
    this.silence.launch()
  })
  readonly display = this.timer(this.params.show, () => this.#show())
  /** Fires when nothing was heard for so long: each launch() starts it anew. */
  readonly silence = this.timer('sporadic', () => {
    this.log.warn(`no estimate for ${this.params.silence} ms`)
    this.#known.clear()
  })
  readonly #known = new Map<string, Known>()

  override onActivate(): void {
    this.silence.setDelay(this.params.silence)
    this.silence.launch()
  }

  override onPeer({ state, actorId }: PeerEvent): void {
    if (state === 'disconnected') this.#known.delete(actorId)
  }

  #show(): void {
    if (this.#known.size === 0) return
    let sensors = 0
    let sum = 0
    for (const known of this.#known.values()) {
      sensors += known.sensors
      sum += known.sensors * known.value
    }
    const estimate = sum / sensors
    const shown = { estimate, sensors, hosts: this.#known.size }
    const of = `${count(sensors, 'sensor')} on ${count(shown.hosts, 'host')}`
    this.log.info(shown, `${estimate.toFixed(2)} °C by ${of}`)
  }
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
