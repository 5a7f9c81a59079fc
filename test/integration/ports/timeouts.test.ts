import { expect } from 'chai'
import { Clt } from '../../../ports/clt.js'
import { openPlug } from '../../../ports/inner-plug.js'
import { Ins } from '../../../ports/ins.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Req } from '../../../ports/req.js'
import { Srv } from '../../../ports/srv.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

/** What JavaScript may give for a time-out; for a wait, Infinity is one. */
const texts: unknown[] = ['5s', '', null, {}]
const NONE = [Number.NaN, -1, Number.NEGATIVE_INFINITY, ...texts] as number[]
const ENDLESS = [Number.POSITIVE_INFINITY, 2 ** 31]

describe('a time-out that is none', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  it('is refused by each call that asks, and by the option of its port; nothing is sent', async () => {
    const there = actors.add('Server')
    const srv = await there.open(new Srv(Question, Answer, (query) => query))
    const here = actors.add()
    const [qry, clt] = [
      await here.open(new Qry(Question, Answer)),
      await here.open(new Clt(Question, Answer)),
    ]
    const req = await here.open(new Req(Question, Answer, () => undefined))
    const bytes = Buffer.of(1)
    for (const port of [clt, req]) {
      port.update(there.peer(srv))
      await port.ready()
    }
    for (const timeout of [...NONE.filter((each) => each !== null), ...ENDLESS]) {
      for (const call of [
        qry.ask({ n: 1 }, { timeout }),
        qry.askBytes(bytes, { timeout }),
        clt.call({ n: 1 }, { timeout }),
        clt.callBytes(bytes, { timeout }),
        req.send({ n: 1 }, { timeout }),
      ]) {
        expect(await rejectionOf(call), String(timeout)).to.include({ code: 'bad-option' })
      }
      const made = [
        () => new Qry(Question, Answer, undefined, { timeout }),
        () => new Clt(Question, Answer, { timeout }),
        () => new Req(Question, Answer, () => undefined, { timeout }),
      ]
      for (const make of made)
        expect(make)
          .to.throw(/timeout is/)
          .with.property('code', 'bad-option')
    }
    expect([clt.inFlight, clt.stats.sent, srv.stats.received]).to.deep.equal([0, 0, 0])
    expect(await clt.call({ n: 1 }, { timeout: 2 ** 31 - 1 })).to.deep.equal({ n: 1 })
  })

  it('is refused by ready() and by recv()', async () => {
    const here = actors.add()
    const pub = await here.open(new Pub(Question))
    const sub = await here.open(new Sub(Question))
    const ins = await here.open(new Ins(Question))
    const plug = openPlug(ins.plug().port, Question)
    for (const timeout of NONE) {
      const calls: Promise<unknown>[] = [
        sub.recv({ timeout }),
        sub.recvBytes({ timeout }),
        ins.recv({ timeout }),
      ]
      if (timeout !== null) calls.push(pub.ready({ timeout }), sub.ready({ timeout }), plug.recv({ timeout }))
      for (const call of calls) expect(await rejectionOf(call)).to.include({ code: 'bad-option' })
    }
    const endless = sub.recv({ timeout: Number.POSITIVE_INFINITY })
    sub.update(here.peer(pub))
    await sub.ready({ timeout: Number.POSITIVE_INFINITY })
    pub.send({ n: 1 })
    expect(await endless).to.deep.equal({ n: 1 })
    plug.close()
  })
})
