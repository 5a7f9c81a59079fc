/** What RIAPS tells of limits: one hook for four handlers. Who enforces limits is tested with agents. */
import { expect } from 'chai'
import { actor, app, Component, type LimitKind } from '../../../runtime/index.js'
import { createTestNetwork } from '../../../testing/index.js'

class Cache extends Component {
  readonly told: [LimitKind, number, number][] = []
  override onLimit(kind: LimitKind, used: number, limit: number): void {
    this.told.push([kind, used, limit])
  }
}

describe('limits', () => {
  it('handleCPULimit() and the others, here onLimit, tell every component what its actor uses', async () => {
    const network = createTestNetwork()
    const caches = app('caches', {
      actors: { Rig: actor({ components: () => ({ one: Cache, other: Cache }) }) },
    })
    try {
      const rig = await network.start(caches, 'Rig')
      await rig.limit('cpu', 0.5, 0.5)
      await rig.limit('memory', 95, 100)
      for (const name of ['one', 'other']) {
        expect(rig.component(Cache, name).told).to.deep.equal([
          ['cpu', 0.5, 0.5],
          ['memory', 95, 100],
        ])
      }
    } finally {
      await network.close()
    }
  })
})
