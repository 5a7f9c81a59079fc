import { expect } from 'chai'
import { Ans, type AnsOptions } from '../../../ports/ans.js'
import { limits } from '../../../ports/limits.js'
import { Pub } from '../../../ports/pub.js'
import { Qry } from '../../../ports/qry.js'
import { Sub } from '../../../ports/sub.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Anything, Question, Reading } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

const SIZES = [0, 1, 31, 255, 256, 16_383, 16_384, 65_536, 1_048_576]
const filled = (size: number): Buffer => Buffer.alloc(size, size % 251)

describe('bytes', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function publisher() {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Reading))
    return { pub, peer: environment.peer(pub) }
  }

  async function answerer(options: AnsOptions) {
    const environment = actors.add('Answerer')
    const ans = new Ans(Question, Answer, ({ n }, reply) => reply({ n }), options)
    await environment.open(ans)
    const qry = await actors.add('Asker').open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    return { ans, qry }
  }

  it('of any size reach the bytes handler as they are, in order with values', async () => {
    const { pub, peer } = await publisher()
    const got: unknown[] = []
    const sub = new Sub(Reading, ({ n }) => got.push(n), { bytes: (bytes) => got.push(Buffer.from(bytes)) })
    await actors.add().open(sub)
    sub.update(peer)
    await eventually(() => sub.connected === 1, 'connected')
    for (const [n, size] of SIZES.entries()) {
      pub.send({ n })
      pub.sendBytes(filled(size))
    }
    await eventually(() => got.length === SIZES.length * 2, 'all')
    expect(got).to.deep.equal(SIZES.flatMap((size, n) => [n, filled(size)]))
    expect(sub.stats).to.include({ missed: 0, undelivered: 0 })
  })

  it('go to recvBytes() where no handler takes them', async () => {
    const { pub, peer } = await publisher()
    const sub = await actors.add().open(new Sub(Reading))
    sub.update(peer)
    await eventually(() => sub.connected === 1, 'connected')
    for (const size of SIZES) pub.sendBytes(filled(size))
    for (const size of SIZES) {
      expect(filled(size).equals(await sub.recvBytes({ timeout: 5000 })), `${size} bytes`).to.equal(true)
    }
    expect(await rejectionOf(sub.recvBytes({ timeout: 1 }))).to.include({ code: 'timeout' })
  })

  it('that nobody takes are counted and told of', async () => {
    const { pub, peer } = await publisher()
    const there = actors.add()
    const got: number[] = []
    const sub = await there.open(new Sub(Reading, ({ n }) => got.push(n)))
    sub.update(peer)
    await eventually(() => sub.connected === 1, 'connected')
    pub.sendBytes(filled(10))
    pub.send({ n: 1 })
    await eventually(() => got.length === 1, 'the value after them')
    expect(sub.stats).to.include({ undelivered: 1, received: 1 })
    expect(there.told('bytes')).to.have.length(1)
  })

  it('are asked and answered', async () => {
    const { qry } = await answerer({ bytes: (bytes, reply) => reply.bytes(bytes) })
    const answers = await Promise.all(SIZES.map((size) => qry.askBytes(filled(size))))
    for (const [index, size] of SIZES.entries())
      expect(filled(size).equals(answers[index] ?? filled(0))).to.equal(true)
    await qry.sendBytes(filled(7))
    expect(filled(7).equals(await qry.recvBytes({ timeout: 5000 }))).to.equal(true)
  })

  it('are no answer to ask(), and a value is none to askBytes()', async () => {
    const environment = actors.add()
    const ans = new Ans(Question, Answer, (_, reply) => reply.bytes(filled(3)), {
      bytes: (_, reply) => Reflect.apply(reply, undefined, [{ n: 1 }]),
    })
    await environment.open(ans)
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    const asked = await rejectionOf(qry.ask({ n: 1 }))
    expect(asked).to.include({ code: 'invalid-answer' })
    expect(asked.message).to.contain('answered with bytes where values were asked for')
    expect((await rejectionOf(qry.askBytes(filled(1)))).message).to.contain(
      'answered with a value where bytes were asked for',
    )
  })

  it('that an ans does not take are answered with an error, at once', async () => {
    const { ans, qry } = await answerer({})
    const error = await rejectionOf(qry.askBytes(filled(1), { timeout: 60_000 }))
    expect(error).to.include({ code: 'remote' })
    expect(error.message).to.contain('nobody takes bytes')
    expect(ans.stats.undelivered).to.equal(1)
  })

  it('beyond a frame are refused where they are sent', async () => {
    const { pub } = await publisher()
    const { qry } = await answerer({})
    const huge = new Uint8Array(limits.frameBytes)
    expect(() => pub.sendBytes(huge))
      .to.throw('over')
      .with.property('code', 'too-large')
    expect(await rejectionOf(qry.askBytes(huge))).to.include({ code: 'too-large' })
    expect(await rejectionOf(qry.sendBytes(huge))).to.include({ code: 'too-large' })
    expect(await qry.ask({ n: 1 })).to.deep.equal({ n: 1 })
  })

  it('that are none are refused where they are sent', async () => {
    const { pub } = await publisher()
    const { qry } = await answerer({})
    for (const none of ['a text', [1, 2], undefined, { length: 3 }]) {
      expect(() => Reflect.apply(pub.sendBytes, pub, [none]))
        .to.throw('no Uint8Array')
        .with.property('code', 'unencodable')
      expect(await rejectionOf(Reflect.apply(qry.askBytes, qry, [none]))).to.include({ code: 'unencodable' })
    }
  })

  it('that nobody takes do not hold back the values behind them, nor values the bytes', async () => {
    const environment = actors.add('Publisher')
    const pub = await environment.open(new Pub(Anything))
    const sub = await actors.add().open(new Sub(Anything))
    const other = await actors.add().open(new Sub(Anything))
    for (const each of [sub, other]) each.update(environment.peer(pub))
    await eventually(() => sub.connected === 1 && other.connected === 1, 'connected')
    const value = sub.recv({ timeout: 8000 })
    for (let n = 0; n < limits.inboxMessages + 100; n++) pub.sendBytes(Buffer.from('unwanted'))
    pub.send('wanted')
    expect(await value).to.equal('wanted')
    expect(sub.stats.undelivered).to.equal(100)
    // Asked for only now, when its inbox is full.
    await eventually(() => other.stats.received >= limits.inboxMessages, 'the inbox is full')
    expect(await other.recv({ timeout: 8000 })).to.equal('wanted')
  })
})
