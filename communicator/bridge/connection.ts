/** The component of a bridge that tells of its connection: whether it stands, and what each lane carried. */
import { z } from 'zod'
import { messageOf } from '../../ports/index.js'
import { Component } from '../../runtime/index.js'
import { type Endpoint, EndpointState } from '../endpoint.js'
import type { Crossing, LaneEnd } from './crossing.js'
import { exposureOf } from './exposure.js'
import { LaneCount } from './lane-count.js'
import { bridgeLimits } from './limits.js'

const counts = z.object({
  carried: z.number(),
  dropped: z.number(),
  refused: z.number(),
  missed: z.number(),
})

export class Connection extends Component<{ readonly crossing: Crossing }> implements LaneEnd {
  readonly isConnected = this.property('isConnected', z.boolean(), {
    value: false,
    description: 'whether the other end is connected',
  })
  readonly lanes = this.property('lanes', z.record(z.string(), counts), {
    value: {},
    description: 'what each lane carried, dropped, refused and missed',
  })
  readonly look = this.timer(bridgeLimits.beatMs, () => this.#look())
  readonly #count = new LaneCount(this.log)
  #shown = ''

  override async onActivate(): Promise<void> {
    const { crossing } = this.params
    await crossing.enter(this)
    crossing.watch({
      stateChange: (endpoint) => this.#changed(endpoint),
      connectorFailed: (_handle, url, error) => this.#count.failed(url, `${url}: ${messageOf(error)}`),
    })
    const { dial, listen, peer } = crossing.settings
    this.log.info(dial ? `dials ${peer} at ${dial}` : `expects ${peer} at ${listen}`)
    const exposure = exposureOf(dial || listen)
    if (exposure !== undefined) this.log.warn(exposure)
  }

  override async onDeactivate(): Promise<void> {
    await this.params.crossing.leave(this)
  }

  #changed({ name, state }: Endpoint): void {
    if (name !== this.params.crossing.peer) return
    const isConnected = state === EndpointState.READY
    if (isConnected === this.isConnected.value) return
    this.isConnected.value = isConnected
    if (isConnected) this.log.info(`connected with ${name}`)
    else this.log.warn(`${name} is not connected; goes on when it is`)
  }

  #look(): void {
    const all = this.params.crossing.ends.flatMap(({ name, counts }) =>
      counts ? [[name, { ...counts }]] : [],
    )
    const shown = JSON.stringify(all)
    if (shown === this.#shown) return
    this.#shown = shown
    this.lanes.value = Object.fromEntries(all)
  }
}
