/** A component whose mailbox is full still gets what its own handler waits for. */
import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { limits } from '../../../ports/limits.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Anything, Question, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

const MANY = 3 * limits.mailboxMessages

describe('a component with a full mailbox', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function flooded(handler: (n: number) => Promise<unknown>) {
    const there = actors.add('Publisher')
    const pub = await there.open(new Pub(Reading))
    const here = actors.add('Busy')
    let handled = 0
    const sub = new Sub(Reading, async ({ n }) => {
      await handler(n)
      handled++
    })
    await here.open(sub)
    sub.update(there.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    const flood = (): void => {
      for (let n = 0; n < MANY; n++) pub.send({ n })
    }
    return { there, here, flood, handled: () => handled }
  }

  it('gets the answers that its handlers ask for', async () => {
    const qry = new Qry(Question, Answer, () => undefined)
    const { there, here, flood, handled } = await flooded((n) => qry.ask({ n }, { timeout: 60_000 }))
    const ans = await there.open(new Ans(Question, Answer, ({ n }, reply) => reply({ n })))
    await here.open(qry)
    qry.update(there.peer(ans))
    await eventually(() => qry.connected === 1, 'the qry is connected')
    flood()
    await eventually(() => handled() === MANY, 'all are handled')
    expect(here.failures).to.deep.equal([])
  })

  it('gets the messages that its handlers pull', async () => {
    const others = new Sub(Anything)
    const pulled: unknown[] = []
    const { there, here, flood, handled } = await flooded(async () => {
      if (pulled.length < 5) pulled.push(await others.recv())
    })
    const pub = await there.open(new Pub(Anything), 'other')
    await here.open(others, 'others')
    others.update(there.peer(pub))
    await eventually(() => others.connected === 1, 'the other is connected')
    flood()
    await eventually(() => here.isFull, 'the mailbox is full')
    for (let n = 0; n < 5; n++) {
      pub.send(n)
      await eventually(() => pulled.length > n, `message ${n}`)
    }
    await eventually(() => handled() === MANY, 'all are handled')
    expect(pulled).to.deep.equal([0, 1, 2, 3, 4])
  })

  it('is not read for answers to send() unless one asks', async () => {
    const hold = deferred<void>()
    const { there, here, flood } = await flooded(() => hold.promise)
    const ans = await there.open(new Ans(Question, Answer, ({ n }, reply) => reply({ n })))
    const got: number[] = []
    const qry = await here.open(new Qry(Question, Answer, ({ n }) => got.push(n)))
    qry.update(there.peer(ans))
    await eventually(() => qry.connected === 1, 'the qry is connected')
    flood()
    await eventually(() => here.isFull, 'the mailbox is full')
    for (let n = 0; n < 5; n++) {
      await qry.send({ n })
      await eventually(() => ans.stats.sent === n + 1, `answer ${n}`)
    }
    // The read that was under way when the mailbox became full has brought one in.
    expect(qry.stats.received).to.be.below(2)
    expect(await qry.ask({ n: 5 })).to.deep.equal({ n: 5 })
    expect(qry.stats).to.include({ received: 6, dropped: 0 })
    hold.resolve()
    await eventually(() => got.length === 5, 'the answers')
    expect(got).to.deep.equal([0, 1, 2, 3, 4])
  })
})
