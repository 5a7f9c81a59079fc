/** Finds the average of all sensors together with the other nodes, and shows how it gets there. */
import { Component, type Peer, type PeerEvent } from 'quorate'
import { FlowAverage } from './flow.js'
import { NodeData, SensorData } from './messages.js'
import { Trail } from './trail.js'

export class Averager extends Component<{ Ts: number; show: number }> {
  readonly sensorReady = this.sub(SensorData, (reading) => {
    this.#average.reading = reading.value
  })
  readonly nodeReady = this.sub(NodeData, (data, from) => this.#hear(data, from))
  readonly thisReady = this.pub(NodeData)
  readonly update = this.timer(this.params.Ts, () => this.#step())
  readonly display = this.timer(this.params.show, () => this.#show())

  readonly #average = new FlowAverage()
  readonly #trail = new Trail()

  override onPeer({ state, actorId }: PeerEvent): void {
    if (state === 'connected') this.#average.meet(actorId)
    else this.#average.forget(actorId)
  }

  #hear(data: { sensor: number; estimate: number; flows: Record<string, number> }, from: Peer): void {
    // A publisher is also heard by its own subscribers.
    if (from.actorId === this.actor.id) return
    const flow = data.flows[this.actor.id] ?? 0
    this.#average.hear(from.actorId, { sensor: data.sensor, estimate: data.estimate, flow })
  }

  #step(): void {
    const before = this.#average.estimate
    if (before !== undefined) this.#trail.add(before)
    const news = this.#average.step()
    if (news) this.thisReady.send({ node: this.actor.id, ...news })
  }

  #show(): void {
    const { reading, estimate, trueMean, nodes } = this.#average
    if (reading === undefined || estimate === undefined || trueMean === undefined) return
    this.#trail.add(estimate)
    const error = (100 * Math.abs(estimate - trueMean)) / Math.max(trueMean, 1e-9)
    const shown = { nodes, reading, estimate, mean: trueMean, errorPercent: error }
    const way = this.#trail.take().map((value) => value.toFixed(2).padStart(5))
    const of = `${nodes} ${nodes === 1 ? 'node ' : 'nodes'}`
    const mean = `mean of ${of} ${trueMean.toFixed(2).padStart(5)} %`
    const cpu = `cpu ${reading.toFixed(2).padStart(5)} %`
    this.log.info(shown, `${cpu}   ${mean}   off by ${error.toFixed(2).padStart(5)} %   ${way.join(' → ')}`)
  }
}
