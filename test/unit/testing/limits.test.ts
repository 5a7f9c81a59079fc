import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Component, type LimitKind } from '../../../runtime/index.js'
import { testComponent } from '../../../testing/index.js'

class Cache extends Component {
  readonly entries = ['a', 'b']
  readonly heard: unknown[] = []

  override async onLimit(kind: LimitKind, used: number, limit: number): Promise<void> {
    await sleep(5000)
    this.heard.push({ kind, used, limit })
    if (kind === 'network') throw new Error('nothing to be done')
    this.entries.length = 0
  }
}

describe('a component under test that has limits', () => {
  it('hears of them when the test says so, and has done what it does', async () => {
    const cache = await testComponent(Cache)
    await cache.limit('memory', 95, 100)
    expect(cache.component.heard).to.deep.equal([{ kind: 'memory', used: 95, limit: 100 }])
    expect(cache.component.entries).to.deep.equal([])
    await cache.close()
  })

  it('goes on where it throws at that', async () => {
    const cache = await testComponent(Cache)
    await cache.limit('network', 1, 1)
    expect(cache.actor.log.some((text) => text.includes('nothing to be done'))).to.equal(true)
    await cache.limit('cpu', 1, 1)
    expect(cache.component.heard).to.have.length(2)
    await cache.close()
  })

  it('without the hook is told nothing', async () => {
    class Plain extends Component {}
    const plain = await testComponent(Plain)
    await plain.limit('disk', 1, 1)
    expect(plain.actor.log).to.deep.equal([])
    await plain.close()
  })
})
