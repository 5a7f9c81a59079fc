import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import type { Reply } from '../../../ports/reply.js'
import { Sub } from '../../../ports/sub.js'
import { deferred, eventually } from '../../support/eventually.js'
import { freePort } from '../../support/free-port.js'
import { Anything, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

/** Milliseconds for which a way holds back what goes over it. */
const SLOW_MS = 60

describe('a port that follows its peer to another address', () => {
  const actors = new TestActors()
  const proxies: TcpProxy[] = []
  afterEach(() => {
    actors.close()
    for (const proxy of proxies.splice(0)) proxy.close()
  })

  /** Another way to the same port. */
  async function way(endpoint: string, delayMs = 0): Promise<TcpProxy> {
    const proxy = await TcpProxy.to(endpoint, { delayMs })
    proxies.push(proxy)
    return proxy
  }

  it('misses no message of a pub, and gets none twice, whichever way is the slower one', async () => {
    for (const [before, after] of [
      [0, SLOW_MS],
      [SLOW_MS, 0],
    ] as const) {
      const environment = actors.add('Publisher')
      const pub = await environment.open(new Pub(Reading))
      const got: number[] = []
      const subscriber = actors.add('Subscriber')
      const sub = await subscriber.open(new Sub(Reading, ({ n }) => got.push(n)))
      const [first, second] = [await way(pub.endpoint, before), await way(pub.endpoint, after)]
      sub.update(environment.peer(pub, first.endpoint))
      await eventually(() => sub.connected === 1, 'the first way')
      let n = 0
      const timer = setInterval(() => pub.send({ n: n++ }), 2)
      await eventually(() => got.length > 20, 'messages by the first way')
      sub.update(environment.peer(pub, second.endpoint))
      expect(sub.connected).to.equal(1)
      await eventually(() => first.standing === 0, 'the first way is given up')
      const sofar = n
      await eventually(() => (got.at(-1) ?? 0) > sofar + 20, 'messages by the second way')
      clearInterval(timer)
      expect(got).to.deep.equal([...got.keys()])
      expect(sub.stats.missed).to.equal(0)
    }
  })

  it('stays where it is heard while nobody is at the other address', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Reading))
    const got: number[] = []
    const sub = await actors.add('Subscriber').open(new Sub(Reading, ({ n }) => got.push(n)))
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    const nobody = await way(pub.endpoint)
    const { endpoint } = nobody
    nobody.close()
    sub.update(environment.peer(pub, endpoint))
    expect(sub.connected).to.equal(1)
    pub.send({ n: 7 })
    await eventually(() => got.includes(7), 'a message by the way that there is')
    sub.update(environment.peer(pub))
    for (let n = 8; n < 100; n++) {
      pub.send({ n })
      await eventually(() => got.includes(n), 'a message')
    }
    expect(got).to.deep.equal(got.map((_, at) => at + 7))
    expect(pub.connected).to.equal(1)
  })

  it('gets the answers to all that it asked before, and asks by the new way', async () => {
    const environment = actors.add('Answerer')
    const later: Reply<unknown>[] = []
    const asked = deferred<void>()
    const ans = await environment.open(
      new Ans(Anything, Anything, (value, reply) => {
        later.push(reply)
        if (value === 'send') asked.resolve()
        if (value === 'now') reply('now')
      }),
    )
    const answers: unknown[] = []
    const qry = await actors.add('Asker').open(new Qry(Anything, Anything, (answer) => answers.push(answer)))
    const first = await way(ans.endpoint)
    qry.update(environment.peer(ans, first.endpoint))
    await eventually(() => qry.connected === 1, 'the first way')
    const long = qry.ask('long')
    await qry.send('send')
    await asked.promise
    qry.update(environment.peer(ans))
    expect(await qry.ask('now'), 'while it moves').to.equal('now')
    await eventually(() => ans.connected === 2, 'the second way')
    expect(await qry.ask('now'), 'by the second way').to.equal('now')
    const [toLong, toSend] = later
    expect(toLong?.('the answer')).to.equal(true)
    expect(await long).to.equal('the answer')
    await eventually(() => ans.connected === 1, 'the first way is given up')
    expect([toSend?.('one'), toSend?.('two')]).to.deep.equal([true, true])
    await eventually(() => answers.length === 2, 'answers to what was sent')
    expect(answers).to.deep.equal(['one', 'two'])
    expect(qry.stats).to.include({ late: 0 })
  })

  it('loses what it asked when its peer is gone, wherever that was', async () => {
    const environment = actors.add('Answerer')
    const ans = await environment.open(new Ans(Anything, Anything, () => undefined))
    const qry = await actors.add('Asker').open(new Qry(Anything, Anything))
    const first = await way(ans.endpoint)
    qry.update(environment.peer(ans, first.endpoint))
    await eventually(() => qry.connected === 1, 'the first way')
    const long = qry.ask('long').catch((error) => error.code)
    qry.update(environment.peer(ans))
    await eventually(() => ans.connected === 2, 'the second way')
    qry.drop(environment.peer(ans))
    expect(await long).to.equal('peer-lost')
    expect([qry.connected, qry.inFlight]).to.deep.equal([0, 0])
  })
})

describe('a port that is renewed', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  it('is at another address, too, and cuts those at the former when that is left', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Reading))
    const got: number[] = []
    const sub = await actors.add('Subscriber').open(new Sub(Reading, ({ n }) => got.push(n)))
    const slow = await actors.add('Slow').open(new Sub(Reading, () => undefined))
    const former = environment.peer(pub)
    for (const each of [sub, slow]) each.update(former)
    await eventually(() => pub.connected === 2, 'connected')
    let n = 0
    const timer = setInterval(() => pub.send({ n: n++ }), 1)
    const leave = await pub.renew()
    expect(pub.endpoint).not.to.equal(former.endpoint)
    sub.update(environment.peer(pub))
    await eventually(() => got.length > 50 && pub.connected === 2, 'moved')
    leave()
    await eventually(() => slow.connected === 0, 'the other is cut')
    const sofar = n
    await eventually(() => (got.at(-1) ?? 0) > sofar + 20, 'messages at the new address')
    clearInterval(timer)
    expect(got.slice(1)).to.deep.equal(got.slice(0, -1).map((each) => each + 1))
    expect(sub.stats.missed).to.equal(0)
  })

  it('has the same TCP port again where it was given one', async () => {
    const environment = actors.add('Answerer')
    const port = await freePort()
    const ans = await environment.open(new Ans(Anything, Anything, (value, reply) => reply(value), { port }))
    const asker = actors.add('Asker')
    const qry = await asker.open(new Qry(Anything, Anything))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    const { changes } = asker
    const leave = await ans.renew()
    leave()
    expect(ans.info.port).to.equal(port)
    await eventually(() => asker.changes === changes + 2 && qry.connected === 1, 'cut, and connected again')
    expect(await qry.ask('x')).to.equal('x')
  })
})
