import { expect } from 'chai'
import { Clt } from '../../../ports/clt.js'
import { Srv } from '../../../ports/srv.js'
import { rejectionOf } from '../../rejection.js'
import { type Deferred, deferred } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'
import { givenUp } from './given-up.js'

type A = { n: number; by?: string | undefined }

describe('clt', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  /** A clt, and a srv that answers 1 when the test lets it. */
  async function pair() {
    const there = actors.add('Server')
    const gate: Deferred<A> = deferred<A>()
    const srv = new Srv(Question, Answer, ({ n }) => (n === 1 ? gate.promise : { n: n * 2 }), {
      bytes: (bytes) => Buffer.from(bytes).reverse(),
    })
    await there.open(srv)
    const here = actors.add('Client')
    const clt = await here.open(new Clt(Question, Answer))
    clt.update(there.peer(srv))
    await clt.ready()
    return { there, here, srv, clt, gate }
  }

  it('calls and has the answer in the same handler', async () => {
    const { here, clt } = await pair()
    const answers: number[] = []
    const done = deferred()
    const handler = async (): Promise<void> => {
      for (const n of [2, 3]) answers.push((await clt.call({ n })).n)
      done.resolve()
    }
    here.turns.run(clt, handler, undefined, undefined)
    await done.promise
    expect(answers).to.deep.equal([4, 6])
  })

  it('calls a srv in another process', async () => {
    const { peer } = await programs.start('srv')
    const clt = await actors.add().open(new Clt(Question, Answer))
    clt.update(peer)
    await clt.ready()
    for (const n of [1, 2, 3]) expect(await clt.call({ n })).to.deep.equal({ n: n * 2 })
  })

  it('keeps lock step: a second call before the answer to the first rejects with busy (EFSM)', async () => {
    const { clt, gate } = await pair()
    const first = clt.call({ n: 1 })
    const error = await rejectionOf(clt.call({ n: 2 }))
    expect(error).to.include({ code: 'busy', retryable: true })
    expect(error.message).to.contain('use a qry')
    gate.resolve({ n: 7 })
    expect(await first).to.deep.equal({ n: 7 })
    expect(await clt.call({ n: 2 })).to.deep.equal({ n: 4 })
  })

  it('works on after a time-out, with no reset() (RIAPS needs one); the late answer is dropped', async () => {
    const { clt, srv, gate } = await pair()
    await givenUp(
      (options) => clt.call({ n: 1 }, options),
      () => srv.stats.received > 0,
    )
    const next = clt.call({ n: 3 })
    gate.resolve({ n: 99 })
    expect(await next).to.deep.equal({ n: 6 })
    expect(clt.stats).to.include({ received: 1, late: 1 })
  })

  it('calls again after reset()', async () => {
    const { clt, gate } = await pair()
    const underWay = rejectionOf(clt.call({ n: 1 }))
    await clt.reset()
    expect(await underWay).to.include({ code: 'closed' })
    gate.resolve({ n: 1 })
    await clt.ready()
    expect(await clt.call({ n: 2 })).to.deep.equal({ n: 4 })
  })

  it('calls with bytes, and gets bytes', async () => {
    const { clt } = await pair()
    expect(String(await clt.callBytes(Buffer.from('abc')))).to.equal('cba')
  })

  it('has neither handler nor deadline, neither send() nor recv()', async () => {
    const { clt } = await pair()
    expect(clt.deadlineMs).to.equal(Number.POSITIVE_INFINITY)
    for (const call of ['send', 'recv']) {
      expect(() => Reflect.apply(Reflect.get(clt, call), clt, [{}])).to.throw(`${call}() makes no sense`)
    }
  })
})
