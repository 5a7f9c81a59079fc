import { expect } from 'chai'
import { createMemoryNetwork } from '../../../discovery/index.js'
import { discoveryOn, type HostDiscovery } from '../../../testing/discovery.js'
import { Hosts } from '../../../testing/hosts.js'
import { newRecord } from '../../compliance/discovery.js'

describe('discovery on a test network', () => {
  const ends: Record<string, (discovery: HostDiscovery) => unknown> = {
    stop: (discovery) => discovery.stop(),
    'the death of its process': (discovery) => discovery.die(),
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`asks afresh when a cable is healed, and no more after ${name}`, async () => {
      const network = createMemoryNetwork()
      const hosts = new Hosts(() => 0)
      const [a, b] = [hosts.host('a'), hosts.host('b')]
      const found: string[] = []
      const discovery = discoveryOn(network, hosts, a)
      const ignored = (): void => undefined
      await discovery.start({ found: ({ id }) => found.push(id), gone: ignored, notice: ignored })
      const healed = async (id: string): Promise<void> => {
        network.records.set(id, newRecord({ id }))
        hosts.cut(a, b)
        hosts.heal(a, b)
        await Promise.resolve()
      }
      await healed('00000000000000aa')
      expect(found).to.deep.equal(['00000000000000aa'])
      await end(discovery)
      await healed('00000000000000bb')
      expect(found).to.deep.equal(['00000000000000aa'])
    })
  }
})
