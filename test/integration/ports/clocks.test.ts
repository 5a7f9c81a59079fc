/** How an ans knows what time it is for those who ask: `Given up` in docs/protocol.md. */
import { expect } from 'chai'
import { Dealer, Router } from 'zeromq'
import { Ans } from '../../../ports/ans.js'
import { encode } from '../../../ports/codec.js'
import { bareFrame, HELLO, readHeader, TIMED } from '../../../ports/frame.js'
import { CONFIRMS, helloFrame } from '../../../ports/hello.js'
import { limits } from '../../../ports/limits.js'
import { newLinkId } from '../../../ports/link.js'
import { Qry } from '../../../ports/qry.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { Answer, Question } from '../../support/messages.js'
import { TestActors } from '../../support/port-environment.js'

describe('the clocks of two ports', () => {
  const actors = new TestActors()
  const sockets: (Dealer | Router)[] = []
  afterEach(() => {
    actors.close()
    for (const socket of sockets.splice(0)) socket.close()
  })

  /** An asker whose clock stands where the test says: milliseconds behind the real one. */
  async function askerOf(endpoint: string, actorId: string) {
    const dealer = new Dealer({ linger: 0 })
    sockets.push(dealer)
    Reflect.set(dealer, 'routingId', newLinkId('ab'.repeat(8)))
    dealer.connect(endpoint)
    const hello = async (behindMs: number, confirms = false): Promise<void> => {
      const said = helloFrame(actorId, { actor: 'Asker', component: 'c', port: 'p' }, confirms ? CONFIRMS : 0)
      const header = readHeader(said)
      if (typeof header === 'string') throw new Error(header)
      said.writeDoubleBE(performance.now() - behindMs, header.payload - 8)
      await dealer.send(said)
      await dealer.receive()
    }
    /** Asks with `patienceMs` left. */
    const ask = async (n: number, behindMs: number, patienceMs: number): Promise<void> => {
      const { buffer, start, end } = encode({ n }, 'query')
      const header = bareFrame(TIMED, 2 * n + 1, performance.now() - behindMs + patienceMs)
      await dealer.send(Buffer.concat([header, buffer.subarray(start, end)]))
    }
    return { hello, ask }
  }

  async function answering() {
    const environment = actors.add('Answerer')
    const handled: number[] = []
    const ans = await environment.open(new Ans(Question, Answer, ({ n }) => void handled.push(n)))
    const asker = await askerOf(ans.endpoint, environment.actorId)
    return { ans, handled, ...asker }
  }

  const LONG = 60_000

  it('a clock that stood still is followed when a hello of it is confirmed', async () => {
    const { ans, handled, hello, ask } = await answering()
    await hello(0)
    await ask(1, 0, LONG)
    await eventually(() => handled.length === 1, 'the first query')
    // It stood still for ten minutes: what it asks seems to be given up long ago.
    await ask(2, 10 * LONG, LONG)
    await eventually(() => ans.stats.late === 1, 'given up')
    // One hello may merely have waited for ten minutes to be read.
    await hello(10 * LONG)
    await ask(3, 10 * LONG, LONG)
    await eventually(() => ans.stats.late === 2, 'given up again')
    await hello(10 * LONG, true)
    await ask(4, 10 * LONG, LONG)
    await eventually(() => handled.length === 2, 'the query after it')
    expect(handled).to.deep.equal([1, 4])
  })

  it('a hello that was long on its way does not prolong the time of a query', async () => {
    const { ans, handled, hello, ask } = await answering()
    await hello(0)
    await hello(LONG)
    await ask(1, 0, -1000)
    await eventually(() => ans.stats.late === 1, 'given up')
    await ask(2, 0, LONG)
    await eventually(() => handled.length === 1, 'one in time')
    expect(handled).to.deep.equal([2])
  })

  /** An answerer that answers hellos when `answersHello` lets it, and nothing else; what it was told. */
  async function mute(answersHello: () => Promise<void>) {
    const router = new Router({ linger: 0 })
    sockets.push(router)
    await router.bind('tcp://127.0.0.1:*')
    const qry = await actors.add().open(new Qry(Question, Answer))
    const endpoint = router.lastEndpoint ?? ''
    qry.update({ actor: 'Mute', actorId: 'ab'.repeat(8), component: 'c', port: 'p', endpoint })
    const heard: string[] = []
    void (async () => {
      for await (const [id, frame] of router) {
        const header = readHeader(frame ?? Buffer.alloc(0))
        if (typeof header === 'string') throw new Error(header)
        const isHello = (header.flags & HELLO) !== 0
        heard.push(isHello ? (header.sequence === CONFIRMS ? 'confirmed' : 'hello') : 'query')
        if (!isHello) continue
        await answersHello()
        await router.send([id ?? '', bareFrame(HELLO, 0)])
      }
    })()
    await qry.ready()
    return { qry, heard, countOf: (what: string) => heard.filter((each) => each === what).length }
  }

  it('where hellos are answered slowly, one is said at first, and some more with queries', async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 2 * limits.promptHelloMs))
    const { qry, countOf } = await mute(slow)
    expect(countOf('hello')).to.equal(1)
    for (let n = 1; n <= limits.hellos; n++) {
      // Each without a time-out yet.
      void qry.ask({ n }, { timeout: LONG }).catch(() => undefined)
      await eventually(() => countOf('query') === n, 'the query')
    }
    expect(countOf('hello')).to.be.within(2, limits.hellos)
  })

  it('after a query without an answer in time the next says hello before it, and confirms it', async () => {
    const { qry, heard, countOf } = await mute(() => Promise.resolve())
    // The answer to a hello may be late on a busy machine: then the round after it confirms.
    for (let n = 1; countOf('confirmed') === 0; n++) {
      expect(await rejectionOf(qry.ask({ n }, { timeout: 20 }))).to.include({ code: 'timeout' })
      await eventually(() => countOf('query') === n, 'the query')
    }
    const second = heard.indexOf('query', heard.indexOf('query') + 1)
    expect(heard.indexOf('hello', heard.indexOf('query'))).to.be.below(second)
    expect(heard.indexOf('confirmed')).to.be.above(second)
  })
})
