/** Askers, answerers, a foreman and workers in memory: who gets what, and what is lost when one goes. */
import { expect } from 'chai'
import { Answerer } from '../../../../apps/qryans/answerer.js'
import qryans from '../../../../apps/qryans/app.js'
import { Asker } from '../../../../apps/qryans/asker.js'
import { Foreman } from '../../../../apps/qryans/foreman.js'
import { createTestNetwork, type TestActor, type TestNetwork } from '../../../../testing/index.js'

let network: TestNetwork
const start = (name: string, params = {}, host = 'host'): Promise<TestActor> =>
  network.start(qryans, name, params, { host })

/** What the events of an actor say under a name. */
function told({ events }: TestActor, name: string): unknown[] {
  return events.flatMap((event) => (event[name] === undefined ? [] : [event[name]]))
}

describe('askers and answerers', () => {
  let asker: TestActor
  beforeEach(async () => {
    network = createTestNetwork()
    asker = await start('Asker', { period: 2000 }, 'a')
  })
  afterEach(() => network.close())

  const lastRound = (): string | undefined => asker.log.findLast((line) => line.includes('answered'))

  it('asks nobody while nobody is there', async () => {
    await network.advance('1min')
    expect(asker.log).to.deep.equal([])
  })

  it('asks all answerers at once, one question each', async () => {
    const answerers = [await start('Answerer'), await start('Answerer'), await start('Answerer')]
    await network.until(() => lastRound() === '3 answered: 1, 4, 9')
    const received = answerers.map((each) => each.component(Answerer).square.stats.received)
    expect(received).to.deep.equal([1, 1, 1])
  })

  it('is counted down by one of them, a step every 200 ms', async () => {
    await start('Answerer')
    const at: number[] = []
    for (const left of [2, 1, 0]) {
      await network.until(() => told(asker, 'left').at(-1) === left)
      at.push(network.now)
    }
    const [two = 0, one = 0, zero = 0] = at
    expect([one - two, zero - one]).to.deep.equal([200, 200])
  })

  it('loses what it asked of one that is cut off, and goes on with the others', async () => {
    await start('Answerer', {}, 'b')
    await start('Answerer', {}, 'c')
    await network.until(() => lastRound() === '2 answered: 1, 4')
    network.cut('a', 'c')
    await network.until(() => told(asker, 'lost').at(-1) === 1)
    await network.until(() => asker.component(Asker).square.connected === 1)
    await network.until(() => told(asker, 'answerers').at(-1) === 1)
    expect(told(asker, 'lost').at(-1)).to.equal(0)
    network.heal('a', 'c')
    await network.until(() => told(asker, 'answerers').at(-1) === 2)
    expect(told(asker, 'lost').at(-1)).to.equal(0)
  })

  it('knows at once that an answerer was killed over its countdown', async () => {
    const answerer = await start('Answerer')
    await network.until(() => told(asker, 'left').at(-1) === 2)
    answerer.kill()
    await network.until(() => asker.component(Asker).square.connected === 0, '1s')
    await network.advance('1min')
    expect(told(asker, 'left')).to.deep.equal([2])
    await start('Answerer')
    await network.until(() => told(asker, 'left').at(-1) === 0)
  })
})

describe('a foreman and workers', () => {
  let foreman: TestActor
  beforeEach(async () => {
    network = createTestNetwork()
    foreman = await start('Foreman', { pace: 100 })
  })
  afterEach(() => network.close())

  it('gives jobs to whoever has waited longest, and hears what is done', async () => {
    const workers = [await start('Worker'), await start('Worker'), await start('Worker')]
    await network.until(() => told(foreman, 'done').length === 6)
    const words = ['level', 'desserts', 'noon', 'reward', 'radar', 'level']
    expect(told(foreman, 'done')).to.deep.equal(words)
    const ids = workers.map(({ id }) => id)
    expect(told(foreman, 'worker')).to.deep.equal([...ids, ...ids])
  })

  it('gives no job to a worker that is gone: the next one gets it', async () => {
    const [first, second] = [await start('Worker'), await start('Worker')]
    await network.until(() => told(foreman, 'done').length === 2)
    first.kill()
    const { free } = foreman.component(Foreman)
    await network.until(() => free.connected === 1)
    const before = told(foreman, 'worker').length
    await network.until(() => told(foreman, 'done').length === before + 5)
    expect(new Set(told(foreman, 'worker').slice(before))).to.deep.equal(new Set([second.id]))
    // None was lost with the one that is gone.
    const all = ['level', 'desserts', 'noon', 'reward', 'radar']
    const done = told(foreman, 'done')
    expect(done).to.deep.equal(done.map((_, index) => all[index % all.length]))
  })

  it('has its workers again after it was started anew', async () => {
    const worker = await start('Worker')
    await network.until(() => told(foreman, 'done').length === 1)
    foreman.kill()
    await network.advance('10s')
    const another = await start('Foreman', { pace: 100 })
    await network.until(() => told(another, 'done').length === 3)
    expect(new Set(told(another, 'worker'))).to.deep.equal(new Set([worker.id]))
  })
})
