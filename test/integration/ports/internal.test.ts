import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { limits } from '../../../ports/limits.js'
import { message } from '../../../ports/message.js'
import { Pub, type PubOptions } from '../../../ports/pub.js'
import { Sub, type SubOptions } from '../../../ports/sub.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

/** Collects garbage. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}

describe('internal pub and sub', function () {
  this.timeout(20_000)
  const actors = new TestActors()
  afterEach(actors.close)

  async function joined(
    handler: (message: unknown) => unknown,
    options: SubOptions = {},
    kept: PubOptions = {},
  ) {
    const environment = actors.add()
    const pub = await environment.open(new Pub(Anything, kept), 'pub', 'internal')
    const sub = await environment.open(new Sub(Anything, handler, options), 'sub', 'internal')
    sub.update(environment.peer(pub))
    return { environment, pub, sub }
  }

  it('are connected without a socket, and say so', async () => {
    const { environment, pub, sub } = await joined(() => undefined)
    expect([pub.connected, sub.connected]).to.deep.equal([1, 1])
    await Promise.all([pub.ready(), sub.ready()])
    expect(pub.info).to.include({ scope: 'internal', host: '', port: -1 })
    expect(pub.subscribers).to.deep.equal([environment.actorId])
    sub.drop(environment.peer(pub))
    expect([pub.connected, sub.connected]).to.deep.equal([0, 0])
  })

  it('bring every message in order, and none within the call of send()', async () => {
    const got: unknown[] = []
    const { pub, sub } = await joined((value) => got.push(value))
    const all = Array.from({ length: 5000 }, (_, n) => n)
    for (const n of all) pub.send(n)
    expect(got).to.deep.equal([])
    await eventually(() => got.length === all.length, 'all came')
    expect(got).to.deep.equal(all)
    expect([pub.stats.sent, sub.stats.received]).to.deep.equal([5000, 5000])
  })

  it('give each sub a message of its own, which its sender may change as well', async () => {
    const environment = actors.add()
    const pub = await environment.open(new Pub(Anything), 'pub', 'internal')
    const got: unknown[] = []
    for (const name of ['a', 'b']) {
      const sub = new Sub(Anything, (value) => {
        got.push(structuredClone(value))
        if (typeof value === 'object' && value !== null) Reflect.set(value, 'n', name)
      })
      await environment.open(sub, name, 'internal')
      sub.update(environment.peer(pub))
    }
    const value = { n: 1 }
    pub.send(value)
    value.n = 2
    await eventually(() => got.length === 2, 'both came')
    expect(got).to.deep.equal([{ n: 1 }, { n: 1 }])
  })

  it('check what comes by the schema of the sub', async () => {
    const environment = actors.add()
    const pub = await environment.open(new Pub(message('Question')), 'pub', 'internal')
    const got: unknown[] = []
    const sub = await environment.open(new Sub(Question, (value) => got.push(value)), 'sub', 'internal')
    sub.update(environment.peer(pub))
    pub.send({ n: 'x' })
    pub.send({ n: 1 })
    await eventually(() => got.length === 1, 'the good one')
    expect([got, sub.stats.refused]).to.deep.equal([[{ n: 1 }], 1])
  })

  it('keep messages for a sub that comes later, bring bytes, and tell times', async () => {
    const bytes: unknown[] = []
    const senders: unknown[] = []
    const environment = actors.add()
    const pub = await environment.open(new Pub(Anything, { keep: 2, timed: true }), 'pub', 'internal')
    for (let n = 0; n < 3; n++) pub.send(n)
    pub.sendBytes(Buffer.from('bytes'))
    const got: unknown[] = []
    const sub = new Sub(
      Anything,
      (value, from) => {
        got.push(value)
        senders.push(from.sentAt)
      },
      { bytes: (each) => bytes.push(each), timed: true },
    )
    await environment.open(sub, 'sub', 'internal')
    sub.update(environment.peer(pub))
    await eventually(() => got.length + bytes.length === 2, 'what is kept')
    expect([got, bytes]).to.deep.equal([[2], [Buffer.from('bytes')]])
    expect(senders[0]).to.be.a('number')
  })

  it('drop and count beyond the bound, and tell the sub of the gap in its place', async () => {
    const gate = deferred()
    const gaps: number[] = []
    const got: unknown[] = []
    let drops = 0
    const { pub, sub } = await joined(
      (value) => {
        got.push(value)
        return gate.promise
      },
      { onGap: (_, missed) => gaps.push(missed) },
      { onDrop: (missed) => (drops += missed) },
    )
    pub.send('first')
    await eventually(() => got.length === 1, 'it is busy')
    const sent = limits.internalMessages + 500
    for (let n = 0; n < sent; n++) pub.send(n)
    expect(pub.stats.dropped).to.equal(500)
    gate.resolve()
    await eventually(() => got.length === limits.internalMessages + 1, 'what was taken')
    pub.send('last')
    await eventually(() => got.at(-1) === 'last' && gaps.length === 1, 'the last')
    expect([gaps, sub.stats.missed]).to.deep.equal([[500], 500])
    await eventually(() => drops === 500, 'onDrop')
  })

  it('starve no timer when two components answer each other', async () => {
    const environment = actors.add()
    const other = actors.add()
    const ping = await environment.open(new Pub(Anything), 'ping', 'internal')
    const pong = await other.open(new Pub(Anything), 'pong', 'internal')
    environment.topics.set(pong.endpoint, other.topics.get(pong.endpoint) ?? expect.fail('no topic'))
    other.topics.set(ping.endpoint, environment.topics.get(ping.endpoint) ?? expect.fail('no topic'))
    const toPong = await other.open(new Sub(Anything, () => pong.send(1)), 'a', 'internal')
    const toPing = await environment.open(new Sub(Anything, () => ping.send(1)), 'b', 'internal')
    toPong.update(environment.peer(ping))
    toPing.update(other.peer(pong))
    ping.send(1)
    // It looks by a timer.
    await eventually(() => ping.stats.sent > 10, 'they answer each other')
  })

  it('hold no memory of what was handled while more waits', async () => {
    const { pub, sub } = await joined(() => undefined)
    const send = async (turns: number): Promise<number> => {
      for (let i = 0; i < turns; i++) {
        // More at first than a turn hands over, and then as many: some always wait.
        const sent = i === 0 ? limits.messagesPerTurn * 2 : limits.messagesPerTurn
        for (let n = 0; n < sent; n++) pub.send(n)
        await new Promise((resolve) => setImmediate(resolve))
      }
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = await send(20)
    expect(sub.stats.received).to.be.below(pub.stats.sent)
    // As places of a queue that is never cut, they would take 32 MB.
    const after = await send(2000)
    expect(after - before).to.be.below(12_000_000)
    expect(sub.stats.missed).to.equal(0)
  })

  it('refuse what the wire would: bytes beyond a frame, and what is none', async () => {
    const { pub } = await joined(() => undefined)
    const tooMany = new Uint8Array(limits.frameBytes)
    expect(() => pub.sendBytes(tooMany))
      .to.throw()
      .with.property('code', 'too-large')
    const none: unknown = 'text'
    expect(() => pub.sendBytes(none as Uint8Array))
      .to.throw()
      .with.property('code', 'unencodable')
    expect(() => pub.send('x'.repeat(limits.valueBytes)))
      .to.throw()
      .with.property('code', 'too-large')
  })

  it('bring what was sent before a reset of the pub, and count what is sent until they meet', async () => {
    const gaps: number[] = []
    const got: unknown[] = []
    const { environment, pub, sub } = await joined((value) => got.push(value), {
      onGap: (_, missed) => gaps.push(missed),
    })
    for (let n = 0; n < 5; n++) pub.send(n)
    await pub.reset()
    pub.send('nobody hears')
    sub.update(environment.peer(pub))
    pub.send(6)
    await eventually(() => got.length === 6 && gaps.length === 1, 'the messages and the gap')
    expect([got, gaps, sub.stats.missed]).to.deep.equal([[0, 1, 2, 3, 4, 6], [1], 1])
  })

  it('keep through a reset of the pub what is kept, and repeat nothing of it', async () => {
    const got: unknown[] = []
    const { environment, pub, sub } = await joined((value) => got.push(value), {}, { keep: 3 })
    for (let n = 0; n < 5; n++) pub.send(n)
    await eventually(() => got.length === 5, 'the messages')
    await pub.reset()
    pub.send(5)
    const late: unknown[] = []
    const other = await environment.open(new Sub(Anything, (value) => late.push(value)), 'late', 'internal')
    for (const each of [sub, other]) each.update(environment.peer(pub))
    pub.send(6)
    await eventually(() => got.length === 7 && late.length === 4, 'the messages')
    expect(got).to.deep.equal([0, 1, 2, 3, 4, 5, 6])
    expect(late).to.deep.equal([3, 4, 5, 6])
    expect(sub.stats.missed).to.equal(0)
  })

  it('find each other again after a reset of either', async () => {
    const got: unknown[] = []
    const { environment, pub, sub } = await joined((value) => got.push(value))
    await sub.reset()
    expect(sub.connected).to.equal(1)
    await pub.reset()
    expect(sub.connected).to.equal(0)
    sub.update(environment.peer(pub))
    pub.send('again')
    await eventually(() => got.includes('again'), 'heard again')
    pub.close()
    expect(sub.connected).to.equal(0)
    expect(environment.topics.size).to.equal(0)
  })
})
