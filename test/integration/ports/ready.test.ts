import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { OperationError } from '../../../ports/errors.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { Timer } from '../../../ports/timer.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

describe('ready()', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function four() {
    const there = actors.add('There')
    const here = actors.add('Here')
    return {
      there,
      here,
      pub: await there.open(new Pub(Reading)),
      ans: await there.open(new Ans(Question, Answer, ({ n }, reply) => reply({ n }))),
      sub: await here.open(new Sub(Reading)),
      qry: await here.open(new Qry(Question, Answer)),
    }
  }

  it('waits for a peer, and what is sent then arrives', async () => {
    const { there, pub, ans, sub, qry } = await four()
    const all = Promise.all([sub.ready(), pub.ready(), qry.ready(), qry.ready()])
    sub.update(there.peer(pub))
    qry.update(there.peer(ans))
    await all
    pub.send({ n: 1 })
    expect(await sub.recv()).to.deep.equal({ n: 1 })
    expect(await qry.ask({ n: 2 })).to.deep.equal({ n: 2 })
    // At once, where one is connected.
    await Promise.all([sub.ready({ timeout: 0 }), pub.ready({ timeout: 0 }), qry.ready({ timeout: 0 })])
  })

  it('rejects with not-connected where none comes in time, and says for whom it waited', async () => {
    const { pub, sub, qry } = await four()
    for (const [port, whom] of [
      [pub, 'sub of Reading'],
      [sub, 'pub of Reading'],
      [qry, 'ans of Question#Answer'],
    ] as const) {
      const error = await rejectionOf(port.ready({ timeout: 5 }))
      expect(error).to.include({ code: 'not-connected', retryable: true })
      expect(error.message).to.contain(`component.${port.kind}: no ${whom} was connected within 5 ms`)
    }
  })

  it('waits again after the peer was lost, and through a reset', async () => {
    const { there, pub, ans, sub, qry } = await four()
    sub.update(there.peer(pub))
    qry.update(there.peer(ans))
    await Promise.all([sub.ready(), qry.ready()])
    sub.drop(there.peer(pub))
    qry.drop(there.peer(ans))
    const again = Promise.all([sub.ready(), qry.ready()])
    await Promise.all([sub.reset(), qry.reset()])
    sub.update(there.peer(pub))
    qry.update(there.peer(ans))
    await again
  })

  it('rejects with closed where the port is closed meanwhile, with not-open where it is', async () => {
    const { sub } = await four()
    const waiting = rejectionOf(sub.ready({ timeout: Number.POSITIVE_INFINITY }))
    sub.close()
    expect(await waiting).to.include({ code: 'closed' })
    expect(await rejectionOf(sub.ready())).to.include({ code: 'not-open' })
  })

  it('makes no sense where nobody is waited for', async () => {
    const { ans } = await four()
    for (const port of [ans, new Timer(10, () => undefined)]) {
      expect(() => Reflect.apply(Reflect.get(port, 'ready'), port, []))
        .to.throw(OperationError, 'ready() makes no sense')
        .with.property('code', 'wrong-direction')
    }
  })
})

describe('for await on a sub', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function connected() {
    const there = actors.add()
    const pub = await there.open(new Pub(Reading))
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(there.peer(pub))
    await sub.ready()
    return { there, pub, sub }
  }

  it('gives every message, through a reset, until the port is closed', async () => {
    const { pub, sub } = await connected()
    const got: number[] = []
    const loop = (async () => {
      for await (const { n } of sub) got.push(n)
    })()
    for (let n = 0; n < 100; n++) pub.send({ n })
    await eventually(() => got.length === 100, 'the messages')
    await sub.reset()
    await sub.ready()
    pub.send({ n: 100 })
    await eventually(() => got.length === 101, 'the one after the reset')
    sub.close()
    await loop
    expect(got).to.deep.equal(Array.from({ length: 101 }, (_, n) => n))
  })

  it('can be left and taken up again', async () => {
    const { pub, sub } = await connected()
    for (let n = 0; n < 4; n++) pub.send({ n })
    for await (const { n } of sub) if (n === 1) break
    for await (const { n } of sub) {
      expect(n).to.equal(2)
      break
    }
    expect(await sub.recv()).to.deep.equal({ n: 3 })
  })

  it('throws where there is a handler, or the port is not open', async () => {
    const handled = await actors.add().open(new Sub(Reading, () => undefined))
    expect(await rejectionOf(handled[Symbol.asyncIterator]().next())).to.include({ code: 'has-handler' })
    expect(await rejectionOf(new Sub(Reading)[Symbol.asyncIterator]().next())).to.include({
      code: 'not-open',
    })
  })
})

describe('a connecting port', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  it('that gets no socket tells so, and connects when it is told of the peer again', async () => {
    const there = actors.add()
    const here = actors.add()
    const pub = await there.open(new Pub(Reading))
    const ans = await there.open(new Ans(Question, Answer))
    const sub = await here.open(new Sub(Reading))
    const qry = await here.open(new Qry(Question, Answer))
    const { subscriber, dealer } = here.sockets
    const none = (): never => {
      throw new Error('too many')
    }
    Object.assign(here.sockets, { subscriber: none, dealer: none })
    sub.update(there.peer(pub))
    qry.update(there.peer(ans))
    expect(here.told('connect')).to.deep.equal([
      `cannot connect to ${pub.endpoint}: too many`,
      `cannot connect to ${ans.endpoint}: too many`,
    ])
    Object.assign(here.sockets, { subscriber, dealer })
    // A text that is no endpoint leaves nothing behind either.
    sub.update(there.peer(pub, 'nowhere'))
    qry.update(there.peer(ans, 'nowhere'))
    expect(here.told('connect')).to.have.length(4)
    sub.update(there.peer(pub))
    qry.update(there.peer(ans))
    await Promise.all([sub.ready(), qry.ready()])
  })
})
