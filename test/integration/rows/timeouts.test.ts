import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { limits } from '../../../ports/limits.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

describe('timeouts', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  it('set_recv_timeout, here recv({ timeout }): timeout on expiry (EAGAIN); it works on', async () => {
    const there = actors.add()
    const pub = await there.open(new Pub(Reading))
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(there.peer(pub))
    await sub.ready()
    const error = await rejectionOf(sub.recv({ timeout: 10 }))
    expect(error).to.include({ code: 'timeout', retryable: true })
    expect(error.message).to.contain('within 10 ms')
    const next = sub.recv()
    pub.send({ n: 1 })
    expect(await next).to.deep.equal({ n: 1 })
  })

  it('of each port that asks, and of each call: the time of the call goes first', async () => {
    const there = actors.add()
    const ans = await there.open(new Ans(Question, Answer, () => undefined))
    const qry = await actors.add().open(new Qry(Question, Answer, undefined, { timeout: 20 }))
    qry.update(there.peer(ans))
    await qry.ready()
    expect((await rejectionOf(qry.ask({ n: 1 }))).message).to.contain('20 ms')
    expect((await rejectionOf(qry.ask({ n: 1 }, { timeout: 30 }))).message).to.contain('30 ms')
  })

  it('set_send_timeout: there is none, because send() never waits', async () => {
    const there = actors.add()
    const pub = await there.open(new Pub(Reading))
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(there.peer(pub))
    await pub.ready()
    // All in one turn, in which the sub can take nothing.
    const frames = Math.ceil((limits.turnFrames + limits.queueFrames) * 1.1)
    const text = 'x'.repeat(limits.batchBytes)
    for (let n = 0; n < frames && pub.stats.dropped === 0; n++) pub.send({ n, text })
    expect(pub.stats.dropped).to.be.above(0)
  })
})
