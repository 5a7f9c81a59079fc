/** Groupies with virtual time: what their scripts say is what happens, and all count the same. */
import { expect } from 'chai'
import groupie from '../../../../apps/groupie/app.js'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'

type Counts = Readonly<Record<string, number>>

describe('groupies', function () {
  this.timeout(30_000)
  let network: TestNetwork

  beforeEach(() => {
    network = createTestNetwork({ delayMs: { min: 1, max: 3 } })
  })
  afterEach(() => network.close())

  /** Starts one of each script; counts are told each second. */
  async function start(...scripts: readonly string[]): Promise<TestActor[]> {
    const all: TestActor[] = []
    for (const script of scripts) {
      all.push(await network.start(groupie, 'Groupie', { script, show: 1000 }, { host: `h${all.length}` }))
    }
    return all
  }
  const countsOf = ({ events }: TestActor, group = 'Pair.A'): Counts => {
    const counts = events.findLast((event) => event.group === group && 'counts' in event)?.counts
    return isCounts(counts) ? counts : {}
  }
  const sum = (all: readonly TestActor[], what: string): number =>
    all.reduce((total, actor) => total + (countsOf(actor)[what] ?? 0), 0)

  it('send, order and tell at their paces, and all hear all of it', async () => {
    const script = 'join A; send 10/s; order 5/s; tell leader 5/s; tell members 1/s'
    const [one, two, three] = await start(script, script, 'join A')
    if (!one || !two || !three) throw new Error('three groupies')
    await network.advance('11s')
    for (const actor of [one, two]) {
      const { sent, ordered, failed } = countsOf(actor)
      expect(sent).to.be.within(105, 115)
      expect(ordered).to.be.within(50, 58)
      expect(failed).to.equal(undefined)
    }
    const told = sum([one, two], 'told the leader')
    expect(sum([one, two, three], 'told as leader')).to.be.within(told - 2, told)
    for (const actor of [one, two, three]) {
      const { received, 'received in order': inOrder } = countsOf(actor)
      expect(received).to.be.within(205, sum([one, two], 'sent'))
      expect(inOrder).to.be.within(sum([one, two], 'ordered') - 6, sum([one, two], 'ordered') + 6)
    }
  })

  it('vote and act: all hear every outcome, and run every action that was agreed', async () => {
    const quiet = 'join A'
    const all = await start('join A; vote majority 2/s; act consensus 1/s', quiet, quiet)
    await network.advance('10s')
    const yes = sum(all, 'yes') / 3
    expect(yes).to.be.above(20)
    for (const actor of all) {
      const { asked, actions, failed, ...counts } = countsOf(actor)
      expect(counts).to.deep.include({ yes, elections: 1, joined: 3 })
      expect(asked).to.be.within(yes, yes + 1)
      expect(actions).to.be.within(8, 10)
      expect(failed).to.equal(undefined)
      expect(counts).not.to.have.any.keys('no', 'timeout', 'unknown', 'actions missed')
    }
  })

  it('say what they are told to say', async () => {
    const all = await start('join A; vote consensus 1/s', 'join A; say no', 'join A')
    await network.advance('6s')
    for (const actor of all) expect(countsOf(actor).no).to.be.above(2)
    await network.close()
    network = createTestNetwork()
    const silent = await start(
      'join A; vote consensus 1/s; vote majority 1/s',
      'join A; say nothing',
      'join A',
    )
    await network.advance('8s')
    for (const actor of silent) {
      expect(countsOf(actor).yes).to.be.above(2)
      expect(countsOf(actor).timeout).to.be.above(2)
    }
  })

  it('leave and come back, and the others go on meanwhile', async () => {
    const stay = 'join A; send 10/s'
    const all = await start('join A; send 10/s; leave after 4s; rejoin after 4s', stay, stay)
    const [first, second] = all
    if (!first || !second) throw new Error('three groupies')
    await network.until(() => first.log.includes('left Pair.A'))
    const { sent } = countsOf(first)
    await network.advance('3s')
    expect(countsOf(first).sent).to.be.within(sent ?? 0, (sent ?? 0) + 10)
    await network.until(() => first.log.filter((line) => line === 'joined Pair.A').length === 2)
    await network.until(() => (countsOf(second).joined ?? 0) >= 4)
    await network.advance('3s')
    expect(countsOf(first).sent).to.be.above((sent ?? 0) + 15)
    expect(countsOf(second)).to.include({ left: 1 })
  })

  it('hand the lead over', async () => {
    const all = await start(...Array.from({ length: 3 }, () => 'join A; tell leader 10/s; transfer after 3s'))
    await network.until(() => all.some(({ log }) => log.includes('handed the lead of Pair.A over')))
    await network.advance('2s')
    for (const actor of all) expect(countsOf(actor).elections).to.be.above(1)
  })

  it('observe, and are in several groups at once, those without a leader too', async () => {
    const script = 'join Trio.C; vote consensus 1/s; join Crowd.B; send 1/s'
    const watching = 'join Trio.C as observer; join Crowd.B; send 1/s'
    const all = await start(script, script, script, watching)
    await network.advance('6s')
    for (const actor of all) {
      expect(countsOf(actor, 'Trio.C')).to.include({ joined: 4 })
      expect(countsOf(actor, 'Trio.C').yes).to.be.above(5)
      expect(countsOf(actor, 'Crowd.B').received).to.be.above(15)
      expect(countsOf(actor, 'Crowd.B')).not.to.have.any.keys('failed', 'elections')
    }
    expect(all[3]?.log.join('\n')).not.to.contain('is led by this one')
  })
})

function isCounts(value: unknown): value is Counts {
  return typeof value === 'object' && value !== null
}
