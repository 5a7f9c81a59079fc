import { expect } from 'chai'
import { PortError } from '../../../ports/index.js'
import { type TestComponent, TestingError, testComponent } from '../../../testing/index.js'
import { rejectionOf } from '../../rejection.js'
import {
  Answer,
  Call,
  Client,
  Nearby,
  Order,
  Question,
  Reading,
  Receipt,
  Result,
  Server,
  Source,
} from './lab.js'

describe('a component under test that answers', () => {
  let tested: TestComponent<Server>
  beforeEach(async () => {
    tested = await testComponent(Server)
  })
  afterEach(() => tested.close())

  it('gets what the test publishes, and the test what it publishes, from onActivate on', async () => {
    tested.publish(Reading, { n: 1 })
    tested.publish(Reading, { n: 2 })
    await tested.advance('10ms')
    expect(tested.published(Nearby)).to.deep.equal([{ n: 0 }, { n: 2 }, { n: 3 }])
  })

  it('answers the test at its ans, rep and srv ports', async () => {
    expect(await tested.ask(Question, Answer, { n: 5 })).to.deep.equal({ n: 10 })
    expect(await tested.ask(Order, Receipt, { n: 5 })).to.deep.equal({ n: 15 })
    expect(await tested.ask(Call, Result, { n: 5 })).to.deep.equal({ n: 20 })
    const error = await rejectionOf(tested.ask(Call, Result, { n: -1 }))
    expect(error).to.be.instanceOf(PortError).with.property('code', 'remote')
    expect(tested.actor.log.at(-1)).to.include('negative')
  })

  it('has no port where the test asks for one that is not there', async () => {
    expect(() => tested.publish(Nearby, { n: 1 })).to.throw(TestingError, 'has no sub of Nearby')
    expect(() => tested.published(Answer)).to.throw(TestingError, 'has no pub of Answer')
    expect(() => tested.answer(Question, Answer, () => ({ n: 1 }))).to.throw(
      TestingError,
      'no qry, req or clt',
    )
    expect(await rejectionOf(tested.ask(Question, Receipt, { n: 1 }))).to.be.instanceOf(TestingError)
  })
})

describe('a component under test that asks', () => {
  let tested: TestComponent<Client>
  beforeEach(async () => {
    tested = await testComponent(Client)
  })
  afterEach(() => tested.close())

  it('is answered by the fakes of the test at its qry, req and clt ports', async () => {
    tested.answer(Question, Answer, ({ n }) => ({ n: n + 100 }))
    tested.answer(Order, Receipt, async ({ n }) => ({ n: n + 200 }))
    tested.answer(Call, Result, ({ n }, reply) => void setTimeout(() => reply({ n: n + 300 }), 50))
    const { asks, orders, calls, got } = tested.component
    expect(await tested.settled(asks.ask({ n: 1 }))).to.deep.equal({ n: 101 })
    await tested.settled(orders.send({ n: 1 }))
    expect(got).to.deep.equal([201])
    const askedMs = tested.network.now
    expect(await tested.settled(calls.call({ n: 1 }))).to.deep.equal({ n: 301 })
    expect(tested.network.now - askedMs).to.be.within(50, 55)
  })

  it('may be answered several times, not at all, or by an error', async () => {
    const { asks, got } = tested.component
    tested.answer(Question, Answer, ({ n }, reply) => {
      for (const add of [1, 2, 3]) reply({ n: n + add })
      return undefined
    })
    await tested.settled(asks.send({ n: 10 }))
    await tested.until(() => got.length === 3)
    expect(got).to.deep.equal([11, 12, 13])
    tested.answer(Question, Answer, () => undefined)
    const late = await rejectionOf(tested.settled(asks.ask({ n: 1 })))
    expect(late).to.be.instanceOf(PortError).with.property('code', 'timeout')
    tested.answer(Question, Answer, () => {
      throw new Error('not today')
    })
    const failed = await rejectionOf(tested.settled(asks.ask({ n: 1 })))
    expect(failed).to.be.instanceOf(PortError).with.property('code', 'remote')
  })

  it('hears from a fake that is missing what to do', async () => {
    const error = await rejectionOf(tested.settled(tested.component.calls.call({ n: 1 })))
    expect(String(error)).to.include('the test gave no answer for Call#Result; call answer() first')
  })
})

describe('a component that does not start', () => {
  class Broken extends Source {
    override onActivate(): void {
      throw new Error('no such device')
    }
  }

  it('is told as its actor would tell it, and the clock is free again', async () => {
    const error = await rejectionOf(testComponent(Broken))
    expect(String(error)).to.include('no such device')
    await (await testComponent(Source)).close()
  })
})
