/** What a component sees of its group where it becomes another member of it: it is the same component. */
import { expect } from 'chai'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'
import { Cellist, cells } from './cell.js'
import { first, leaderOf, started } from './cells.js'

const SEATED = 3

describe('a component that becomes another member', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork({ seed: 3 })
  })
  afterEach(() => network.close())

  /** Three members, and a component that waits for a seat. */
  async function fourth() {
    const { actors, members } = await started(network, ['A', 'B', 'C', 'D'])
    const [last] = members.slice(SEATED)
    if (!last) throw new Error('nobody waits')
    const seated = members.slice(0, SEATED)
    const { leader, others } = leaderOf(seated)
    const victim = actors[seated.indexOf(first(others))]
    if (!victim) throw new Error('nobody can go')
    const isSeated = (): boolean => last.in.members.some(({ isSelf }) => isSelf)
    return { last, leader, others, victim, isSeated }
  }

  it('hears of values that changed, once, and of no older ones', async () => {
    const { last, leader, victim, isSeated } = await fourth()
    for (const n of [1, 2, 3]) await network.settled(leader.in.state.set('k', n))
    await network.settled(leader.in.state.set('same', 1))
    await network.until(() => last.in.state.get('same') === 1)
    const seen: unknown[] = []
    last.in.state.watch(undefined, (key, value) => seen.push([key, value, last.in.state.get('k')]))
    victim.kill()
    await network.until(isSeated)
    await network.settled(leader.in.state.set('k', 4))
    await network.until(() => last.in.state.get('k') === 4)
    await network.advance('1s')
    expect(seen).to.deep.equal([['k', 4, 4]])
  })

  it('hears that only it left and joined, and whom it follows', async () => {
    const { last, victim, others, isSeated } = await fourth()
    last.told.length = 0
    victim.kill()
    await network.until(() => isSeated() && last.told.includes(`left ${victim.name}`))
    await network.advance('1s')
    expect(others.length).to.equal(SEATED - 1)
    const told = new Set(last.told.filter((each) => /^(left|joined)/.test(each)))
    expect([...told].sort()).to.deep.equal(['joined self', 'left self', `left ${victim.name}`].sort())
  })

  it('has the values of the group where it was cut off while they changed', async () => {
    const near: TestActor[] = []
    for (const name of ['A', 'B']) near.push(await network.start(cells, name, {}, { host: 'near' }))
    const [a, b] = near.map((actor) => actor.component(Cellist))
    if (!a || !b) throw new Error('two are missing')
    await network.until(() => [a, b].every(({ in: cell }) => cell.hasLeader && cell.size === 2))
    const c = await network.start(cells, 'C', {}, { host: 'far' })
    const d = await network.start(cells, 'D', {}, { host: 'far' })
    const last = d.component(Cellist)
    await network.until(() => [a, b, last].every(({ in: cell }) => cell.size === 4))
    await network.until(() => c.component(Cellist).in.members.length === SEATED)
    await network.settled(a.in.state.set('gone', 1))
    await network.settled(a.in.state.set('k', 1))
    await network.until(() => last.in.state.get('k') === 1)
    network.cut('near', 'far')
    c.kill()
    await network.until(() => last.in.observers.length === 0 || !last.in.hasLeader)
    const leads = (): Cellist | undefined => [a, b].find(({ in: cell }) => cell.isLeader)
    await network.advance('8s')
    await network.until(() => leads() !== undefined)
    const leader = leads() ?? a
    await network.settled(leader.in.state.delete('gone'))
    // More than stays in the log: what comes to the other is a snapshot, which has no deletions.
    for (let round = 0; round < 3; round++) {
      const sets = Array.from({ length: 1000 }, (_, n) => leader.in.state.set('k', round * 1000 + n))
      await network.settled(Promise.all(sets))
    }
    network.heal('near', 'far')
    await network.until(() => last.in.hasLeader && last.in.members.some(({ isSelf }) => isSelf))
    await network.until(() => last.in.state.get('k') === 2999)
    const told = [a, b, last].map(({ in: cell }) => [...cell.state.entries()])
    expect(told).to.deep.equal(Array(told.length).fill([['k', 2999]]))
  })
})

describe('a component that leaves while it hands over', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('hears at once that it does so no more', async () => {
    const { members, actors } = await started(network, ['A', 'B'])
    const { leader } = leaderOf(members)
    const [one, other] = actors
    if (one && other) network.cut(one.host, other.host)
    const handing = leader.in.transferLeadership().then(
      () => 'handed over',
      ({ code }) => code,
    )
    const beganMs = network.now
    void leader.in.leave()
    expect(await network.settled(handing)).to.equal('left')
    expect(network.now - beganMs).to.be.below(1000)
  })
})

describe('a component that leaves while a seat becomes free', () => {
  let network: TestNetwork | undefined
  afterEach(() => network?.close())

  for (const seed of [1, 2, 3, 4]) {
    it(`leaves it to others (${seed})`, async () => {
      network = createTestNetwork({ seed, delayMs: { min: 0, max: 8 } })
      const { actors, members } = await started(network, ['A', 'B', 'C', 'D'])
      const { others } = leaderOf(members)
      const seated = others.filter(({ in: cell }) => cell.members.some(({ isSelf }) => isSelf))
      const last = first(members.slice(SEATED))
      last.onLeaderExited = (group) => void group.leave()
      actors[members.indexOf(first(seated))]?.kill()
      await network.advance('5s')
      // Where it was not unseated before it heard of its seat, it goes on.
      await network.settled(last.in.leave())
      const after = (await network.start(cells, 'Idle')).component(Cellist)
      const group = await network.settled(after.join())
      await network.until(() => group.members.some(({ isSelf }) => isSelf))
    })
  }
})
