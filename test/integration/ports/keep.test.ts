import { expect } from 'chai'
import { Pub } from '../../../ports/pub.js'
import { Sub } from '../../../ports/sub.js'
import { eventually } from '../../support/eventually.js'
import { Reading } from '../../support/messages.js'
import { TestActors, type TestEnvironment } from '../../support/port-environment.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

describe('pub with keep', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function keeping(keep: number) {
    const environment = actors.add('Publisher')
    return { environment, pub: await environment.open(new Pub(Reading, { keep })) }
  }

  async function latecomer(from: TestEnvironment, pub: Pub<{ n: number }>, endpoint?: string) {
    const got: number[] = []
    const sub = await actors.add().open(new Sub(Reading, ({ n }) => void got.push(n)))
    sub.update(from.peer(pub, endpoint))
    return { sub, got }
  }

  it('gives a latecomer exactly the last n, in order, once, and then what comes', async () => {
    const { environment, pub } = await keeping(3)
    for (const n of range(0, 10)) pub.send({ n })
    const { sub, got } = await latecomer(environment, pub)
    await eventually(() => sub.connected === 1, 'connected')
    expect(got).to.deep.equal([7, 8, 9])
    pub.send({ n: 10 })
    await eventually(() => got.length === 4, 'the next')
    const { got: later } = await latecomer(environment, pub)
    await eventually(() => later.length === 3, 'the kept ones')
    expect([got, later]).to.deep.equal([
      [7, 8, 9, 10],
      [8, 9, 10],
    ])
  })

  it('gives what there is where that is less', async () => {
    const { environment, pub } = await keeping(1000)
    const none = await latecomer(environment, pub)
    await eventually(() => none.sub.connected === 1, 'connected')
    pub.send({ n: 1 })
    const { sub, got } = await latecomer(environment, pub)
    await eventually(() => sub.connected === 1, 'connected')
    expect(got).to.deep.equal([1])
    await eventually(() => none.got.length === 1, 'the message')
  })

  it('leaves no gap and repeats nothing for those who come while messages flow', async () => {
    const { environment, pub } = await keeping(50)
    let n = 0
    let flowing = true
    const flow = (async () => {
      while (flowing) {
        for (let i = 0; i < 10; i++) pub.send({ n: n++ })
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    })()
    const comers: Awaited<ReturnType<typeof latecomer>>[] = []
    for (let i = 0; i < 8; i++) {
      await eventually(() => n > 100 * (i + 1), 'messages flow')
      comers.push(await latecomer(environment, pub))
    }
    await eventually(() => comers.every(({ got }) => got.length > 300), 'all have many')
    flowing = false
    await flow
    await eventually(() => comers.every(({ got }) => got.at(-1) === n - 1), 'the last message at all')
    for (const { sub, got } of comers) {
      expect(got).to.deep.equal(range(got[0] ?? -1, n))
      expect(sub.stats.missed).to.equal(0)
    }
  })

  it('keeps bytes among values, apart or not', async () => {
    const { environment, pub } = await keeping(3)
    pub.send({ n: 0 })
    pub.sendBytes(Buffer.alloc(20_000, 1))
    pub.send({ n: 1 })
    pub.sendBytes(Buffer.of(2))
    const got: unknown[] = []
    const sub = new Sub(Reading, ({ n }) => void got.push(n), {
      bytes: (bytes) => void got.push(bytes.length),
    })
    await actors.add().open(sub)
    sub.update(environment.peer(pub))
    await eventually(() => sub.connected === 1, 'connected')
    expect(got).to.deep.equal([20_000, 1, 1])
  })

  it('fills the gap of a subscriber whose connection was cut from what it keeps', async () => {
    const { environment, pub } = await keeping(10)
    const proxy = await TcpProxy.to(pub.endpoint)
    const { sub, got } = await latecomer(environment, pub, proxy.endpoint)
    await eventually(() => sub.connected === 1, 'connected')
    for (const n of range(0, 5)) pub.send({ n })
    await eventually(() => got.length === 5, 'messages')
    proxy.cut(true)
    await eventually(() => pub.connected === 0 && sub.connected === 0, 'the cut')
    for (const n of range(5, 12)) pub.send({ n })
    proxy.mend()
    await eventually(() => sub.connected === 1, 'connected again')
    expect(got).to.deep.equal(range(0, 12))
    expect(sub.stats.missed).to.equal(0)
    proxy.close()
  })

  it('welcomes thousands of kept messages, and many subscribers at once', async () => {
    const { environment, pub } = await keeping(3000)
    for (let n = 0; n < 4000; n++) {
      pub.send({ n })
      if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const comers = await Promise.all(range(0, 5).map(() => latecomer(environment, pub)))
    await eventually(() => comers.every(({ sub }) => sub.connected === 1), 'all welcomed')
    for (const { got } of comers) expect(got).to.deep.equal(range(1000, 4000))
  })
})
