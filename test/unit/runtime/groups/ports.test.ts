/** The ports of a group: what the handle says of them, and what the actor's status does. */
import { expect } from 'chai'
import type { AnyGroup, GroupPorts } from '../../../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { Cellist, cells, Loose } from './cell.js'
import { first, leaderOf, started } from './cells.js'

const KINDS = ['gpub', 'gsub', 'gqry', 'gans'] as const

describe('the ports of a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  const connected = ({ ports }: { ports: GroupPorts }): number[] => KINDS.map((kind) => ports[kind].connected)

  async function idle(host: string): Promise<Cellist> {
    return (await network.start(cells, 'Idle', {}, { host })).component(Cellist)
  }

  it('have the info of other ports: kind, scope, name, message type, host and port', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    for (const { in: cell } of members) {
      const { ports } = cell
      for (const kind of KINDS) {
        const isBound = kind === 'gpub' || kind === 'gans'
        const common = { kind, scope: 'global', name: `Cell.north.${kind}`, message: 'Data' }
        expect(ports[kind]).to.include(common)
        const host = cell.members.find(({ isSelf }) => isSelf)?.host
        expect(ports[kind].host, kind).to.equal(isBound ? host : '')
        if (isBound) expect(ports[kind].port, kind).to.be.above(0)
        else expect(ports[kind].port, kind).to.equal(-1)
      }
      expect(ports.gpub.port).not.to.equal(ports.gans.port)
    }
    await network.until(() => members.every(({ in: cell }) => connected(cell).every((count) => count === 2)))
  })

  it('lead to as many as messages get through with; of an observer, nobody asks the gans', async () => {
    const { actors, members } = await started(network, ['A', 'B'])
    const observer = await idle('o')
    const seen = await network.settled(observer.join(undefined, undefined, { observe: true }))
    await network.until(() => [seen, ...members.map(({ in: cell }) => cell)].every(({ size }) => size === 3))
    await network.until(() => connected(seen).join() === '2,2,2,0')
    // An observer has no gans that they would ask.
    for (const { in: cell } of members) {
      await network.until(() => connected(cell).join() === '2,2,1,2', 5000)
    }
    const { leader } = leaderOf(members)
    first(actors.filter((actor) => actor.component(Cellist) === leader)).kill()
    await network.until(() => connected(seen).join() === '1,1,1,0')
  })

  it('of one without a leader: all hear each other, and nobody asks', async () => {
    const idlers = [await idle('a'), await idle('b')]
    const groups = await network.settled(Promise.all(idlers.map((each) => each.join(Loose))))
    await network.until(() => groups.every((group) => connected(group).join() === '1,1,0,0'))
  })

  it('are none any more where it was left', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { in: cell } = first(members)
    const left: AnyGroup = cell
    await network.settled(cell.leave())
    for (const kind of KINDS) expect(left.ports[kind]).to.include({ host: '', port: -1, connected: 0 })
  })
})
