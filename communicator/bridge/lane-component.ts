/** What the components of all lanes share: a place at the crossing, and counts. */
import { Component } from '../../runtime/index.js'
import type { Crossing, LaneEnd } from './crossing.js'
import { LaneCount, type LaneCounts } from './lane-count.js'
import type { Lane } from './lanes.js'

export interface LaneParams<L extends Lane> {
  readonly crossing: Crossing
  readonly lane: L
}

export abstract class LaneComponent<L extends Lane> extends Component<LaneParams<L>> implements LaneEnd {
  protected readonly count = new LaneCount(this.log)

  get counts(): LaneCounts {
    return this.count.counts
  }

  differs(why: string): void {
    this.count.failed('differs', `bridge-mismatch: ${why}`)
  }

  override async onActivate(): Promise<void> {
    await this.params.crossing.enter(this)
  }

  override async onDeactivate(): Promise<void> {
    await this.params.crossing.leave(this)
  }
}
