import type { GroupPeer } from '../../../../groups/index.js'
import { eventually } from '../../../support/eventually.js'
import { TcpProxy } from '../../../support/tcp-proxy.js'
import { joinDirectly, type TestMember } from './members.js'

describe('links of a group', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  function join(): TestMember {
    return joinDirectly(ends)
  }

  it('carry messages again where TCP connections stand and carry nothing', async () => {
    const [a, b] = [join(), join()]
    await eventually(() => a.peer !== undefined && b.peer !== undefined, 'both are bound')
    const proxies: TcpProxy[] = []
    const behind = async ({ peer }: TestMember): Promise<GroupPeer> => {
      if (!peer) throw new Error('it is bound')
      const gpub = await TcpProxy.to(peer.gpub)
      const gans = await TcpProxy.to(peer.gans)
      proxies.push(gpub, gans)
      return { ...peer, gpub: gpub.endpoint, gans: gans.endpoint }
    }
    a.link.send({ do: 'peers', member: 1, peers: [await behind(b)] })
    b.link.send({ do: 'peers', member: 1, peers: [await behind(a)] })
    ends.push(() => {
      for (const proxy of proxies) proxy.close()
    })
    const isUp = (): boolean => [a, b].every(({ connected }) => connected.length === 1)
    await eventually(isUp, 'both are connected')
    for (const proxy of proxies) proxy.stall()
    await eventually(() => {
      for (const member of [a, b]) member.say('all', 'after')
      return [a, b].every(({ messages }) => messages.some(({ text }) => text === 'after'))
    }, 'they hear each other')
    await eventually(isUp, 'both are connected again')
    await eventually(
      () => proxies.every(({ connections }) => connections === 2),
      'each was dialled anew, once',
    )
  })
})
