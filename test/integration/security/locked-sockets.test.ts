/** Sockets with a lock, as ports and directories use them: who is admitted, who is not, and who is later. */
import { expect } from 'chai'
import { newCurveKeys } from '../../../ports/security/curve-keys.js'
import { keyBytesOf } from '../../../ports/security/z85.js'
import { type Verdict, ZapHandler } from '../../../ports/security/zap-handler.js'
import { connect } from '../../../ports/socket-calls.js'
import type { SocketLock } from '../../../ports/socket-lock.js'
import { createSockets, type Sockets } from '../../../ports/sockets.js'
import { rejectionOf } from '../../rejection.js'

const REFUSED = ['disconnect', 'handshake:error:auth', 'handshake:error:other'] as const

describe('sockets with a lock', () => {
  const refused: Verdict = { admitted: false, code: 'revoked', text: 'its certificate was revoked' }
  const known = new Set<string>()
  const asked: string[] = []
  const plain = createSockets()
  let handler: ZapHandler
  const newHandler = (): ZapHandler =>
    new ZapHandler({
      sockets: plain,
      decide: (domain, key) => {
        asked.push(domain)
        return known.has(key.toString('hex')) ? { admitted: true } : refused
      },
      refused: () => undefined,
    })
  const made: Sockets[] = []

  before(() => {
    handler = newHandler()
    return handler.open()
  })
  afterEach(() => {
    for (const sockets of made.splice(0)) sockets.closeAll()
    known.clear()
    asked.length = 0
  })
  after(() => {
    handler.close()
    plain.closeAll()
  })

  /** An actor's sockets, its key, and how it comes to be known. */
  function actor(name: string) {
    const keys = newCurveKeys()
    const lock: SocketLock = { keys: () => keys, domain: (door) => `${door}/${name}` }
    const sockets = createSockets(lock)
    made.push(sockets)
    const isKnown = (): unknown => known.add(keyBytesOf(keys.publicKey)?.toString('hex') ?? '')
    return { sockets, key: keys.publicKey, isKnown }
  }

  async function boundRouter(sockets: Sockets): Promise<{ address: string; heard: Promise<string> }> {
    const router = sockets.router({ door: 'directory' })
    sockets.bind(router, 'tcp://127.0.0.1:*')
    const heard = router.receive().then((parts) => String(parts[1]))
    // Of those that are closed before anything came.
    heard.catch(() => undefined)
    return { address: router.lastEndpoint ?? '', heard }
  }

  it('bring messages to who is admitted, and ask for the door that it came to', async () => {
    const server = actor('b')
    const client = actor('a')
    client.isKnown()
    const { address, heard } = await boundRouter(server.sockets)
    const dealer = client.sockets.dealer({ routingId: Buffer.alloc(16, 1), peerKey: server.key })
    dealer.events.on('handshake', () => void dealer.send(Buffer.from('hello')))
    connect(dealer, address)
    expect(await heard).to.equal('hello')
    expect(asked).to.deep.equal(['directory/b'])
  })

  it('publish to who is admitted', async () => {
    const server = actor('b')
    const client = actor('a')
    client.isKnown()
    const publisher = server.sockets.publisher()
    server.sockets.bind(publisher, 'tcp://127.0.0.1:*')
    const subscriber = client.sockets.subscriber({ peerKey: server.key })
    subscriber.subscribe(Buffer.from('news'))
    connect(subscriber, publisher.lastEndpoint ?? '')
    await publisher.receive()
    await publisher.send(Buffer.from('news of today'))
    expect((await subscriber.receive()).map(String)).to.deep.equal(['news of today'])
    expect(asked).to.deep.equal(['ports/b'])
  })

  it('dial again where they were refused, and get in once they are known', async () => {
    const server = actor('b')
    const client = actor('a')
    const { address, heard } = await boundRouter(server.sockets)
    const dealer = client.sockets.dealer({ routingId: Buffer.alloc(16, 1), peerKey: server.key })
    let refusals = 0
    const refusedTwice = new Promise<void>((resolve) => {
      dealer.events.on('handshake:error:auth', () => {
        if (++refusals === 2) resolve()
      })
    })
    dealer.events.on('handshake', () => void dealer.send(Buffer.from('hello')))
    connect(dealer, address)
    await refusedTwice
    client.isKnown()
    expect(await heard).to.equal('hello')
  })

  it('are not made for a peer without a key', () => {
    const { sockets } = actor('a')
    expect(() => sockets.subscriber())
      .to.throw('has no key')
      .with.property('code', 'keyless-peer')
    expect(() => sockets.dealer({ routingId: Buffer.alloc(16, 1), peerKey: '' })).to.throw('has no key')
  })

  it('let nobody in while there is no handler of ZAP', async () => {
    handler.close()
    const server = actor('b')
    const client = actor('a')
    client.isKnown()
    const { address } = await boundRouter(server.sockets)
    const dealer = client.sockets.dealer({ routingId: Buffer.alloc(16, 1), peerKey: server.key })
    const ends = new Promise<string>((resolve) => {
      dealer.events.on('handshake', () => resolve('let in'))
      for (const event of REFUSED) dealer.events.on(event, () => resolve('refused'))
    })
    connect(dealer, address)
    expect(await ends).to.equal('refused')
    expect(asked).to.deep.equal([])
    handler = newHandler()
    await handler.open()
  })

  it('take nothing of one without a lock', async () => {
    const server = actor('b')
    const { address } = await boundRouter(server.sockets)
    const dealer = plain.dealer({ routingId: Buffer.alloc(16, 1) })
    const broken = new Promise<void>((resolve) => dealer.events.on('disconnect', resolve))
    connect(dealer, address)
    await broken
    expect(await rejectionOf(dealer.send(Buffer.from('hello')))).to.have.property('code', 'EAGAIN')
    plain.close(dealer)
    expect(asked).to.deep.equal([])
  })
})
