import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Rep } from '../../../ports/rep.js'
import type { Reply } from '../../../ports/reply.js'
import { Req } from '../../../ports/req.js'
import { rejectionOf } from '../../rejection.js'
import { type Deferred, deferred, eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { BoundPrograms } from './bound.js'

type A = { n: number; by?: string | undefined }

describe('req', () => {
  const actors = new TestActors()
  const programs = new BoundPrograms()
  afterEach(async () => {
    actors.close()
    await programs.end()
  })

  /** A req, and a rep that replies to a request when the test lets it: all at once where it does not wait. */
  async function pair() {
    const there = actors.add('Replier')
    const gates = new Map<number, Deferred<A>>()
    const asked: number[] = []
    const rep = await there.open(
      new Rep(Question, Answer, ({ n }) => {
        asked.push(n)
        return gates.get(n)?.promise ?? { n: n * 2 }
      }),
    )
    const got: string[] = []
    const req = new Req(Question, Answer, ({ n }, from) => got.push(`${n} of ${from.actor}`), {
      bytes: (bytes) => got.push(`bytes ${bytes.length}`),
    })
    await actors.add('Requester').open(req)
    req.update(there.peer(rep))
    await req.ready()
    const hold = (n: number): Deferred<A> => {
      const gate = deferred<A>()
      gates.set(n, gate)
      return gate
    }
    return { there, rep, req, asked, got, hold }
  }

  it('sends a request without waiting; its handler gets the reply, and who gave it', async () => {
    const { req, got, hold } = await pair()
    const gate = hold(1)
    const sent = req.send({ n: 1 })
    expect([req.inFlight, got]).to.deep.equal([1, []])
    gate.resolve({ n: 2 })
    await sent
    expect([req.inFlight, got]).to.deep.equal([0, ['2 of Replier']])
  })

  it('gets the reply of a rep in another process', async () => {
    const { peer } = await programs.start('rep')
    const got: number[] = []
    const req = await actors.add().open(new Req(Question, Answer, ({ n }) => got.push(n)))
    req.update(peer)
    await req.ready()
    for (const n of [1, 2, 3]) await req.send({ n })
    expect(got).to.deep.equal([2, 4, 6])
  })

  it('abandons a request when another follows: it rejects, and its late reply is dropped', async () => {
    const { req, got, hold, asked } = await pair()
    const gate = hold(1)
    const first = rejectionOf(req.send({ n: 1 }))
    await eventually(() => asked.length === 1, 'the first is there')
    const second = req.send({ n: 2 })
    expect(await first).to.include({ code: 'abandoned', retryable: false })
    gate.resolve({ n: 99 })
    await second
    expect(got).to.deep.equal(['4 of Replier'])
    expect(req.stats).to.include({ received: 1, late: 1 })
  })

  it('can send again after a time-out, with no reset()', async () => {
    const { req, got, hold } = await pair()
    const gate = hold(1)
    expect(await rejectionOf(req.send({ n: 1 }, { timeout: 20 }))).to.include({ code: 'timeout' })
    gate.resolve({ n: 99 })
    await req.send({ n: 2 })
    expect(got).to.deep.equal(['4 of Replier'])
  })

  it('keeps to its rules after reset() (RIAPS loses them)', async () => {
    const { req, got, hold, asked } = await pair()
    const underWay = rejectionOf(req.send({ n: 5 }))
    await req.reset()
    expect(await underWay).to.include({ code: 'closed' })
    await req.ready()
    const gate = hold(1)
    const first = rejectionOf(req.send({ n: 1 }))
    await eventually(() => asked.includes(1), 'the first is there')
    const second = req.send({ n: 2 })
    gate.resolve({ n: 99 })
    expect(await first).to.include({ code: 'abandoned' })
    await second
    expect(got).to.deep.equal(['4 of Replier'])
  })

  it('has no recv(): replies go to the handler (RIAPS: recv() in the handler)', async () => {
    const { req } = await pair()
    expect(() => Reflect.apply(Reflect.get(req, 'recv'), req, [])).to.throw('recv() makes no sense')
  })

  it('sends bytes, whose reply in bytes goes to the handler of bytes', async () => {
    const there = actors.add()
    const got: Uint8Array[] = []
    const rep = new Rep(Question, Answer, ({ n }) => ({ n }), {
      bytes: (bytes) => Buffer.concat([bytes, bytes]),
    })
    await there.open(rep)
    const req = new Req(Question, Answer, () => undefined, { bytes: (bytes) => got.push(bytes) })
    await actors.add().open(req)
    req.update(there.peer(rep))
    await req.ready()
    await req.sendBytes(Buffer.from('ab'))
    expect(got.map(String)).to.deep.equal(['abab'])
  })

  it('takes one reply to a request, whatever the other end sends', async () => {
    const there = actors.add()
    const replies: Reply<A>[] = []
    // What a rep never does, an ans can.
    const ans = new Ans(Question, Answer, ({ n }, reply) => {
      replies.push(reply)
      for (let times = 0; times < 3; times++) reply({ n: n + times })
    })
    await there.open(ans)
    const got: number[] = []
    const req = await actors.add().open(new Req(Question, Answer, ({ n }) => got.push(n)))
    req.update(there.peer(ans))
    await req.ready()
    await req.send({ n: 1 })
    await eventually(() => req.stats.late === 2, 'the other two')
    expect(got).to.deep.equal([1])
  })
})
