/**
 * Ports whose way to a peer was cut and is whole again: connections that carry nothing are made anew, the
 * others are kept.
 */
import { expect } from 'chai'
import { Ans } from '../../../ports/ans.js'
import { limits } from '../../../ports/limits.js'
import type { PeerPort } from '../../../ports/port.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import type { Reply } from '../../../ports/reply.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

const CUT_MS = 60_000
/** A timer may be a millisecond early. */
const silence = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, limits.stuckMs + 10))
/** A machine that is busy does not make a request be given up before its connection is. */
const PATIENTLY = { timeout: 20_000 }

describe('ports after a cut', function () {
  this.timeout(30_000)
  const actors = new TestActors()
  const proxies: TcpProxy[] = []
  afterEach(() => {
    actors.close()
    for (const proxy of proxies.splice(0)) proxy.close()
  })

  async function proxyTo(endpoint: string): Promise<TcpProxy> {
    const proxy = await TcpProxy.to(endpoint)
    proxies.push(proxy)
    return proxy
  }

  async function subscribed() {
    const publisher = actors.add('Publisher')
    const pub = await publisher.open(new Pub(Question))
    const proxy = await proxyTo(pub.endpoint)
    const got: number[] = []
    const gaps: number[] = []
    const handler = ({ n }: { readonly n: number }): number => got.push(n)
    const sub = await actors
      .add('Subscriber')
      .open(new Sub(Question, handler, { onGap: (_, messages) => gaps.push(messages) }))
    const peer: PeerPort = publisher.peer(pub, proxy.endpoint)
    sub.update(peer)
    await pub.ready()
    await sub.ready()
    pub.send({ n: 1 })
    await eventually(() => got.length === 1, 'the first came')
    return { pub, sub, peer, proxy, got, gaps }
  }

  it('a sub hears a publisher again by another connection, and is told what was lost', async () => {
    const { pub, sub, peer, proxy, got, gaps } = await subscribed()
    proxy.stall()
    pub.send({ n: 2 })
    await silence()
    expect(got).to.deep.equal([1])
    sub.mend(peer)
    await eventually(() => gaps.length === 1, 'the gap was told')
    pub.send({ n: 3 })
    await eventually(() => got.length === 2, 'it hears again')
    expect([got, gaps, sub.stats.missed, sub.connected]).to.deep.equal([[1, 3], [1], 1, 1])
    await eventually(() => pub.connected === 1, 'the old connection is gone')
  })

  it('a sub keeps a connection that carries something first', async () => {
    const { pub, sub, peer, proxy, got, gaps } = await subscribed()
    await silence()
    proxy.refuseNew()
    sub.mend(peer)
    pub.send({ n: 2 })
    await eventually(() => got.length === 2, 'it came by the old connection')
    proxy.mend()
    pub.send({ n: 3 })
    await eventually(() => got.length === 3, 'that goes on')
    expect([got, gaps, pub.connected]).to.deep.equal([[1, 2, 3], [], 1])
  })

  it('a sub that has just heard of a publisher connects no other way', async () => {
    const { pub, sub, peer, proxy, got } = await subscribed()
    sub.mend(peer)
    pub.send({ n: 2 })
    await eventually(() => got.length === 2, 'it came')
    expect(proxy.connections).to.equal(1)
  })

  async function asking() {
    const answerer = actors.add('Answerer')
    const handled: number[] = []
    const ans = await answerer.open(
      new Ans(Question, Answer, ({ n }, reply) => {
        handled.push(n)
        if (n > 0) reply({ n })
      }),
    )
    const proxy = await proxyTo(ans.endpoint)
    const qry = await actors.add('Asker').open(new Qry(Question, Answer))
    const peer: PeerPort = answerer.peer(ans, proxy.endpoint)
    qry.update(peer)
    await qry.ready()
    expect(await qry.ask({ n: 1 })).to.deep.equal({ n: 1 })
    return { ans, qry, peer, proxy, handled }
  }

  it('a qry asks by another connection; what was under way is rejected, and not handled later', async () => {
    const { ans, qry, peer, proxy, handled } = await asking()
    proxy.stall()
    const stuck = rejectionOf(qry.ask({ n: 2 }))
    await eventually(() => qry.stats.sent === 2, 'it left')
    await silence()
    qry.mend(peer, CUT_MS)
    expect(await stuck).to.include({ code: 'peer-lost' })
    await qry.ready()
    expect(await qry.ask({ n: 3 })).to.deep.equal({ n: 3 })
    expect(handled).to.deep.equal([1, 3])
    await eventually(() => ans.connected === 1 && qry.connected === 1, 'one connection is left')
  })

  it('a qry keeps a connection on which nothing was sent while the way was cut', async () => {
    const { qry, peer, proxy, handled } = await asking()
    const long = rejectionOf(qry.ask({ n: -1 }, { timeout: 2 * limits.stuckMs }))
    await eventually(() => handled.length === 2, 'it is handled')
    await silence()
    qry.mend(peer, 1)
    expect(await qry.ask({ n: 3 })).to.deep.equal({ n: 3 })
    expect(proxy.connections).to.equal(1)
    expect(await long).to.include({ code: 'timeout' })
  })

  it('a qry keeps a connection over which answers come, and one that nothing was sent on', async () => {
    const { qry, peer, proxy } = await asking()
    qry.mend(peer, CUT_MS)
    const long = rejectionOf(qry.ask({ n: -1 }, { timeout: 2 * limits.stuckMs }))
    await silence()
    expect(await qry.ask({ n: 2 })).to.deep.equal({ n: 2 })
    qry.mend(peer, CUT_MS)
    expect(await qry.ask({ n: 3 })).to.deep.equal({ n: 3 })
    expect(await long).to.include({ code: 'timeout' })
    expect(proxy.connections).to.equal(1)
  })

  it('a sub that follows its publisher elsewhere goes on with the way by which it hears', async () => {
    const { pub, sub, peer, proxy, got, gaps } = await subscribed()
    const second = await proxyTo(pub.endpoint)
    second.refuseNew()
    sub.update({ ...peer, endpoint: second.endpoint })
    await silence()
    sub.mend(peer)
    pub.send({ n: 2 })
    await eventually(() => got.length === 2, 'it came by the former way')
    second.mend()
    await eventually(() => proxy.standing === 0, 'the former way is given up')
    pub.send({ n: 3 })
    await eventually(() => got.length === 3, 'it came by the other way')
    expect([got, gaps, sub.connected]).to.deep.equal([[1, 2, 3], [], 1])
  })

  it('a qry that follows its peer elsewhere asks there once the way is whole', async () => {
    const { ans, qry, peer, proxy, handled } = await asking()
    const second = await proxyTo(ans.endpoint)
    second.refuseNew()
    qry.update({ ...peer, endpoint: second.endpoint })
    proxy.stall()
    const stuck = rejectionOf(qry.ask({ n: 2 }, PATIENTLY))
    await eventually(() => qry.stats.sent === 2, 'it left')
    await silence()
    second.mend()
    qry.mend(peer, CUT_MS)
    expect(await stuck).to.include({ code: 'peer-lost' })
    await qry.ready()
    expect(await qry.ask({ n: 3 })).to.deep.equal({ n: 3 })
    expect(handled).to.deep.equal([1, 3])
    expect(qry.connected).to.equal(1)
  })

  it('a qry gets by the new connection what was asked by one before the stuck one', async () => {
    const answerer = actors.add('Answerer')
    const later = deferred<Reply<{ n: number }>>()
    const ans = await answerer.open(
      new Ans(Question, Answer, ({ n }, reply) => {
        if (n === 1) later.resolve(reply)
        else reply({ n })
      }),
    )
    const [first, second] = [await proxyTo(ans.endpoint), await proxyTo(ans.endpoint)]
    const qry = await actors.add('Asker').open(new Qry(Question, Answer))
    qry.update(answerer.peer(ans, first.endpoint))
    await qry.ready()
    const long = qry.ask({ n: 1 }, PATIENTLY)
    const reply = await later.promise
    qry.update(answerer.peer(ans, second.endpoint))
    await eventually(() => ans.connected === 2, 'the second way')
    expect(await qry.ask({ n: 2 })).to.deep.equal({ n: 2 })
    second.stall()
    const stuck = rejectionOf(qry.ask({ n: 3 }, PATIENTLY))
    await eventually(() => qry.stats.sent === 3, 'it left')
    await silence()
    qry.mend(answerer.peer(ans), CUT_MS)
    expect(await stuck).to.include({ code: 'peer-lost' })
    await qry.ready()
    first.cut(true)
    const answered = long.then(() => true)
    // Until it sees that the first way is gone, what it says goes there.
    const says = (): boolean => reply({ n: 1 }) && qry.inFlight === 0
    await eventually(says, 'the answer')
    expect(await answered).to.equal(true)
  })
})
