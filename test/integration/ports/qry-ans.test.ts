import { expect } from 'chai'
import { Dealer, Router } from 'zeromq'
import { Ans } from '../../../ports/ans.js'
import { OperationError } from '../../../ports/errors.js'
import { BYE, bareFrame, HELLO } from '../../../ports/frame.js'
import { limits } from '../../../ports/limits.js'
import { Qry, type QryOptions } from '../../../ports/qry.js'
import type { Reply } from '../../../ports/reply.js'
import { rejectionOf } from '../../rejection.js'
import { deferred, eventually } from '../../support/eventually.js'
import { Answer, Anything, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

type Q = { n: number }
type A = { n: number; by?: string | undefined }
const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i)

describe('qry and ans', () => {
  const actors = new TestActors()
  afterEach(actors.close)

  async function answering(handler: (q: Q, reply: Reply<A>) => unknown, actor = 'Answerer') {
    const environment = actors.add(actor)
    const ans = await environment.open(new Ans(Question, Answer, handler))
    return { environment, ans, peer: environment.peer(ans) }
  }

  async function asking(peers: readonly Parameters<Qry<Q, Q, A, A>['update']>[0][], options?: QryOptions) {
    const environment = actors.add('Asker')
    const got: A[] = []
    const qry = new Qry(Question, Answer, (answer) => void got.push(answer), options)
    await environment.open(qry)
    for (const peer of peers) qry.update(peer)
    await eventually(() => qry.connected === peers.length, 'connected')
    return { environment, qry, got }
  }

  it('answer every one of many queries in flight with its own answer', async () => {
    const { peer, ans } = await answering(({ n }, reply) => reply({ n: n * 2 }))
    const { qry } = await asking([peer])
    const answers = await Promise.all(range(4000).map((n) => qry.ask({ n })))
    expect(answers).to.deep.equal(range(4000).map((n) => ({ n: n * 2 })))
    expect(qry.stats).to.include({ sent: 4000, received: 4000, late: 0 })
    expect(ans.stats).to.include({ sent: 4000, received: 4000 })
    expect(qry.inFlight).to.equal(0)
  })

  it('take answers in any order, and later than their handler', async () => {
    const waiting: { n: number; reply: Reply<A> }[] = []
    const { peer } = await answering(({ n }, reply) => void waiting.push({ n, reply }))
    const { qry } = await asking([peer])
    const asked = range(50).map((n) => qry.ask({ n }))
    await eventually(() => waiting.length === 50, 'all queries')
    for (const { n, reply } of waiting.reverse()) expect(reply({ n })).to.equal(true)
    expect(await Promise.all(asked)).to.deep.equal(range(50).map((n) => ({ n })))
  })

  it('deliver several answers to a query of send(), now and later; ask() takes the first alone', async () => {
    const kept: Reply<A>[] = []
    const { peer } = await answering(({ n }, reply) => {
      kept.push(reply)
      for (let times = 0; times < 3; times++) reply({ n: n * 10 + times })
    })
    const { qry, got } = await asking([peer])
    await qry.send({ n: 1 })
    await eventually(() => got.length === 3, 'three answers')
    expect(await qry.ask({ n: 2 })).to.deep.equal({ n: 20 })
    await eventually(() => qry.stats.late === 2, 'the other two are counted')
    kept[0]?.({ n: 99 })
    await eventually(() => got.length === 4, 'a late answer')
    expect(got.map(({ n }) => n)).to.deep.equal([10, 11, 12, 99])
  })

  it('let an earlier asker be answered when others have asked since', async () => {
    const replies: Reply<A>[] = []
    const { peer, ans } = await answering((_, reply) => void replies.push(reply))
    const one = await asking([peer])
    const two = await asking([peer])
    expect(ans.connected).to.equal(2)
    expect(ans.askers).to.have.members([one.environment.actorId, two.environment.actorId])
    const first = one.qry.ask({ n: 1 })
    await eventually(() => replies.length === 1, 'the first query')
    const second = two.qry.ask({ n: 2 })
    await eventually(() => replies.length === 2, 'the second query')
    const [toOne, toTwo] = replies
    if (!toOne || !toTwo) throw new Error('no replies')
    await ans.send({ n: 2 }, toTwo)
    toOne({ n: 1 })
    expect(await Promise.all([first, second])).to.deep.equal([{ n: 1 }, { n: 2 }])
    expect(toOne.from.actorId).to.equal(one.environment.actorId)
  })

  it('reject ask() after its time; the late answer is counted and never delivered', async () => {
    const late = deferred<Reply<A>>()
    const { peer } = await answering(({ n }, reply) => (n === 1 ? late.resolve(reply) : reply({ n })))
    const { qry, got } = await asking([peer], { timeout: 500 })
    const error = await rejectionOf(qry.ask({ n: 1 }))
    expect(error).to.include({ code: 'timeout' })
    expect(error.message).to.contain('500 ms')
    ;(await late.promise)({ n: 1 })
    expect(await qry.ask({ n: 2 }, { timeout: 5000 })).to.deep.equal({ n: 2 })
    expect([qry.stats.late, got.length, qry.inFlight]).to.deep.equal([1, 0, 0])
  })

  it('handle no query that was given up while it waited for its turn', async () => {
    const gate = deferred()
    const handled: number[] = []
    const { ans, peer } = await answering(async ({ n }, reply) => {
      handled.push(n)
      await gate.promise
      reply({ n })
    })
    const { qry } = await asking([peer])
    const first = qry.ask({ n: 1 })
    await eventually(() => handled.length === 1, 'the first is handled')
    const short = range(3).map((n) => rejectionOf(qry.ask({ n: 10 + n }, { timeout: 20 })))
    const long = qry.ask({ n: 2 })
    for (const error of await Promise.all(short)) expect(error).to.include({ code: 'timeout' })
    gate.resolve()
    expect(await Promise.all([first, long])).to.deep.equal([{ n: 1 }, { n: 2 }])
    expect(handled).to.deep.equal([1, 2])
    expect(ans.stats.late).to.equal(3)
  })

  it('handle what send() sent, however late and though its sender is gone', async () => {
    const gate = deferred()
    const handled: number[] = []
    const { ans, peer } = await answering(async ({ n }) => {
      handled.push(n)
      await gate.promise
    })
    const { qry } = await asking([peer])
    await qry.send({ n: 1 })
    await qry.send({ n: 2 })
    await eventually(() => ans.stats.received === 2, 'both arrived')
    qry.close()
    await eventually(() => ans.connected === 0, 'the sender is gone')
    gate.resolve()
    await eventually(() => handled.length === 2, 'both are handled')
  })

  it('reject with remote what the handler there throws, now or by its promise', async () => {
    const { peer, environment } = await answering(({ n }) => {
      if (n === 1) throw new Error('no such thing')
      return Promise.reject(new Error('not now'))
    })
    const { qry } = await asking([peer])
    for (const [n, words] of [
      [1, 'no such thing'],
      [2, 'not now'],
    ] as const) {
      const error = await rejectionOf(qry.ask({ n }))
      expect(error).to.include({ code: 'remote' })
      expect(error.message).to.contain(words)
    }
    expect(environment.failures).to.have.length(2)
  })

  it('reject with remote a query that its schema refuses, with invalid-answer such an answer', async () => {
    const environment = actors.add('Strict')
    const ans = await environment.open(new Ans(Question, Anything, (_, reply) => reply({ n: 'no number' })))
    const there = actors.add()
    const careless = await there.open(new Qry(Anything, Answer))
    careless.update(environment.peer(ans))
    await eventually(() => careless.connected === 1, 'connected')
    const refused = await rejectionOf(careless.ask({ n: 'text' }))
    expect(refused).to.include({ code: 'remote' })
    expect(refused.message).to.contain('it is no Question: value.n')
    expect(environment.told('refused')).to.have.length(1)
    const invalid = await rejectionOf(careless.ask({ n: 1 }))
    expect(invalid).to.include({ code: 'invalid-answer' })
    expect([ans.stats.refused, careless.stats.refused]).to.deep.equal([1, 1])
  })

  it('ask the answerers in turn, or the one that is named', async () => {
    const three = await Promise.all(
      ['a', 'b', 'c'].map((by) => answering(({ n }, reply) => reply({ n, by }), by)),
    )
    const { qry } = await asking(three.map(({ peer }) => peer))
    const answers = await Promise.all(range(9).map((n) => qry.ask({ n })))
    expect(answers.map(({ by }) => by).sort()).to.deep.equal([...'aaabbbccc'])
    const named = qry.peers.find(({ actor }) => actor === 'b')
    if (!named) throw new Error('b is not connected')
    for (const n of range(4)) expect(await qry.ask({ n }, { to: named })).to.deep.equal({ n, by: 'b' })
    qry.drop(named)
    expect(await rejectionOf(qry.ask({ n: 1 }, { to: named }))).to.include({ code: 'not-connected' })
    expect(
      new Set((await Promise.all(range(4).map((n) => qry.ask({ n })))).map(({ by }) => by)),
    ).to.have.keys('a', 'c')
  })

  it('reject with again beyond the bound in flight, and with not-connected without a peer', async () => {
    const { peer } = await answering(() => undefined)
    const { qry } = await asking([peer])
    const asked = range(limits.queriesInFlight).map((n) => rejectionOf(qry.ask({ n })))
    expect(await rejectionOf(qry.ask({ n: 0 }))).to.include({ code: 'again', retryable: true })
    expect(qry.inFlight).to.equal(limits.queriesInFlight)
    qry.drop(peer)
    for (const error of await Promise.all(asked)) expect(error).to.include({ code: 'peer-lost' })
    expect(await rejectionOf(qry.ask({ n: 0 }))).to.include({ code: 'not-connected' })
    expect(await rejectionOf(qry.send({ n: 0 }))).to.include({ code: 'not-connected' })
  })

  it('count what send() could not send because the way is full', async () => {
    const router = new Router({ linger: 0, receiveHighWaterMark: 1 })
    await router.bind('tcp://127.0.0.1:*')
    const qry = await actors.add().open(new Qry(Question, Answer))
    const actorId = 'ab'.repeat(8)
    qry.update({ actor: 'Deaf', actorId, component: 'c', port: 'p', endpoint: router.lastEndpoint ?? '' })
    const [id] = await router.receive()
    if (!id) throw new Error('no hello')
    await router.send([id, bareFrame(HELLO, 0)])
    await eventually(() => qry.connected === 1, 'connected')
    const bytes = Buffer.alloc(limits.apartBytes)
    let refused: unknown
    for (let n = 0; n < 20_000 && !refused; n++) {
      await qry.sendBytes(bytes).catch((error: unknown) => {
        refused = error
      })
    }
    router.close()
    expect(refused).to.include({ code: 'again' })
    expect(qry.stats.dropped).to.equal(1)
  })

  it('end no process by a rejection that nobody looks at', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const replies: Reply<A>[] = []
    const { peer, ans } = await answering((_, reply) => void replies.push(reply))
    const { qry } = await asking([peer])
    void qry.ask({ n: 1 })
    void qry.send({ n: 1 }, { to: { ...peer, port: 'nowhere' } })
    void qry.ask({ n: 1 }, { timeout: 1 })
    await eventually(() => qry.inFlight === 1, 'the timeout')
    ans.close()
    await eventually(() => qry.inFlight === 0, 'the loss')
    for (const reply of replies) void ans.send({ n: 1 }, reply)
    void qry.ready({ timeout: 1 })
    await rejectionOf(qry.ready({ timeout: 5 }))
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    expect(unhandled).to.deep.equal([])
  })

  it('know that an asker is gone: reply() is false, ans.send() unreachable, both counted', async () => {
    const replies: Reply<A>[] = []
    const { peer, ans } = await answering((_, reply) => void replies.push(reply))
    const { qry } = await asking([peer])
    void qry.ask({ n: 1 })
    await eventually(() => replies.length === 1, 'the query')
    qry.close()
    await eventually(() => ans.connected === 0, 'the goodbye')
    const [reply] = replies
    if (!reply) throw new Error('no reply')
    expect(reply({ n: 1 })).to.equal(false)
    expect(await rejectionOf(ans.send({ n: 1 }, reply))).to.include({ code: 'unreachable' })
    expect(ans.stats.undelivered).to.equal(2)
  })

  it('tell the answerer who asks, by all its names', async () => {
    const froms: Reply<A>['from'][] = []
    const { peer } = await answering(({ n }, reply) => {
      froms.push(reply.from)
      reply({ n })
    })
    const { environment, qry } = await asking([peer])
    await qry.ask({ n: 1 })
    expect(froms).to.deep.equal([
      { actor: 'Asker', actorId: environment.actorId, component: 'component', port: 'qry' },
    ])
    expect(froms[0]).to.satisfy(Object.isFrozen)
  })

  it('say hello once to an answerer that has forgotten them, however often it says so', async () => {
    const router = new Router({ linger: 0 })
    await router.bind('tcp://127.0.0.1:*')
    const qry = await actors.add().open(new Qry(Question, Answer))
    const actorId = 'ab'.repeat(8)
    qry.update({ actor: 'Old', actorId, component: 'c', port: 'p', endpoint: router.lastEndpoint ?? '' })
    let hasForgotten = false
    let hellos = 0
    const answerer = (async () => {
      for await (const [id, frame] of router) {
        const isHello = ((frame?.[1] ?? 0) & HELLO) !== 0
        if (isHello && hasForgotten) hellos++
        else if (isHello) await router.send([id ?? '', bareFrame(HELLO, 0)])
        else {
          hasForgotten = true
          for (let times = 0; times < 3; times++) await router.send([id ?? '', bareFrame(HELLO | BYE, 0)])
        }
      }
    })()
    await qry.ready()
    expect(await rejectionOf(qry.ask({ n: 1 }))).to.include({ code: 'peer-lost' })
    await eventually(() => hellos > 0, 'the hello')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([hellos, qry.connected]).to.deep.equal([1, 0])
    router.close()
    await answerer
  })

  it('count no hello that finds nobody as a message refused', async () => {
    const { peer } = await answering(() => undefined)
    const { environment, qry } = await asking([])
    const hellos: Promise<void>[] = []
    class Mute extends Dealer {
      override send(): Promise<void> {
        const hello = Promise.reject(Object.assign(new Error('gone'), { code: 'EAGAIN' }))
        hellos.push(hello)
        return hello
      }
    }
    const mute = new Mute({ linger: 0 })
    Object.assign(environment.sockets, { dealer: () => mute })
    qry.update(peer)
    await eventually(() => hellos.length > 0, 'a hello')
    await Promise.allSettled(hellos)
    expect([qry.stats.refused, environment.notices.length]).to.deep.equal([0, 0])
    // The environment closes only what it made.
    mute.close()
  })

  it('give no hello to an asker that means another actor, and are never asked by it', async () => {
    const asked: number[] = []
    const { peer, ans } = await answering(({ n }) => void asked.push(n))
    const environment = actors.add()
    const qry = await environment.open(new Qry(Question, Answer))
    qry.update({ ...peer, actorId: 'ff'.repeat(8) })
    const good = await asking([peer])
    void good.qry.ask({ n: 1 })
    await eventually(() => asked.length === 1, 'the good query')
    expect(await rejectionOf(qry.ask({ n: 2 }))).to.include({ code: 'not-connected' })
    expect([qry.connected, ans.connected]).to.deep.equal([0, 1])
  })

  it('give queries to recv(), and answers too, where no handler takes them', async () => {
    const environment = actors.add()
    const ans = await environment.open(new Ans(Question, Answer))
    const qry = await actors.add().open(new Qry(Question, Answer))
    qry.update(environment.peer(ans))
    await eventually(() => qry.connected === 1, 'connected')
    await qry.send({ n: 7 })
    const { value, reply } = await ans.recv({ timeout: 5000 })
    reply({ n: value.n + 1 })
    expect(await qry.recv({ timeout: 5000 })).to.deep.equal({ n: 8 })
    expect(await rejectionOf(ans.recv({ timeout: 1 }))).to.include({ code: 'timeout' })
  })

  it('throw OperationError for calls that make no sense on them', async () => {
    const { peer, ans } = await answering(() => undefined)
    const { qry } = await asking([peer])
    for (const call of ['ask', 'askBytes', 'update', 'drop', 'sendBytes']) {
      expect(() => Reflect.apply(Reflect.get(ans, call), ans, [{}]), call).to.throw(
        OperationError,
        'makes no sense',
      )
    }
    expect(await rejectionOf(qry.recv())).to.include({ code: 'has-handler' })
    expect(await rejectionOf(ans.recv())).to.include({ code: 'has-handler' })
    expect(ans.info).to.include({ kind: 'ans', message: 'Question#Answer', host: '127.0.0.1' })
    expect(qry.info).to.include({ kind: 'qry', message: 'Question#Answer', port: -1 })
  })
})
