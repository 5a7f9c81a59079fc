/** Three hundred records, from six processes, over mDNS on loopback. */
import { expect } from 'chai'
import { mdnsDiscovery } from '../../../discovery/index.js'
import { Heard } from '../../compliance/heard.js'
import { Child } from './child.js'
import { mdnsPort } from './networks.js'

const PROCESSES = 6
const RECORDS = 50

describe('mdns: a crowd', () => {
  it('lets six processes of fifty records find each other, and a seventh find all', async () => {
    const port = mdnsPort()
    const children = Array.from(
      { length: PROCESSES },
      () => new Child('announcer.ts', ['127.0.0.1', String(port), String(RECORDS), 'crowd']),
    )
    const late = mdnsDiscovery({ interface: '127.0.0.1', port })
    try {
      await Promise.all(children.map((child) => child.untilSaid('ready')))
      const all = children.flatMap((child) => child.ids('announced'))
      expect(new Set(all).size).to.equal(PROCESSES * RECORDS)
      const heard = new Heard()
      const since = performance.now()
      await late.start(heard)
      await heard.untilFound(...all)
      const lateMs = performance.now() - since
      expect(heard.foundIds).to.have.members(all)
      const others = all.length - RECORDS
      await Promise.all(children.map((child) => child.until(() => child.of('found').length >= others)))
      for (const child of children) {
        expect(new Set([...child.ids('found'), ...child.ids('announced')])).to.deep.equal(new Set(all))
        expect(child.ids('found')).to.have.length(others)
      }
      // A packet that was lost is made up for by the repeated question after 1 s, and again after 3.
      expect(lateMs).to.be.below(5 * 3000)
      await Promise.all(children.map((child) => child.stop()))
      await heard.until(() => heard.goneIds.length === all.length)
    } finally {
      await late.stop()
      await Promise.all(children.map((child) => child.kill()))
    }
  }).timeout(60_000)
})
