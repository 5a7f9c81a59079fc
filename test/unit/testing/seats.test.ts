/** Seats of groups on a test network: all at every host, or those that a test gives it. */
import { expect } from 'chai'
import { createTestNetwork } from '../../../testing/index.js'
import { Cellist, cells } from '../runtime/groups/cell.js'

describe('the seats of a host on a test network', () => {
  it('are those that it is given: who finds none of them free observes', async () => {
    const network = createTestNetwork()
    const start = async (name: string, seats: readonly number[]): Promise<Cellist> =>
      (await network.start(cells, name, {}, { host: name, seats: { Cell: seats } })).component(Cellist)
    const [a, b, c] = [await start('A', [0]), await start('B', [1]), await start('C', [0])]
    await network.until(() => [a, b, c].every(({ in: cell }) => cell.size === 3 && cell.hasLeader))
    const namesOf = (members: typeof a.in.members): string[] => members.map(({ actor }) => actor)
    expect(namesOf(c.in.members)).to.have.members(['A', 'B'])
    expect(namesOf(c.in.observers)).to.deep.equal(['C'])
    await network.close()
  })
})
