import { expect } from 'chai'
import { OperationError } from '../../../ports/errors.js'
import type { Peer } from '../../../ports/port.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Anything, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe('pub and sub', () => {
  const actors = new TestActors()
  const proxies: TcpProxy[] = []
  afterEach(() => {
    actors.close()
    for (const proxy of proxies.splice(0)) proxy.close()
  })

  async function publisher() {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Reading))
    return { environment, pub, send: (n: number) => pub.send({ n }) }
  }

  async function subscriber() {
    const environment = actors.add('Subscriber')
    const got: number[] = []
    const gaps: number[] = []
    const peers: Peer[] = []
    const handler = (m: { n: number }, from: Peer) => {
      got.push(m.n)
      peers.push(from)
    }
    const sub = await environment.open(new Sub(Reading, handler, { onGap: (_, n) => gaps.push(n) }))
    return { environment, sub, got, gaps, peers }
  }

  it('deliver nothing from before the welcome and everything after it, in order and once', async () => {
    const { environment, pub, send } = await publisher()
    const { sub, got, peers } = await subscriber()
    sub.update(environment.peer(pub))
    for (let n = -1; sub.connected === 0; n--) {
      send(n)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const early = got.length
    for (const n of range(0, 5000)) send(n)
    await eventually(() => got.at(-1) === 4999, 'the last message')
    expect(got.slice(early).filter((n) => n >= 0)).to.deep.equal(range(0, 5000))
    expect(sub.stats).to.include({ missed: 0, refused: 0, received: got.length })
    expect(peers[0]).to.equal(peers[1])
    expect(peers[0]).to.include({ actor: 'Publisher', actorId: environment.actorId, port: 'pub' })
    expect(peers[0]).to.be.frozen
  })

  it('show on both sides that they are connected, and by whom', async () => {
    const { environment, pub } = await publisher()
    const one = await subscriber()
    const two = await subscriber()
    expect([pub.connected, one.sub.connected]).to.deep.equal([0, 0])
    for (const { sub } of [one, two]) sub.update(environment.peer(pub))
    await eventually(() => one.sub.connected + two.sub.connected === 2, 'both connected')
    expect(pub.connected).to.equal(2)
    expect(pub.subscribers).to.have.members([one.environment.actorId, two.environment.actorId])
    expect(one.sub.peers[0]).to.include({ actorId: environment.actorId })
    one.sub.drop(environment.peer(pub))
    expect(one.sub.connected).to.equal(0)
    await eventually(() => pub.connected === 1, 'one left')
    expect(pub.subscribers).to.deep.equal([two.environment.actorId])
    two.sub.close()
    await eventually(() => pub.connected === 0, 'none left')
  })

  it('go on after the connection was cut; what was sent meanwhile is counted as missed', async () => {
    const { environment, pub, send } = await publisher()
    const { sub, got, gaps } = await subscriber()
    const proxy = await TcpProxy.to(pub.endpoint)
    proxies.push(proxy)
    sub.update(environment.peer(pub, proxy.endpoint))
    await eventually(() => sub.connected === 1, 'connected')
    for (const n of range(0, 10)) send(n)
    await eventually(() => got.length === 10, 'ten messages')
    proxy.cut(true)
    await eventually(() => sub.connected === 0 && pub.connected === 0, 'both sides see the cut')
    for (const n of range(10, 25)) send(n)
    proxy.mend()
    await eventually(() => sub.connected === 1, 'connected again')
    for (const n of range(25, 30)) send(n)
    await eventually(() => got.at(-1) === 29, 'messages flow again')
    expect(got).to.deep.equal([...range(0, 10), ...range(25, 30)])
    expect(gaps).to.deep.equal([15])
    expect(sub.stats.missed).to.equal(15)
  })

  it('take the same endpoint once more for nothing new, and follow the publisher to another', async () => {
    const { environment, pub, send } = await publisher()
    const { sub, got } = await subscriber()
    const proxy = await TcpProxy.to(pub.endpoint)
    proxies.push(proxy)
    for (let times = 0; times < 3; times++) sub.update(environment.peer(pub, proxy.endpoint))
    await eventually(() => sub.connected === 1, 'connected')
    expect([proxy.connections, pub.connected]).to.deep.equal([1, 1])
    send(1)
    await eventually(() => got.length === 1, 'a message')
    sub.update(environment.peer(pub))
    send(2)
    await eventually(() => sub.connected === 1 && pub.connected === 1, 'connected to the new endpoint alone')
    send(3)
    await eventually(() => got.at(-1) === 3, 'a message on the new way')
    expect(got.length + sub.stats.missed).to.equal(3)
  })

  it('never take a program that got the address of a publisher for it', async () => {
    const first = await publisher()
    const { sub, got } = await subscriber()
    sub.update(first.environment.peer(first.pub))
    await eventually(() => sub.connected === 1, 'connected')
    first.send(1)
    await eventually(() => got.length === 1, 'a message')
    const { port } = first.pub.info
    first.environment.close()
    await eventually(() => sub.connected === 0, 'disconnected')
    const stranger = actors.add('Stranger')
    // The address is free as soon as ZeroMQ has closed the socket in the background.
    let pub = new Pub(Reading, { port })
    for (let free = false; !free; ) {
      pub = new Pub(Reading, { port })
      free = await stranger.open(pub).then(
        () => true,
        () => false,
      )
    }
    const witness = await subscriber()
    witness.sub.update(stranger.peer(pub))
    await eventually(() => witness.sub.connected === 1, 'a witness is connected')
    const until = performance.now() + 100
    for (let n = 100; performance.now() < until || witness.got.length === 0; n++) {
      pub.send({ n })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect([got, sub.connected]).to.deep.equal([[1], 0])
  })

  it('still take, once dropped, what a publisher sent before it went', async () => {
    const { environment, pub, send } = await publisher()
    const { sub, got } = await subscriber()
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    for (const n of range(0, 2000)) send(n)
    pub.close(100)
    sub.drop(environment.peer(pub))
    expect(sub.connected).to.equal(0)
    await eventually(() => got.length === 2000, 'the last messages')
    expect(sub.stats.missed).to.equal(0)
  })

  it('give to recv(), in order, what no handler takes', async () => {
    const { environment, pub, send } = await publisher()
    const sub = await actors.add().open(new Sub(Reading))
    expect(await rejectionOf(sub.recv({ timeout: 1 }))).to.include({ code: 'timeout' })
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    for (const n of range(0, 3)) send(n)
    expect([await sub.recv(), await sub.recv(), await sub.recv()]).to.deep.equal([
      { n: 0 },
      { n: 1 },
      { n: 2 },
    ])
    const waiting = rejectionOf(sub.recv())
    sub.close()
    expect(await waiting).to.include({ code: 'closed' })
    expect(await rejectionOf(sub.recv())).to.include({ code: 'not-open' })
  })

  it('refuse recv() beside a handler', async () => {
    const { sub } = await subscriber()
    expect(await rejectionOf(sub.recv())).to.include({ code: 'has-handler' })
  })

  it('refuse what the schema refuses: counted and told, and the rest delivered', async () => {
    const environment = actors.add('Careless')
    const pub = await environment.open(new Pub(Anything))
    const { environment: here, sub, got } = await subscriber()
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    for (const value of [{ n: 1 }, { n: 'two' }, null, { n: 4 }]) pub.send(value)
    await eventually(() => got.length === 2, 'the good ones')
    expect(got).to.deep.equal([1, 4])
    expect(sub.stats).to.include({ refused: 2, received: 2, missed: 0 })
    expect(here.told('refused')[0]).to.contain('it is no Reading: value.n: ')
    expect(here.notices[0]?.peer).to.include({ actor: 'Careless' })
  })

  it('go on when a handler closes its port in the midst of a batch', async () => {
    const { environment, pub, send } = await publisher()
    const there = actors.add()
    const got: number[] = []
    const sub: Sub<{ n: number }, { n: number }> = new Sub(Reading, ({ n }) => {
      got.push(n)
      if (n === 2) sub.close()
    })
    await there.open(sub)
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    for (const n of range(0, 10)) send(n)
    await eventually(() => pub.connected === 0, 'the publisher sees it go')
    expect(got).to.deep.equal([0, 1, 2])
  })

  it('throw OperationError for calls that make no sense on them', async () => {
    const { pub } = await publisher()
    const { sub } = await subscriber()
    for (const [port, calls] of [
      [pub, ['recv', 'recvBytes', 'ask', 'askBytes', 'update', 'drop']],
      [sub, ['send', 'sendBytes', 'ask', 'askBytes']],
    ] as const) {
      for (const call of calls) {
        expect(() => Reflect.apply(Reflect.get(port, call), port, [{}]), call)
          .to.throw(OperationError, `${call}() makes no sense`)
          .with.property('code', 'wrong-direction')
      }
    }
  })

  it('throw OperationError where they are not open', () => {
    const pub = {
      actor: 'A',
      actorId: '00'.repeat(8),
      component: 'c',
      port: 'p',
      endpoint: 'tcp://127.0.0.1:9',
    }
    expect(() => new Pub(Reading).send({ n: 1 })).to.throw(OperationError, 'not open')
    expect(() => new Sub(Reading).update(pub)).to.throw(OperationError, 'not open')
    expect(() => new Qry(Reading, Reading).update(pub)).to.throw(OperationError, 'not open')
    expect(() => new Pub(Reading, { keep: -1 })).to.throw(OperationError, 'keep is -1')
  })

  it('tell where they are', async () => {
    const { pub } = await publisher()
    const { sub } = await subscriber()
    expect(pub.info).to.include({ kind: 'pub', name: 'pub', message: 'Reading', host: '127.0.0.1' })
    expect(pub.info.port).to.be.within(1, 65_535)
    expect(sub.info).to.include({ kind: 'sub', name: 'sub', message: 'Reading', host: '', port: -1 })
  })
})
