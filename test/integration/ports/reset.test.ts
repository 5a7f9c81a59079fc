import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { OperationError } from '../../../ports/errors.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { freePort } from '../../support/free-port.js'
import { Answer, Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

describe('reset()', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function pubAndSub() {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const there = actors.add('Subscriber')
    const got: unknown[] = []
    const sub = await there.open(new Sub(Anything, (value) => got.push(value)))
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    return { environment, pub, there, sub, got }
  }

  async function qryAndAns() {
    const environment = actors.add('Answerer')
    const ans = new Ans(Question, Answer, ({ n }, reply) => n >= 0 && reply({ n }))
    await environment.open(ans)
    const qry = await actors.add('Asker').open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    return { environment, ans, qry }
  }

  it('twice at once leaves a port that is where it says', async () => {
    const { environment, pub, there, sub, got } = await pubAndSub()
    await Promise.all([pub.reset(), pub.reset()])
    await eventually(() => sub.connected === 0, 'the former link is over')
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'the sub is connected')
    pub.send('new')
    await eventually(() => got.includes('new'), 'the message')
    expect(there.failures).to.deep.equal([])

    const asked = await qryAndAns()
    await Promise.all([asked.ans.reset(), asked.ans.reset()])
    await eventually(() => asked.qry.connected === 0, 'the former link is over')
    asked.qry.update(asked.environment.peer(asked.ans))
    await eventually(() => asked.qry.connected === 1, 'the qry is connected')
    expect(await asked.qry.ask({ n: 1 })).to.deep.equal({ n: 1 })
  })

  it('many times at once works with an address that was given', async () => {
    const port = await freePort()
    const environment = actors.add()
    const ans = await environment.open(new Ans(Question, Answer, ({ n }, reply) => reply({ n }), { port }))
    for (let round = 0; round < 5; round++) await Promise.all([ans.reset(), ans.reset(), ans.reset()])
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'the qry is connected')
    expect(ans.info.port).to.equal(port)
  })

  it('of a sub connects it again to all that it was told of', async () => {
    const { pub, sub, got, there } = await pubAndSub()
    const changes = there.changes
    await sub.reset()
    expect(sub.connected).to.equal(0)
    expect(there.changes).to.be.above(changes)
    await eventually(() => sub.connected === 1, 'connected again')
    await eventually(() => pub.connected === 1, 'once, for the publisher')
    pub.send(1)
    await eventually(() => got.length === 1, 'a message')
    expect(sub.stats.missed).to.equal(0)
  })

  it('of a pub gives it a new address; a subscriber that follows it there sees the gap', async () => {
    const { environment, pub, sub, got } = await pubAndSub()
    pub.send(1)
    await eventually(() => got.length === 1, 'a message')
    const { endpoint } = pub
    const { changes } = environment
    await pub.reset()
    expect(pub.connected).to.equal(0)
    expect(pub.endpoint).not.to.equal(endpoint)
    expect(environment.changes).to.be.above(changes)
    pub.send('nobody hears')
    await new Promise((resolve) => setImmediate(resolve))
    sub.update(environment.peer(pub))
    await eventually(() => pub.connected === 1, 'connected to the new address')
    pub.send(3)
    await eventually(() => got.length === 2, 'a message')
    expect(got).to.deep.equal([1, 3])
    expect(sub.stats.missed).to.equal(1)
  })

  it('of a pub in the midst of sending confuses no count and no frame of the new socket', async () => {
    const { environment, pub, sub, got } = await pubAndSub()
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 50; n++) pub.send('x'.repeat(5000))
      const resetting = pub.reset()
      expect(() => pub.send('not now')).to.throw('being reset')
      await resetting
      pub.send('a')
      pub.send('b')
    }
    sub.update(environment.peer(pub))
    await eventually(() => pub.connected === 1, 'connected')
    for (let n = 0; n < 100; n++) pub.send(n)
    await eventually(() => got.at(-1) === 99, 'the last message')
    expect(got.slice(-100)).to.deep.equal(Array.from({ length: 100 }, (_, n) => n))
    expect(pub.stats).to.include({ sent: 20 * 52 + 100, dropped: 0 })
  })

  it('of a pub or ans with a port of its own binds that port again', async () => {
    const environment = actors.add()
    const port = await freePort()
    const pub = new Pub(Anything, { port })
    await environment.open(pub)
    for (let times = 0; times < 5; times++) await pub.reset()
    expect(pub.info.port).to.equal(port)
    const another = await freePort()
    const ans = new Ans(Question, Answer, () => undefined, { port: another })
    await environment.open(ans)
    for (let times = 0; times < 5; times++) await ans.reset()
    expect(ans.info.port).to.equal(another)
  })

  it('of a qry rejects what was under way with closed, and asks again afterwards', async () => {
    const { ans, qry } = await qryAndAns()
    const underWay = [
      qry.ask({ n: -1 }),
      qry.send({ n: -1 }),
      qry.sendBytes(Buffer.alloc(50_000)),
      qry.recv(),
    ]
    const rejections = underWay.map(rejectionOf)
    await qry.reset()
    for (const error of await Promise.all(rejections)) expect(error).to.include({ code: 'closed' })
    await eventually(() => qry.connected === 1 && ans.connected === 1, 'connected again, once')
    expect(await qry.ask({ n: 3 })).to.deep.equal({ n: 3 })
  })

  it('of an ans tells its askers at once', async () => {
    const { environment, ans, qry } = await qryAndAns()
    const asked = rejectionOf(qry.ask({ n: -1 }))
    await eventually(() => ans.stats.received === 1, 'the query is there')
    await ans.reset()
    expect(await asked).to.include({ code: 'peer-lost' })
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected to the new address')
    expect(await qry.ask({ n: 4 })).to.deep.equal({ n: 4 })
  })

  it('that is overtaken by close(), or by another, leaves no socket behind', async () => {
    const { pub, sub } = await pubAndSub()
    const resetting = rejectionOf(pub.reset())
    pub.close()
    expect(await resetting).to.include({ code: 'closed' })
    expect(pub.isOpen).to.equal(false)
    expect(() => pub.send(1)).to.throw('not open')
    await Promise.all([sub.reset(), sub.reset()])
    expect(await rejectionOf(pub.reset())).to.include({ code: 'not-open' })
  })

  it('that fails leaves a port that says why, and another reset mends it', async () => {
    const { environment, pub, sub, got } = await pubAndSub()
    const { changes } = environment
    // An address of no host: it is for documents.
    environment.bindHost = '192.0.2.1'
    expect(await rejectionOf(pub.reset())).to.include({ code: 'cannot-bind' })
    expect(pub.info).to.include({ host: '', port: -1 })
    expect(environment.changes).to.be.above(changes)
    expect(() => pub.send(1))
      .to.throw(OperationError, /its reset failed: component\.pub cannot bind tcp:\/\/192\.0\.2\.1/)
      .with.property('code', 'not-open')
    expect(await rejectionOf(pub.reset())).to.include({ code: 'cannot-bind' })
    environment.bindHost = '127.0.0.1'
    await pub.reset()
    expect(pub.info).to.include({ host: '127.0.0.1' })
    await eventually(() => sub.connected === 0, 'the former link is over')
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    pub.send('mended')
    await eventually(() => got.includes('mended'), 'the message')
  })

  it('that fails because the address was taken meanwhile ends no recv() in silence', async () => {
    const environment = actors.add()
    const ans = await environment.open(new Ans(Question, Answer))
    const waiting = rejectionOf(ans.recv())
    environment.bindHost = '192.0.2.1'
    expect(await rejectionOf(ans.reset())).to.include({ code: 'cannot-bind' })
    expect(await waiting).to.include({ code: 'closed' })
    const error = await rejectionOf(ans.recv({ timeout: 1 }))
    expect(error).to.include({ code: 'not-open' })
    expect(error.message).to.contain('its reset failed')
    ans.close()
    expect((await rejectionOf(ans.recv())).message).to.contain('not open')
  })

  it('of a port that could not be opened finds it closed', async () => {
    const environment = actors.add()
    environment.bindHost = '192.0.2.1'
    const pub = new Pub(Anything)
    expect(await rejectionOf(environment.open(pub))).to.include({ code: 'cannot-bind' })
    expect(pub.isOpen).to.equal(false)
    expect(await rejectionOf(pub.reset())).to.include({ code: 'not-open' })
  })

  it('fails with the address where another program holds it', async () => {
    const { pub } = await pubAndSub()
    const { port } = pub.info
    const error = await rejectionOf(actors.add().open(new Pub(Anything, { port }), 'second'))
    expect(error).to.include({ code: 'address-in-use' })
    expect(error.message).to.contain(`component.second cannot bind tcp://127.0.0.1:${port}`)
  })
})
