/** The ponger by itself, and at play with pingers: naps, deaths, and cables that are cut. */
import { expect } from 'chai'
import pingpong from '../../../../apps/pingpong/app.js'
import { Ping, Pong } from '../../../../apps/pingpong/messages.js'
import { Pinger } from '../../../../apps/pingpong/pinger.js'
import { Ponger } from '../../../../apps/pingpong/ponger.js'
import {
  createTestNetwork,
  type TestActor,
  type TestComponent,
  type TestNetwork,
  testComponent,
} from '../../../../testing/index.js'

describe('the ponger', () => {
  let tested: TestComponent<Ponger>

  beforeEach(async () => {
    tested = await testComponent(Ponger, { nap: 3, asleep: 400, lives: 0 })
  })
  afterEach(() => tested.close())

  it('answers each ping with its number, and sleeps over each third', async () => {
    const tookMs: number[] = []
    for (let n = 1; n <= 6; n++) {
      const askedMs = tested.network.now
      expect(await tested.ask(Ping, Pong, { n })).to.deep.equal({ n })
      tookMs.push(tested.network.now - askedMs)
    }
    expect(tookMs.map((ms) => (ms >= 400 ? 'slept' : 'awake'))).to.deep.equal([
      'awake',
      'awake',
      'slept',
      'awake',
      'awake',
      'slept',
    ])
    expect(tested.actor.log).to.deep.equal(['falls asleep over ping 3', 'falls asleep over ping 6'])
  })
})

describe('a pinger and pongers', () => {
  let network: TestNetwork
  let pinger: TestActor

  beforeEach(async () => {
    network = createTestNetwork()
    pinger = await network.start(pingpong, 'Pinger', { rest: 500, patience: 200 }, { host: 'a' })
  })
  afterEach(() => network.close())

  const ponger = (nap = 0): Promise<TestActor> =>
    network.start(pingpong, 'Ponger', { nap, asleep: 300 }, { host: 'b' })
  /** The numbers of the pings that got a pong. */
  const pongs = (): number[] =>
    pinger.log.filter((line) => line.includes(': pong of')).map((line) => Number(line.split(/[ :]/)[1]))
  const says = (text: RegExp): Promise<void> =>
    network.until(() => pinger.log.some((line) => text.test(line)))

  it('gives up each ping that the ponger sleeps over, and none other', async () => {
    await ponger(5)
    await network.until(() => pongs().length === 10)
    expect(pongs()).to.deep.equal([1, 2, 3, 4, 6, 7, 8, 9, 11, 12])
    expect(pinger.log.filter((line) => line.includes('no pong within 200 ms'))).to.have.length(2)
  })

  it('knows without waiting that the ponger died over a ping, and plays on with another', async () => {
    const first = await ponger(1)
    await network.until(() => pinger.component(Pinger).state === 'waiting')
    const killedMs = network.now
    first.kill()
    await says(/^ping 1: the ponger is gone$/)
    // Its patience is 200 ms.
    expect(network.now - killedMs).to.be.below(50)
    await says(/^nobody is there$/)
    await ponger()
    await network.until(() => pongs().length === 3)
  })

  it('misses pongs while the cable is cut, and gets them again when it is healed', async () => {
    await ponger()
    await network.until(() => pongs().length === 2)
    network.cut('a', 'b')
    await says(/no pong within 200 ms$/)
    await says(/^nobody is there$/)
    const before = pongs().length
    network.heal('a', 'b')
    await network.until(() => pongs().length === before + 3)
  })
})
