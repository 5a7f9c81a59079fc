/**
 * Strangers at open ports: what they send is counted and told, and a good peer beside them notices nothing.
 */
import { connect } from 'node:net'
import { expect } from 'chai'
import { Dealer, Router, XPublisher, XSubscriber } from 'zeromq'
import { Ans } from '../../../ports/ans.js'
import { BATCH, BYTES, bareFrame, ERROR, HELLO } from '../../../ports/frame.js'
import { helloFrame } from '../../../ports/hello.js'
import { limits } from '../../../ports/limits.js'
import { newLinkId } from '../../../ports/link.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { liveTopic, ownTopic } from '../../../ports/subscription.js'
import { rejectionOf } from '../../rejection.js'
import { Chance } from '../../support/chance.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const frame = (flags: number, sequence: number, payload = ''): Buffer => {
  // Without the array token that a batch begins with: each payload brings its own, or lies about it.
  const head = bareFrame(flags & ~BATCH, sequence)
  head[1] = flags
  return Buffer.concat([head, Buffer.from(payload, 'hex')])
}

describe(`strangers, seed ${seed}`, () => {
  const actors = new TestActors()
  const strangers: { close(): void }[] = []
  afterEach(() => {
    actors.close()
    for (const stranger of strangers.splice(0)) stranger.close()
  })

  async function pubAndSub() {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything, { keep: 2 }))
    const got: unknown[] = []
    const sub = await actors.add('Good').open(new Sub(Anything, (value) => got.push(value)))
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'the good one is connected')
    return { environment, pub, sub, got }
  }

  async function qryAndAns() {
    const environment = actors.add('Answerer')
    const ans = new Ans(Question, Answer, ({ n }, reply) => reply({ n }))
    await environment.open(ans)
    const qry = await actors.add('Good').open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'the good one is connected')
    return { environment, ans, qry }
  }

  /** Sends random bytes over TCP, after a true greeting or none; resolves when all connections have ended. */
  async function bombard(port: number, count: number): Promise<void> {
    const chance = new Chance(seed)
    const greeting = Buffer.from('ff00000000000000017f03004e554c4c', 'hex')
    const ends = Array.from({ length: count }, async (_, i) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => undefined)
      const bytes = chance.bytes(1 + chance.below(2000))
      if (i % 2 === 0) socket.write(Buffer.concat([greeting, Buffer.alloc(48)]))
      socket.end(bytes)
      socket.resume()
      // Not by once(), which rejects where the port answers with a reset.
      await new Promise((resolve) => socket.on('close', resolve))
    })
    await Promise.all(ends)
  }

  it('that send random bytes over TCP disturb no port', async function () {
    this.timeout(30_000)
    const { pub, sub, got } = await pubAndSub()
    const { ans, qry } = await qryAndAns()
    const attack = Promise.all([bombard(pub.info.port, 100), bombard(ans.info.port, 100)])
    for (let n = 0; n < 200; n++) {
      pub.send(n)
      expect(await qry.ask({ n })).to.deep.equal({ n })
    }
    await attack
    await eventually(() => got.length === 200, 'all messages')
    expect(sub.stats).to.include({ missed: 0, refused: 0 })
    expect([pub.connected, ans.connected, qry.connected]).to.deep.equal([1, 1, 1])
  })

  it('that speak ZMTP to an ans are refused without a hello, and with garbage', async () => {
    const { environment, ans, qry } = await qryAndAns()
    const dealer = new Dealer({ linger: 0 })
    strangers.push(dealer)
    dealer.connect(ans.endpoint)
    const hello = helloFrame(environment.actorId, { actor: 'Stranger', component: 'component', port: 'qry' })
    const garbage: (Buffer | Buffer[])[] = [
      frame(0, 1, '01'),
      Buffer.alloc(0),
      Buffer.of(9, 9, 9),
      hello,
      frame(0, 3, 'c1'),
      frame(BATCH, 3, '01'),
      frame(BATCH, 3, 'dd0000000101'),
      frame(BATCH | 0x10, 3, 'dd00000002a16101'),
      frame(BATCH | 0x10, 3, 'dd00000002ff01'),
      frame(BYTES, 3, '01'),
      [frame(0, 3, '01'), Buffer.of(1)],
      frame(0, 3, '81a95f5f70726f746f5f5f01'),
      frame(ERROR, 3, '01'),
    ]
    for (const message of garbage) await dealer.send(message)
    await eventually(() => ans.stats.refused === garbage.length - 1, 'each is refused')
    expect(environment.told('refused').join()).to.contain('without a hello').and.to.contain('wire version 9')
    expect(await qry.ask({ n: 5 })).to.deep.equal({ n: 5 })
    expect(environment.failures).to.deep.equal([])
  })

  it('that speak ZMTP to a pub are counted, and get what they ask for and no more', async () => {
    const { environment, pub, got } = await pubAndSub()
    const stranger = new XSubscriber({ linger: 0 })
    strangers.push(stranger)
    stranger.connect(pub.endpoint)
    for (let times = 0; times < 3; times++) await stranger.send(Buffer.from('no subscription of ours'))
    const other = ownTopic(newLinkId('ee'.repeat(8)), 'dd'.repeat(8))
    await stranger.send(Buffer.concat([Buffer.of(1), other]))
    await stranger.send(Buffer.concat([Buffer.of(1), liveTopic('dd'.repeat(8))]))
    await eventually(() => pub.stats.refused === 3, 'each is refused')
    expect(environment.told('refused')).to.have.length(3)
    expect(pub.connected).to.equal(1)
    pub.send('good')
    await eventually(() => got.length === 1, 'the good one gets its message')
  })

  it('that subscribe and go, over and over, get one welcome after another and fill no memory', async () => {
    const { environment, pub, got } = await pubAndSub()
    const stranger = new XSubscriber({ linger: 0, sendHighWaterMark: 0 })
    strangers.push(stranger)
    stranger.connect(pub.endpoint)
    for (let times = 0; times < 2000; times++) {
      const topic = ownTopic(newLinkId('ee'.repeat(8)), environment.actorId)
      await stranger.send(Buffer.concat([Buffer.of(1), topic]))
      await stranger.send(Buffer.concat([Buffer.of(0), topic]))
    }
    pub.send('good')
    await eventually(() => got.length === 1, 'the good one gets its message')
    await eventually(() => pub.connected === 1, 'the stranger is gone')
  })

  it('that send an ans more than a frame may have lose their connection, and only they', async function () {
    this.timeout(30_000)
    const { environment, ans, qry } = await qryAndAns()
    const dealer = new Dealer({ linger: 0, reconnectInterval: 10_000 })
    strangers.push(dealer)
    const cut = new Promise((resolve) => dealer.events.on('disconnect', resolve))
    dealer.connect(ans.endpoint)
    const hello = helloFrame(environment.actorId, { actor: 'Stranger', component: 'component', port: 'qry' })
    await dealer.send(hello)
    await eventually(() => ans.connected === 2, 'the stranger said hello')
    await dealer.send(Buffer.alloc(limits.frameBytes + 100_000))
    await cut
    expect(await qry.ask({ n: 1 })).to.deep.equal({ n: 1 })
    expect(qry.connected).to.equal(1)
  })

  it('that answer with garbage, or an error that is no text, break nothing: ask() settles', async () => {
    const router = new Router({ linger: 0 })
    strangers.push(router)
    await router.bind('tcp://127.0.0.1:*')
    const there = actors.add('Asker')
    const qry = await there.open(new Qry(Question, Answer))
    const actorId = 'ab'.repeat(8)
    qry.update({ actor: 'Evil', actorId, component: 'c', port: 'p', endpoint: router.lastEndpoint ?? '' })
    const [id] = await router.receive()
    if (!id) throw new Error('no hello')
    await router.send([id, bareFrame(HELLO, 0)])
    await eventually(() => qry.connected === 1, 'connected')
    const asked = rejectionOf(qry.ask({ n: 1 }, { timeout: 200 }))
    // An object whose toString is no function, a batch of nothing, an id that is a text, bytes that are none.
    const garbage = [
      frame(ERROR, 3, '81a8746f537472696e6701'),
      frame(BATCH, 3, 'dd00000000'),
      frame(BATCH | BYTES, 3, 'dd00000000'),
      frame(BATCH | 0x10, 3, 'dd00000002a16101'),
      frame(BYTES, 3, '01'),
      Buffer.of(1),
    ]
    for (const bytes of garbage) await router.send([id, bytes])
    expect(await asked).to.include({ code: 'timeout' })
    await eventually(() => qry.stats.refused === garbage.length, 'all of it is refused')
    expect(there.told('refused')).to.have.length(garbage.length)
    const error = rejectionOf(qry.ask({ n: 2 }))
    await router.send([id, frame(ERROR, 5, `d9ff${'0a'.repeat(255)}`)])
    expect(await error).to.include({ code: 'remote' })
    expect((await error).message).not.to.match(/\n/)
  })

  it('that publish gap upon gap to a busy component fill no queue: onGap gets them together', async () => {
    const stranger = new XPublisher({ linger: 0, sendHighWaterMark: 0 })
    strangers.push(stranger)
    await stranger.bind('tcp://127.0.0.1:*')
    const there = actors.add()
    const gaps: number[] = []
    const sub = await there.open(
      new Sub(Anything, undefined, { onGap: (_, messages) => gaps.push(messages) }),
    )
    const actorId = 'cd'.repeat(8)
    sub.update({ actor: 'Evil', actorId, component: 'c', port: 'p', endpoint: stranger.lastEndpoint ?? '' })
    let topic: Buffer | undefined
    while (topic?.length !== 26) [topic] = await stranger.receive()
    await stranger.send(Buffer.concat([topic.subarray(1), bareFrame(HELLO, 1)]))
    await sub.ready()
    const got: unknown[] = []
    const reading = (async () => {
      for await (const value of sub) got.push(value)
    })()
    const busy = deferred()
    there.turns.run(sub, () => busy.promise, undefined, undefined)
    for (let n = 1; n <= 3000; n++) {
      await stranger.send(Buffer.concat([liveTopic(actorId), frame(0, 2 * n, '01')]))
    }
    await eventually(() => got.length === 3000, 'all that came')
    expect(there.isFull).to.equal(false)
    busy.resolve()
    await eventually(() => gaps.length > 0, 'onGap')
    expect(gaps).to.deep.equal([3000])
    sub.close()
    await reading
  })

  it('that publish garbage to a sub are counted by it, and its other publishers heard', async () => {
    const { sub, got, pub } = await pubAndSub()
    const stranger = new XPublisher({ linger: 0 })
    strangers.push(stranger)
    await stranger.bind('tcp://127.0.0.1:*')
    const actorId = 'cd'.repeat(8)
    sub.update({ actor: 'Evil', actorId, component: 'c', port: 'p', endpoint: stranger.lastEndpoint ?? '' })
    let topic: Buffer | undefined
    while (topic?.length !== 26) [topic] = await stranger.receive()
    await stranger.send(Buffer.concat([topic.subarray(1), bareFrame(HELLO, 1)]))
    await eventually(() => sub.connected === 2, 'both connected')
    const live = liveTopic(actorId)
    const garbage = [
      Buffer.alloc(0),
      Buffer.of(7, 7, 7),
      frame(0, 1, 'c1'),
      frame(BATCH, 1, 'ddffffffff'),
      frame(BATCH | 0x10, 1, 'dd00000000'),
      frame(ERROR, 1, '01'),
      frame(BYTES, 1, '01'),
    ]
    for (const bytes of garbage) await stranger.send(Buffer.concat([live, bytes]))
    await stranger.send(Buffer.concat([live, frame(0, Number.MAX_SAFE_INTEGER, '01')]))
    await eventually(() => sub.stats.refused === garbage.length && got.length === 1, 'each is refused')
    pub.send('good')
    await eventually(() => got.includes('good'), 'the good one is heard')
  })
})
