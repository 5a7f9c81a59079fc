/**
 * What ports and directories rely on in sockets, whoever makes them: the suite that those of ZeroMQ and those
 * in memory pass.
 */
import { expect } from 'chai'
import { type AnySocket, errnoOf, newLinkId, type Sockets } from '../../ports/index.js'
import { eventually } from '../support/eventually.js'

export interface SocketsUnderTest {
  /** The sockets of one process; all on one host. */
  sockets(): Sockets
  readonly host: string
}

const id = (): Buffer => newLinkId('0123456789abcdef')
const bytes = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text))
const texts = (parts: readonly Buffer[]): string[] => parts.map(String)

/** What a call rejects or throws with. */
async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'nothing'
  } catch (error) {
    return errnoOf(error)
  }
}

/** Makes the call again and again until it ends with the code. */
async function becomes(code: string, call: () => Promise<unknown>): Promise<void> {
  while ((await codeOf(call)) !== code) await new Promise((resolve) => setTimeout(resolve, 2))
}

function follow(socket: AnySocket): { handshakes: number; disconnects: number } {
  const seen = { handshakes: 0, disconnects: 0 }
  socket.events.on('handshake', () => seen.handshakes++)
  socket.events.on('disconnect', () => seen.disconnects++)
  return seen
}

/** Keeps what a socket receives. */
function gather(socket: AnySocket): Buffer[][] {
  const got: Buffer[][] = []
  const read = async (): Promise<void> => {
    for (;;) got.push(await socket.receive())
  }
  read().catch(() => undefined)
  return got
}

/** Sends until the socket takes no more; how many it took. */
async function fill(send: () => Promise<void>): Promise<{ taken: number; code: string }> {
  for (let taken = 0; taken < 100_000; taken++) {
    const code = await codeOf(send)
    if (code !== 'nothing') return { taken, code }
  }
  return { taken: 100_000, code: 'nothing' }
}

