import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Clt } from '../../../ports/clt.js'
import { OperationError } from '../../../ports/errors.js'
import { limits } from '../../../ports/limits.js'
import { Qry } from '../../../ports/qry.js'
import { Rep } from '../../../ports/rep.js'
import { Req } from '../../../ports/req.js'
import { Srv } from '../../../ports/srv.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { givenUp } from '../rows/given-up.js'

type A = { n: number; by?: string | undefined }

/** A promise of another library, which is none of JavaScript's own. */
class Foreign<T> implements PromiseLike<T> {
  readonly #promise: Promise<T>

  constructor(promise: Promise<T>) {
    this.#promise = promise
  }

  // biome-ignore lint/suspicious/noThenProperty: that is what makes it one.
  readonly then: Promise<T>['then'] = (...handlers) => this.#promise.then(...handlers)
}

describe('requests', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function requesting(options: { timeout?: number } = {}) {
    const there = actors.add('Replier')
    const rep = await there.open(new Rep(Question, Answer, ({ n }) => ({ n })))
    const here = actors.add('Requester')
    const got: number[] = []
    const req = await here.open(new Req(Question, Answer, ({ n }) => void got.push(n), options))
    req.update(there.peer(rep))
    await req.ready()
    return { here, req, rep, got }
  }

  it('whose replies a busy component does not handle are bounded: more reject with again', async () => {
    const { here, req, got } = await requesting()
    const outcome = deferred<unknown>()
    const asked = deferred()
    here.turns.run(
      req,
      async () => {
        for (let n = 0; n < limits.mailboxMessages; n++) await req.send({ n })
        outcome.resolve(await rejectionOf(req.send({ n: -1 })))
        await asked.promise
      },
      undefined,
      undefined,
    )
    expect(await outcome.promise).to.include({ code: 'again', retryable: true })
    expect([got.length, req.stats.dropped]).to.deep.equal([0, 1])
    asked.resolve()
    await eventually(() => got.length === limits.mailboxMessages, 'all replies')
    await req.send({ n: 7 })
    expect(got.at(-1)).to.equal(7)
  })

  it('in bytes are refused at once where no handler takes the reply', async () => {
    const { req, rep } = await requesting()
    const error = await rejectionOf(req.sendBytes(Buffer.from('x')))
    expect(error).to.be.instanceOf(OperationError).and.include({ code: 'bad-option' })
    expect(error.message).to.contain('component.req: sendBytes() needs the option `bytes`')
    await req.send({ n: 1 })
    expect(rep.stats).to.include({ received: 1, undelivered: 0 })
  })

  it('are answered by promises of any make, and fail by them', async () => {
    const there = actors.add()
    const srv = await there.open(
      new Srv(Question, Answer, ({ n }) =>
        n > 0 ? new Foreign(Promise.resolve({ n })) : new Foreign<A>(Promise.reject(new Error('no such n'))),
      ),
    )
    const clt = await actors.add().open(new Clt(Question, Answer))
    clt.update(there.peer(srv))
    await clt.ready()
    expect(await clt.call({ n: 1 })).to.deep.equal({ n: 1 })
    const failed = await rejectionOf(clt.call({ n: 0 }))
    expect(failed).to.include({ code: 'remote' })
    expect(failed.message).to.contain('no such n')
    const ans = await there.open(
      new Ans(Question, Answer, () => new Foreign(Promise.reject(new Error('not now')))),
    )
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(there.peer(ans))
    await qry.ready()
    expect((await rejectionOf(qry.ask({ n: 1 }))).message).to.contain('not now')
  })

  it('that were given up count an error that comes for them as late, too', async () => {
    const there = actors.add()
    const gate = deferred()
    const fail = async (): Promise<A> => {
      await gate.promise
      throw new Error('too late')
    }
    const srv = await there.open(new Srv(Question, Answer, fail))
    const here = actors.add()
    const clt = await here.open(new Clt(Question, Answer))
    clt.update(there.peer(srv))
    await clt.ready()
    await givenUp(
      (options) => clt.call({ n: 1 }, options),
      () => srv.stats.received > 0,
    )
    gate.resolve()
    await eventually(() => clt.stats.late === 1, 'the late error')
    expect(here.notices).to.deep.equal([])
  })

  it('reply to a handler that sends the next: a chain of them goes on, one under way at a time', async () => {
    const there = actors.add()
    const rep = await there.open(new Rep(Question, Answer, ({ n }) => ({ n: n + 1 })))
    const last = deferred<number>()
    const underWay: number[] = []
    const req: Req<A, A, A, A> = new Req(Question, Answer, ({ n }) => {
      underWay.push(req.inFlight)
      if (n === 100) last.resolve(n)
      else void req.send({ n })
    })
    await actors.add().open(req)
    req.update(there.peer(rep))
    await req.ready()
    await req.send({ n: 0 })
    expect(await last.promise).to.equal(100)
    expect(new Set(underWay)).to.deep.equal(new Set([0]))
  })

  it('that cannot be sent abandon none that is under way', async () => {
    const there = actors.add()
    const gate = deferred()
    const rep = new Rep(Question, Answer, async ({ n }) => {
      await gate.promise
      return { n }
    })
    await there.open(rep)
    const got: number[] = []
    const req = await actors.add().open(new Req(Question, Answer, ({ n }) => void got.push(n)))
    req.update(there.peer(rep))
    await req.ready()
    const first = req.send({ n: 1 })
    const nowhere = { ...there.peer(rep), port: 'nowhere' }
    expect(await rejectionOf(req.send({ n: 2 }, { to: nowhere }))).to.include({ code: 'not-connected' })
    const impossible = Object.assign({ n: 3 }, { text: Symbol('no place on the wire') })
    expect(await rejectionOf(req.send(impossible))).to.include({ code: 'unencodable' })
    gate.resolve()
    await first
    expect(got).to.deep.equal([1])
  })
})
