import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import type { Sender } from '../../../ports/arrival.js'
import { Clt } from '../../../ports/clt.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Rep } from '../../../ports/rep.js'
import { Req } from '../../../ports/req.js'
import { Srv } from '../../../ports/srv.js'
import { Sub } from '../../../ports/sub.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

const TIMED = { timed: true }

/** Between the clock before the sending and the one now. */
function expectTimes(from: Sender | undefined, beganAt: number): void {
  const { sentAt = Number.NaN, receivedAt = Number.NaN } = from ?? {}
  expect(sentAt).to.be.within(beganAt - 1, receivedAt)
  expect(receivedAt).to.be.within(sentAt, Date.now() + 1)
}

describe('timed ports', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function published(sends: boolean, hears: boolean): Promise<Sender[]> {
    const [there, here] = [actors.add('Publisher'), actors.add()]
    const pub = await there.open(new Pub(Anything, { timed: sends, keep: 2 }))
    const got: Sender[] = []
    const sub = new Sub(Anything, (_, from) => got.push(from), { timed: hears })
    pub.send('kept')
    await here.open(sub)
    sub.update(there.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    for (let n = 0; n < 3; n++) pub.send(n)
    await eventually(() => got.length === 4, 'all came')
    return got
  }

  it('tell a sub when a message was sent and when it came, a kept one too', async () => {
    const beganAt = Date.now()
    const got = await published(true, true)
    for (const from of got) expectTimes(from, beganAt)
    expect(got[0]).to.include({ actor: 'Publisher', component: 'component', port: 'pub' })
  })

  it('tell only when it came where the sender is untimed, and nothing where the receiver is', async () => {
    const [from] = await published(false, true)
    expect(from?.sentAt).to.equal(undefined)
    expect(from?.receivedAt).to.be.a('number')
    const [untimed] = await published(true, false)
    expect(untimed).to.have.all.keys('actor', 'actorId', 'component', 'port')
  })

  it('tell both sides of a query, beside the time at which it is given up', async () => {
    const [there, here] = [actors.add('Answerer'), actors.add()]
    let asker: Sender | undefined
    let answerer: Sender | undefined
    const ans = await there.open(
      new Ans(
        Question,
        Answer,
        (question, reply) => {
          asker = reply.from
          reply(question)
        },
        TIMED,
      ),
    )
    const qry = await here.open(
      new Qry(
        Question,
        Answer,
        (_, from) => {
          answerer = from
        },
        TIMED,
      ),
    )
    qry.update(there.peer(ans))
    await qry.ready()
    const beganAt = Date.now()
    expect(await qry.ask({ n: 1 }, { timeout: 2000 })).to.deep.equal({ n: 1 })
    expectTimes(asker, beganAt)
    await qry.send({ n: 2 })
    await eventually(() => answerer !== undefined, 'the answer')
    expectTimes(answerer, beganAt)
  })

  it('tell both sides of a request, and a srv of its calls', async () => {
    const [there, here] = [actors.add('Replier'), actors.add()]
    const asked: Sender[] = []
    const replied: Sender[] = []
    const answer = (question: { n: number }, from: Sender): { n: number } => {
      asked.push(from)
      return question
    }
    const rep = await there.open(new Rep(Question, Answer, answer, TIMED))
    const srv = await there.open(new Srv(Question, Answer, answer, TIMED))
    const req = await here.open(new Req(Question, Answer, (_, from) => replied.push(from), TIMED))
    const clt = await here.open(new Clt(Question, Answer, TIMED))
    req.update(there.peer(rep))
    clt.update(there.peer(srv))
    await Promise.all([req.ready(), clt.ready()])
    const beganAt = Date.now()
    await req.send({ n: 1 })
    await clt.call({ n: 2 })
    expect([asked.length, replied.length]).to.deep.equal([2, 1])
    for (const from of [...asked, ...replied]) expectTimes(from, beganAt)
  })
})
