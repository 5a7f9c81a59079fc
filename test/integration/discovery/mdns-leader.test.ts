/** Leaders of groups, as any DNS-SD browser of the network sees them. */
import Bonjour, { type Service } from 'bonjour-service'
import { expect } from 'chai'
import { type LeaderRecord, type MdnsDiscovery, mdnsDiscovery } from '../../../discovery/index.js'
import { newRecord } from '../../compliance/discovery.js'
import { Heard } from '../../compliance/heard.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { until } from '../../support/events.js'
import { Cellist, cells } from '../../unit/runtime/groups/cell.js'
import { mdnsPort } from './networks.js'

/** A plain browser, which knows nothing of us but the service type. */
class Browser {
  readonly up = new Map<string, { readonly port: number; readonly txt: Record<string, string> }>()
  readonly #bonjour: Bonjour

  constructor(port: number) {
    const socket = { type: 'udp4', port, interface: '127.0.0.1', bind: '0.0.0.0' }
    this.#bonjour = new Bonjour(socket, () => undefined)
    const browser = this.#bonjour.find({ type: 'quorate-ldr' })
    const see = ({ name, port, txt }: Service): void => {
      this.up.set(name, { port, txt: { ...txt } })
    }
    browser.on('up', see)
    browser.on('txt-update', see)
    browser.on('down', ({ name }: Service) => this.up.delete(name))
  }

  /** The TXT records that are there. */
  get leaders(): Record<string, string>[] {
    return [...this.up.values()].map(({ txt }) => txt)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#bonjour.destroy(resolve))
  }
}

describe('a leader, announced by mDNS', function () {
  this.timeout(30_000)
  let port = 0
  const browsers: Browser[] = []
  const made: MdnsDiscovery[] = []
  const actors = new ActorsForTests()

  beforeEach(() => {
    port = mdnsPort()
  })
  afterEach(async () => {
    await Promise.all([
      ...made.splice(0).map((each) => each.stop()),
      ...browsers.splice(0).map((each) => each.close()),
    ])
  })

  const discovery = (): MdnsDiscovery => mdnsDiscovery({ interface: '127.0.0.1', port })
  function browse(): Browser {
    const browser = new Browser(port)
    browsers.push(browser)
    return browser
  }
  async function started(): Promise<MdnsDiscovery> {
    const mdns = discovery()
    made.push(mdns)
    await mdns.start(new Heard())
    return mdns
  }

  const actorId = 'ab'.repeat(8)
  const leader: LeaderRecord = {
    ...{ app: 'grid', group: 'Cell.north', epoch: 7, term: 2, member: 'cd'.repeat(16), actorId },
    ...{ host: '127.0.0.1', port: 4711 },
  }

  it('is seen with its group, ballot and port, in its newest ballot, until it leads no more', async () => {
    const [early, mdns] = [browse(), await started()]
    mdns.leads([leader])
    await until(() => early.up.size === 1)
    const late = browse()
    await until(() => late.up.size === 1)
    const txt = { v: '1', app: 'grid', group: 'Cell.north', epoch: '7', term: '2', at: '127.0.0.1' }
    for (const { up } of [early, late]) {
      const name = `grid-Cell-north-${leader.member}`
      expect([...up]).to.deep.equal([
        [name, { port: 4711, txt: { ...txt, member: leader.member, id: actorId } }],
      ])
    }
    const other = { ...leader, group: 'Cell.south', member: 'ef'.repeat(16) }
    mdns.leads([{ ...leader, term: 3 }, other])
    await until(() => early.leaders.some(({ term }) => term === '3') && early.up.size === 2)
    mdns.leads([other])
    await until(() => early.up.size === 1)
    expect(early.leaders[0]).to.include({ group: 'Cell.south' })
    await mdns.stop()
    await until(() => early.up.size === 0)
  })

  it('is taken for no actor', async () => {
    const heard = new Heard()
    const other = discovery()
    made.push(other)
    await other.start(heard)
    const mdns = await started()
    mdns.leads([leader])
    const browser = browse()
    await until(() => browser.up.size === 1)
    const record = newRecord({ port: 9 })
    await mdns.announce(record)
    await heard.untilFound(record.id)
    expect(heard.foundIds).to.deep.equal([record.id])
    expect(other.state.noticed).to.equal(0)
  })

  it('is the one that the group has, and then the next', async () => {
    const browser = browse()
    const all: Cellist[] = []
    const noted = Cellist.made((each) => all.push(each))
    const started = []
    for (const name of ['A', 'B', 'C']) {
      started.push(await actors.start(cells, name, { discovery: discovery() }))
    }
    noted()
    await until(() => all.every(({ in: { size, hasLeader } }) => size === 3 && hasLeader))
    const leads = all.findIndex((each) => each.in.isLeader)
    const { in: group } = all[leads] ?? expect.fail('nobody leads')
    await until(() => browser.leaders.some(({ term }) => Number(term) === group.term))
    expect(browser.leaders).to.have.length(1)
    const before = { epoch: group.epoch, term: group.term }
    expect(browser.leaders[0]).to.include({
      group: 'Cell.north',
      epoch: String(before.epoch),
      member: group.id,
    })
    await started[leads]?.stop()
    await until(() => browser.leaders.length === 1 && browser.leaders[0]?.member !== group.id)
    const [after] = browser.leaders
    const { epoch, term } = { epoch: Number(after?.epoch), term: Number(after?.term) }
    expect(epoch > before.epoch || (epoch === before.epoch && term > before.term)).to.equal(true)
  })
})
