/** The averager with virtual time: what takes its processes minutes is here over in a moment. */
import { expect } from 'chai'
import { Averager } from '../../../../apps/averager/averager.js'
import { NodeData, SensorData } from '../../../../apps/averager/messages.js'
import { actor, app, Component, number } from '../../../../runtime/index.js'
import {
  createTestNetwork,
  type TestActor,
  type TestNetwork,
  testComponent,
} from '../../../../testing/index.js'

/** A sensor that the test reads. */
class Dial extends Component<{ value: number }> {
  readonly ready = this.pub(SensorData)
  value = this.params.value
  readonly sample = this.timer('1s', () => this.ready.send({ at: Date.now(), value: this.value }))
}

const cell = app('cell', {
  actors: {
    Node: actor({
      params: { value: number(0) },
      internal: [SensorData],
      components: (p) => ({ dial: [Dial, { value: p.value }], averager: [Averager, { Ts: 50, show: 1000 }] }),
    }),
  },
})

interface Shown {
  readonly nodes: number
  readonly estimate: number
}

function shownBy({ events }: TestActor): Shown | undefined {
  const last = events.findLast((event) => typeof event.estimate === 'number')
  return last && { nodes: Number(last.nodes), estimate: Number(last.estimate) }
}

describe('an averager', () => {
  it('tells what it believes at each step, from its first reading on', async () => {
    const tested = await testComponent(Averager, { Ts: 50, show: 1000 })
    try {
      await tested.advance('1s')
      expect(tested.published(NodeData)).to.deep.equal([])
      tested.publish(SensorData, { at: Date.now(), value: 40 })
      await tested.advance('1s')
      expect(tested.published(NodeData)).to.have.length.within(19, 20)
      const node = tested.actor.id
      expect(tested.published(NodeData)[0]).to.deep.equal({ node, sensor: 40, estimate: 40, flows: {} })
      expect(tested.actor.log.at(-1)).to.match(/^cpu 40\.00 % {3}mean of 1 node {2}40\.00 %/)
    } finally {
      await tested.close()
    }
  })

  it('meets its neighbour half way', async () => {
    const tested = await testComponent(Averager, { Ts: 50, show: 1000 })
    try {
      tested.publish(SensorData, { at: Date.now(), value: 40 })
      tested.publish(NodeData, { node: 'test', sensor: 20, estimate: 20, flows: {} })
      await tested.until(() => tested.published(NodeData).length > 0)
      expect(tested.published(NodeData)[0]).to.include({ sensor: 40, estimate: 30 })
    } finally {
      await tested.close()
    }
  })
})

describe('a cell of averagers', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork({ delayMs: { min: 1, max: 5 } })
  })
  afterEach(() => network.close())

  async function nodes(...values: number[]): Promise<TestActor[]> {
    const all: TestActor[] = []
    for (const [index, value] of values.entries()) {
      all.push(await network.start(cell, 'Node', { value }, { host: `h${index}` }))
    }
    return all
  }

  const agree = (all: readonly TestActor[], mean: number): boolean =>
    all.every((node) => {
      const shown = shownBy(node)
      return shown?.nodes === all.length && Math.abs(shown.estimate - mean) < 0.01
    })

  it('agrees on the mean, and follows a reading that changes', async () => {
    const all = await nodes(10, 20, 60)
    await network.until(() => agree(all, 30), '10s')
    const [first] = all
    if (first) first.component(Dial).value = 100
    await network.until(() => agree(all, 60), '10s')
  })

  it('goes on in two halves when the cable between them is cut, and as one when it is healed', async () => {
    const all = await nodes(10, 30, 80)
    await network.until(() => agree(all, 40), '10s')
    const [one, two, three] = all
    if (!one || !two || !three) throw new Error('three nodes')
    network.cut(one, three)
    network.cut(two, three)
    await network.until(() => agree([one, two], 20) && agree([three], 80), '20s')
    network.heal(one, three)
    network.heal(two, three)
    await network.until(() => agree(all, 40), '1min')
  })

  it('takes the share of a node that is killed back', async () => {
    const all = await nodes(0, 30, 90)
    await network.until(() => agree(all, 40), '10s')
    all.pop()?.kill()
    await network.until(() => agree(all, 15), '10s')
  })

  it('is the same after an hour, which is over in seconds', async function () {
    this.timeout(120_000)
    const all = await nodes(10, 20, 60)
    const before = process.cpuUsage()
    await network.advance('60min')
    expect(agree(all, 30)).to.equal(true)
    expect(all[0]?.component(Averager).update).to.deep.include({ late: 0 })
    expect(all[0]?.component(Averager).nodeReady.stats).to.include({ missed: 0, refused: 0 })
    expect(process.cpuUsage(before).user / 1e6).to.be.below(60)
  })
})
