/** An actor whose listing cannot be told goes on. */
import { expect } from 'chai'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog, until } from '../../support/events.js'
import { Cellist, cells } from '../../unit/runtime/groups/cell.js'

describe('a listing that cannot be told when a group changes it', function () {
  this.timeout(30_000)
  const actors = new ActorsForTests()

  it('is said once, and ends nothing', async () => {
    const sink = new EventLog()
    const discovery = memoryDiscovery(createMemoryNetwork())
    let calls = 0
    discovery.leads = (leaders) => {
      calls++
      if (leaders.length > 0) throw new Error('there is no room')
    }
    const made: Cellist[] = []
    const noted = Cellist.made((each) => made.push(each))
    await actors.start(cells, 'Pair', { discovery, sink })
    noted()
    await until(() => made.length === 2 && made.every(({ in: { hasLeader } }) => hasLeader))
    const [leader] = made.filter(({ in: { isLeader } }) => isLeader)
    const before = calls
    // Told of as another member, by other sockets.
    const other = made.find((each) => each !== leader)
    if (!other) throw new Error('there is no other')
    await other.leave(other.in)
    other.cell = await other.join()
    await until(() => calls > before && made.every(({ in: { hasLeader } }) => hasLeader))
    const told = sink.events.filter(({ what }) => what === 'listing')
    expect(told.map(({ level }) => level)).to.deep.equal(['warn'])
    expect(told[0]?.msg).to.match(/^peers are not told what this actor has now: there is no room/)
  })
})
