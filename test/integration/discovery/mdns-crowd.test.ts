/** Three hundred records, from six processes, over mDNS on loopback. */
import { expect } from 'chai'
import { type Discovery, mdnsDiscovery } from '../../../discovery/index.js'
import { Heard } from '../../compliance/heard.js'
import { Child } from './child.js'
import { mdnsPort } from './networks.js'

const PROCESSES = 6
const RECORDS = 50

describe('mdns: a crowd', () => {
  let children: Child[] = []
  let late: Discovery | undefined

  afterEach(async () => {
    await late?.stop()
    await Promise.all(children.map((child) => child.kill()))
  })

  it('lets six processes of fifty records find each other, and a seventh find all', async () => {
    const port = mdnsPort()
    children = Array.from(
      { length: PROCESSES },
      () => new Child('announcer.ts', ['127.0.0.1', String(port), String(RECORDS), 'crowd']),
    )
    await Promise.all(children.map((child) => child.untilSaid('ready')))
    const all = children.flatMap((child) => child.ids('announced'))
    expect(new Set(all).size).to.equal(PROCESSES * RECORDS)

    late = mdnsDiscovery({ interface: '127.0.0.1', port })
    const heard = new Heard()
    const since = performance.now()
    await late.start(heard)
    await heard.untilFound(...all)
    const lateMs = performance.now() - since
    expect(heard.foundIds).to.have.members(all)
    // A packet that was lost is made up for by the repeated question after 1 s, and again after 3.
    expect(lateMs).to.be.below(5 * 3000)

    const others = all.length - RECORDS
    await Promise.all(children.map((child) => child.until(() => child.of('found').length >= others)))
    for (const child of children) {
      expect(child.ids('found')).to.have.length(others)
      expect(new Set([...child.ids('found'), ...child.ids('announced')])).to.deep.equal(new Set(all))
    }
  }).timeout(60_000)
})
