/** The pinger by itself: the test is the ponger, and the time is the test's. */
import { expect } from 'chai'
import { Ping, Pong } from '../../../../apps/pingpong/messages.js'
import { Pinger } from '../../../../apps/pingpong/pinger.js'
import { actor, app } from '../../../../runtime/index.js'
import {
  createTestNetwork,
  type TestComponent,
  type TestNetwork,
  testComponent,
} from '../../../../testing/index.js'

const params = { rest: 500, patience: 200 }

describe('the pinger', () => {
  let tested: TestComponent<Pinger>

  beforeEach(async () => {
    tested = await testComponent(Pinger, params)
  })
  afterEach(() => tested.close())

  const told = (): string[] => tested.actor.log.filter((text) => text.startsWith('ping '))

  it('sends one ping after another, with a rest between them', async () => {
    const pinged: number[] = []
    tested.answer(Ping, Pong, (ping) => {
      pinged.push(tested.network.now)
      return ping
    })
    await tested.until(() => pinged.length === 4)
    const gaps = pinged.slice(1).map((at, i) => at - (pinged[i] ?? 0))
    for (const gap of gaps) expect(gap).to.be.within(params.rest, params.rest + 5)
    expect(told()[0]).to.match(/^ping 1: pong of \w+ after \d+\.\d ms$/)
  })

  it('waits for a pong only so long, rests, and takes no late one for the next', async () => {
    let pings = 0
    tested.answer(Ping, Pong, ({ n }, reply) => {
      // The first comes while the second is waited for.
      if (++pings === 1) setTimeout(() => reply({ n }), params.patience + params.rest + 50)
      return undefined
    })
    await tested.until(() => pings === 2)
    expect(tested.component.state).to.equal('waiting')
    await tested.advance(100)
    expect(tested.component.ping.stats.late).to.equal(1)
    expect(tested.component.state).to.equal('waiting')
    await tested.advance(params.patience)
    expect(tested.component.state).to.equal('resting')
    expect(told()).to.deep.equal(['ping 1: no pong within 200 ms', 'ping 2: no pong within 200 ms'])
  })

  it('has one timer running at a time: that of its rest, or that of its patience', async () => {
    let pings = 0
    tested.answer(Ping, Pong, () => {
      pings++
      return undefined
    })
    const { next, patience } = tested.component
    expect([next.running, patience.running]).to.deep.equal([true, false])
    await tested.until(() => pings === 1)
    expect([next.running, patience.running]).to.deep.equal([false, true])
  })
})

describe('the pinger without a ponger', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('says once that nobody is there, and goes on resting', async () => {
    const alone = app('alone', {
      actors: { Pinger: actor({ components: () => ({ it: [Pinger, params] }) }) },
    })
    const pinger = await network.start(alone, 'Pinger')
    await network.advance('10s')
    expect(pinger.log).to.deep.equal(['nobody is there'])
    expect(pinger.component(Pinger).state).to.equal('resting')
  })
})
