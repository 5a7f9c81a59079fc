/** What a group has decided is not dropped, however busy a component is; and how much may wait. */
import { expect } from 'chai'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { first, leaderOf, started } from './cells.js'

describe('what a group has decided', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork({ seed: 1 })
  })
  afterEach(() => network.close())

  it('comes to a component that is busy, all of it, in its order, when it has room', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const busy = first(others)
    let free = (): void => undefined
    busy.onOrderedMessage = (_group, { n }: { n: number }) => {
      busy.ordered.push(n)
      if (n > 0) return undefined
      return new Promise<void>((resolve) => {
        free = resolve
      })
    }
    const watched: unknown[] = []
    busy.in.state.watch('x', (_key, value) => watched.push(value))
    const most = runtimeLimits.groupArrivals + 2000
    for (let n = 0; n < most; n += 1000) {
      const some = Array.from({ length: Math.min(1000, most - n) }, (_, at) =>
        leader.in.sendOrdered({ n: n + at }),
      )
      await network.settled(Promise.all(some))
    }
    const at = leader.in.clock.now() + 1000
    const vote = leader.in.requestActionVote('open', at, { kind: 'majority' })
    expect((await network.settled(vote)).outcome).to.equal('yes')
    for (const n of [1, 2]) await network.settled(leader.in.state.set('x', n))
    await network.advance('3s')
    expect([busy.ordered, busy.results.length]).to.deep.equal([[0], 0])
    free()
    await network.until(() => busy.missed.length === 1)
    expect(busy.ordered).to.deep.equal(Array.from({ length: most }, (_, n) => n))
    expect(busy.results.map(({ outcome }) => outcome)).to.deep.equal(['yes'])
    expect([watched, busy.missed[0]?.[0], busy.actions]).to.deep.equal([[1, 2], 'open', []])
  })

  it('to do at a moment is bounded: what would be too much is refused when it is asked for', async () => {
    const { members } = await started(network, ['A', 'B'])
    const { leader } = leaderOf(members)
    const at = leader.in.clock.now() + 3_600_000
    const most = runtimeLimits.askedActions
    const asked = Array.from({ length: most + 1 }, (_, n) =>
      leader.in.requestActionVote(n, at).then(
        ({ outcome }) => outcome,
        ({ code }) => code,
      ),
    )
    const ends = await network.settled(Promise.all(asked))
    expect([ends.filter((end) => end === 'yes').length, ends[most]]).to.deep.equal([most, 'again'])
    const later = leader.in.requestActionVote('x', at).catch((error: unknown) => error)
    expect(await network.settled(later)).to.have.property('code', 'again')
    // Other votes, and those on actions elsewhere, go on.
    expect((await network.settled(leader.in.requestVote('y'))).outcome).to.equal('yes')
  })
})
