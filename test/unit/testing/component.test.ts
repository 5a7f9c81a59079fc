import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { PortError } from '../../../ports/index.js'
import { Component } from '../../../runtime/index.js'
import {
  type FakeAnswer,
  type TestComponent,
  type TestDesk,
  TestingError,
  testComponent,
} from '../../../testing/index.js'
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

  it('answers queries that come at once one after another, as those of several peers', async () => {
    class Slow extends Component {
      running = 0
      readonly most: number[] = []
      readonly receipts = this.rep(Order, Receipt, (order) => this.work(order))
      readonly results = this.srv(Call, Result, (call) => this.work(call))
      async work<T>(message: T): Promise<T> {
        this.most.push(++this.running)
        await sleep(5)
        this.running--
        return message
      }
    }
    await tested.close()
    const slow = await testComponent(Slow)
    try {
      const orders = [1, 2].map((n) => slow.ask(Order, Receipt, { n }))
      const calls = [3, 4].map((n) => slow.ask(Call, Result, { n }))
      const answers = await Promise.all([...orders, ...calls])
      expect(answers.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4])
      expect(slow.component.most).to.deep.equal([1, 1, 1, 1])
    } finally {
      await slow.close()
    }
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

  it('works on after a query that the test did not answer, or answers by an error later', async () => {
    const { asks, orders, calls, got } = tested.component
    const all = (n: number): Promise<unknown>[] => [
      asks.ask({ n }, { timeout: 100 }),
      orders.send({ n }, { timeout: 100 }),
      calls.call({ n }, { timeout: 100 }),
    ]
    const codes = (): Promise<unknown[]> =>
      tested.settled(Promise.all(all(1).map(async (work) => Reflect.get(await rejectionOf(work), 'code'))))
    const answers = (fake: FakeAnswer<{ n: number }, { n: number }>): void => {
      tested.answer(Question, Answer, fake)
      tested.answer(Order, Receipt, fake)
      tested.answer(Call, Result, fake)
    }
    answers(() => undefined)
    expect(await codes()).to.deep.equal(['timeout', 'timeout', 'timeout'])
    answers(() => new Promise(() => undefined))
    expect(await codes()).to.deep.equal(['timeout', 'timeout', 'timeout'])
    answers(() => Promise.reject(new Error('not today')))
    expect(await codes()).to.deep.equal(['remote', 'remote', 'remote'])
    answers(({ n }) => ({ n }))
    const [asked, , called] = await tested.settled(Promise.all(all(7)))
    expect([asked, called, ...got]).to.deep.equal([{ n: 7 }, { n: 7 }, 7])
  })

  it('hears from a fake that is missing what to do', async () => {
    const error = await rejectionOf(tested.settled(tested.component.calls.call({ n: 1 })))
    expect(String(error)).to.include('the test gave no answer for Call#Result; call answer() first')
  })
})

describe('a component that asks and waits as it starts', () => {
  class Early extends Component {
    got: number[] = []
    readonly question = this.qry(Question, Answer)
    readonly call = this.clt(Call, Result)
    readonly reading = this.sub(Reading)
    override async onActivate(): Promise<void> {
      const asked = await Promise.all([this.question.ask({ n: 1 }), this.call.call({ n: 2 })])
      this.got = [...asked, await this.reading.recv()].map(({ n }) => n)
    }
  }

  it('gets what its test set before', async () => {
    const tested = await testComponent(
      Early,
      {},
      {
        before: (desk) => {
          desk.answer(Question, Answer, ({ n }) => ({ n: n + 10 }))
          desk.answer(Call, Result, ({ n }) => ({ n: n + 20 }))
          desk.publish(Reading, { n: 33 })
        },
      },
    )
    expect(tested.component.got).to.deep.equal([11, 22, 33])
    await tested.close()
  })

  it('that waits for what does not come is told to wait', async () => {
    class Waiting extends Component {
      readonly reading = this.sub(Reading)
      override async onActivate(): Promise<void> {
        await this.reading.recv()
      }
    }
    const error = await rejectionOf(testComponent(Waiting))
    expect(error).to.have.property('code', 'not-reached')
    expect(String(error)).to.include('the actor Tested did not start (does onActivate wait')
  })

  it('is told how, where it is not; what before() throws is told, too', async () => {
    const error = await rejectionOf(testComponent(Early))
    expect(String(error)).to.include('in the option `before` if the component asks in onActivate')
    const before = (desk: TestDesk): void => desk.publish(Nearby, { n: 1 })
    expect(await rejectionOf(testComponent(Early, {}, { before }))).to.have.property('code', 'no-such-port')
    await (await testComponent(Source)).close()
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