export function describeSockets(what: string, make: () => SocketsUnderTest): void {
  describe(`${what}: sockets`, () => {
    let own: SocketsUnderTest
    let here: Sockets
    let there: Sockets
    beforeEach(() => {
      own = make()
      here = own.sockets()
      there = own.sockets()
    })
    afterEach(() => {
      here.closeAll()
      there.closeAll()
    })

    async function pair() {
      const router = here.router()
      here.bind(router, `tcp://${own.host}:*`)
      const endpoint = router.lastEndpoint ?? ''
      const routingId = id()
      const dealer = there.dealer({ routingId })
      const seen = follow(dealer)
      dealer.connect(endpoint)
      await eventually(() => seen.handshakes === 1, 'the handshake')
      return { router, endpoint, routingId, dealer, seen }
    }

    it('bind a free port where it is *, and say which', async () => {
      const [a, b] = [here.router(), here.publisher()]
      here.bind(a, `tcp://${own.host}:*`)
      here.bind(b, `tcp://${own.host}:*`)
      expect(a.lastEndpoint).to.match(/^tcp:\/\/[\d.]+:\d+$/)
      expect(b.lastEndpoint).not.to.equal(a.lastEndpoint)
      expect(await codeOf(async () => here.bind(here.router(), a.lastEndpoint ?? ''))).to.equal('EADDRINUSE')
    })

    it('refuse an address that is of another host, or none', async () => {
      expect(await codeOf(async () => here.bind(here.router(), 'tcp://192.0.2.1:*'))).to.equal(
        'EADDRNOTAVAIL',
      )
      const dealer = here.dealer({ routingId: id() })
      expect(() => dealer.connect('nonsense'))
        .to.throw()
        .with.property('code', 'EINVAL')
    })

    it('carry messages of several parts both ways, in order; a router names the dealer', async () => {
      const { router, routingId, dealer } = await pair()
      for (let n = 0; n < 100; n++) await dealer.send(bytes('query', String(n)))
      for (let n = 0; n < 100; n++) {
        const [from, ...parts] = await router.receive()
        expect(from?.equals(routingId)).to.equal(true)
        expect(texts(parts)).to.deep.equal(['query', String(n)])
        await router.send([routingId, ...bytes('answer', String(n))])
      }
      for (let n = 0; n < 100; n++) expect(texts(await dealer.receive())).to.deep.equal(['answer', String(n)])
    })

    it('a dealer without a connection takes nothing (EAGAIN)', async () => {
      const dealer = here.dealer({ routingId: id() })
      dealer.connect(`tcp://${own.host}:9`)
      expect(await codeOf(() => dealer.send(Buffer.from('x')))).to.equal('EAGAIN')
    })

    it('a router says of a dealer that is not there EHOSTUNREACH', async () => {
      const { router } = await pair()
      expect(await codeOf(() => router.send([id(), Buffer.from('x')]))).to.equal('EHOSTUNREACH')
    })

    it('a dealer comes again by itself when the router does', async () => {
      const { router, endpoint, dealer, seen } = await pair()
      here.close(router)
      await eventually(() => seen.disconnects === 1, 'the disconnect')
      expect(await codeOf(() => dealer.send(Buffer.from('x')))).to.equal('EAGAIN')
      const again = here.router()
      await becomes('nothing', async () => here.bind(again, endpoint))
      await eventually(() => seen.handshakes === 2, 'the second handshake')
      await dealer.send(Buffer.from('back'))
      expect(String((await again.receive())[1])).to.equal('back')
    })

    it('a dealer with the id of another takes its place', async () => {
      const { router, endpoint, routingId } = await pair()
      const second = there.dealer({ routingId })
      const seen = follow(second)
      second.connect(endpoint)
      await eventually(() => seen.handshakes === 1, 'the handshake')
      await second.send(Buffer.from('mine now'))
      await router.receive()
      await router.send([routingId, Buffer.from('yours')])
      expect(texts(await second.receive())).to.deep.equal(['yours'])
    })

    it('what a dealer sent before it closed is still read', async () => {
      const { router, routingId, dealer } = await pair()
      for (const text of ['a', 'b', 'bye']) await dealer.send(Buffer.from(text))
      there.close(dealer, 100)
      for (const text of ['a', 'b', 'bye']) expect(String((await router.receive())[1])).to.equal(text)
      await becomes('EHOSTUNREACH', () => router.send([routingId, Buffer.from('?')]))
    })

    it('a way that is full takes nothing more (EAGAIN), until it was read', async () => {
      const router = here.router({ queueFrames: 10 })
      here.bind(router, `tcp://${own.host}:*`)
      const dealer = there.dealer({ routingId: id(), queueFrames: 10 })
      const seen = follow(dealer)
      dealer.connect(router.lastEndpoint ?? '')
      await eventually(() => seen.handshakes === 1, 'the handshake')
      const big = Buffer.alloc(256 * 1024)
      const { taken, code } = await fill(() => dealer.send(big))
      expect(code).to.equal('EAGAIN')
      expect(taken).to.be.within(10, 200)
      const got = gather(router)
      await eventually(() => got.length >= taken, 'all that was taken')
      expect(await codeOf(() => dealer.send(big))).to.equal('nothing')
    })

    async function publishing(topics: Buffer[]) {
      const publisher = here.publisher({ queueFrames: 10 })
      here.bind(publisher, `tcp://${own.host}:*`)
      const news = gather(publisher)
      const join = () => {
        const subscriber = there.subscriber({ queueFrames: 10 })
        const seen = follow(subscriber)
        subscriber.subscribe(...topics)
        subscriber.connect(publisher.lastEndpoint ?? '')
        return { subscriber, seen }
      }
      return { publisher, news, join }
    }

    it('a publisher hears of each subscription, also of one that it knows', async () => {
      const { news, join } = await publishing(bytes('A', 'B'))
      join()
      await eventually(() => news.length === 2, 'two subscriptions')
      join()
      await eventually(() => news.length === 4, 'two more')
      expect(news.flat().map(String).sort()).to.deep.equal(['\x01A', '\x01A', '\x01B', '\x01B'])
    })

    it('and of the end of a topic when the last of its subscribers goes', async () => {
      const { news, join } = await publishing(bytes('A'))
      const [one, two] = [join(), join()]
      await eventually(() => news.length === 2, 'two subscriptions')
      there.close(one.subscriber)
      const three = join()
      await eventually(() => news.length === 3, 'the third')
      there.close(two.subscriber)
      there.close(three.subscriber)
      await eventually(() => news.length === 4, 'the end')
      expect(String(news[3])).to.equal('\x00A')
    })

    it('a subscriber gets what begins with its topics, and nothing else', async () => {
      const { publisher, news, join } = await publishing(bytes('A', 'BB'))
      const { subscriber } = join()
      await eventually(() => news.length === 2, 'the subscriptions')
      for (const text of ['A1', 'B2', 'BB3', 'xA4', 'A5']) await publisher.send(bytes(text, 'more'))
      const got = [await subscriber.receive(), await subscriber.receive(), await subscriber.receive()]
      expect(got.map(texts)).to.deep.equal([
        ['A1', 'more'],
        ['BB3', 'more'],
        ['A5', 'more'],
      ])
    })

    it('where one subscriber is full, a publisher takes nothing for any (EAGAIN)', async () => {
      const { publisher, news, join } = await publishing(bytes('A'))
      const [slow, quick] = [join(), join()]
      await eventually(() => news.length === 2, 'two subscriptions')
      const got = gather(quick.subscriber)
      const big = Buffer.concat([Buffer.from('A'), Buffer.alloc(256 * 1024)])
      let taken = 0
      let code = 'nothing'
      while (code === 'nothing') {
        code = await codeOf(() => publisher.send(big))
        if (code === 'nothing') await eventually(() => got.length > taken, 'the quick one')
        if (code === 'nothing') taken++
      }
      expect(code).to.equal('EAGAIN')
      gather(slow.subscriber)
      await eventually(() => got.length === taken, 'what was taken and no more')
    })

    it('within a process connect without events', async () => {
      const router = here.router()
      here.bind(router, 'inproc://quorate/test')
      const dealer = here.dealer({ routingId: id() })
      const seen = follow(dealer)
      dealer.connect('inproc://quorate/test')
      await dealer.send(Buffer.from('hello'))
      expect(String((await router.receive())[1])).to.equal('hello')
      expect(seen).to.deep.equal({ handshakes: 0, disconnects: 0 })
    })

    it('reject a receive() that waits when they are closed, and throw afterwards', async () => {
      const { router } = await pair()
      const waiting = codeOf(() => router.receive())
      expect(await codeOf(() => router.receive())).to.equal('EBUSY')
      here.close(router)
      expect(router.closed).to.equal(true)
      expect(await waiting).to.equal('EAGAIN')
      expect(() => router.receive())
        .to.throw()
        .with.property('code', 'EBADF')
      expect(() => router.send([id(), Buffer.from('x')]))
        .to.throw()
        .with.property('code', 'EBADF')
    })
  })
}
