/** The handler of ZAP, asked by ZeroMQ itself: who gets into a socket with a key and a domain. */
import { expect } from 'chai'
import { curveKeyPair, Dealer, Router } from 'zeromq'
import { type Refusal, type Verdict, ZapHandler } from '../../../ports/security/zap-handler.js'
import { createSockets } from '../../../ports/sockets.js'

const server = curveKeyPair()
const UNKNOWN: Verdict = { admitted: false, code: 'unknown-key', text: 'nobody vouches for it' }

const FAILURES = ['disconnect', 'handshake:error:protocol', 'handshake:error:other'] as const

function happens(
  dealer: Dealer,
  event: (typeof FAILURES)[number] | 'handshake:error:auth',
): Promise<unknown> {
  return new Promise((resolve) => dealer.events.on(event, resolve))
}

describe('the handler of ZAP', () => {
  const sockets = createSockets()
  let decide = (_key: string): Verdict => UNKNOWN
  const refusals: Refusal[] = []
  let refused: (refusal: Refusal) => void = () => undefined
  const handler = new ZapHandler({
    sockets,
    decide: (_, key) => decide(key.toString('hex')),
    refused: (refusal) => {
      refusals.push(refusal)
      refused(refusal)
    },
  })
  const router = new Router({
    linger: 0,
    curveServer: true,
    curvePublicKey: server.publicKey,
    curveSecretKey: server.secretKey,
    zapDomain: 'ports/a',
  })
  const clients: Dealer[] = []

  before(async () => {
    await handler.open()
    await router.bind('tcp://127.0.0.1:*')
    void (async () => {
      for await (const [who, text] of router) if (who && text) await router.send([who, text])
    })().catch(() => undefined)
  })

  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    refusals.length = 0
  })

  after(() => {
    router.close()
    handler.close()
    sockets.closeAll()
  })

  function client(options: ConstructorParameters<typeof Dealer>[0]): Dealer {
    const dealer = new Dealer({ linger: 0, ...options })
    clients.push(dealer)
    return dealer
  }

  function curve(keys = curveKeyPair(), serverKey = server.publicKey): Dealer {
    const { publicKey: curvePublicKey, secretKey: curveSecretKey } = keys
    return client({ curveServerKey: serverKey, curvePublicKey, curveSecretKey })
  }

  async function echo(dealer: Dealer): Promise<string> {
    await dealer.send('hello')
    return String((await dealer.receive())[0])
  }

  /** The key that the next refusal is of, and its code. */
  function nextRefusal(): Promise<Refusal> {
    return new Promise((resolve) => {
      refused = resolve
    })
  }

  it('keeps an unknown key waiting, and refuses it after a while', async () => {
    decide = () => UNKNOWN
    const refusal = nextRefusal()
    curve().connect(router.lastEndpoint ?? '')
    const { key, ...rest } = await refusal
    expect(key).to.have.length(32)
    expect(rest).to.deep.equal({
      ...{ domain: 'ports/a', address: '127.0.0.1' },
      ...{ code: 'unknown-key', text: 'nobody vouches for it' },
    })
  })

  it('lets an unknown key in once somebody vouches for it', async () => {
    const asked = new Promise<string>((resolve) => {
      decide = (key) => {
        resolve(key)
        return UNKNOWN
      }
    })
    const dealer = curve()
    dealer.connect(router.lastEndpoint ?? '')
    const answer = echo(dealer)
    const key = await asked
    decide = (other) => (other === key ? { admitted: true } : UNKNOWN)
    handler.again()
    expect(await answer).to.equal('hello')
    expect(refusals).to.deep.equal([])
  })

  it('refuses at once who is known and not wanted', async () => {
    decide = () => ({ admitted: false, code: 'revoked', text: 'its certificate was revoked' })
    const refusal = nextRefusal()
    const dealer = curve()
    const told = happens(dealer, 'handshake:error:auth')
    dealer.connect(router.lastEndpoint ?? '')
    expect((await refusal).code).to.equal('revoked')
    await told
  })

  it('is not even asked of one without a key, or with the key of another server', async () => {
    decide = () => ({ admitted: true })
    for (const dealer of [
      client({}),
      client({ plainUsername: 'a', plainPassword: 'b' }),
      curve(curveKeyPair(), curveKeyPair().publicKey),
    ]) {
      const ended = Promise.race(FAILURES.map((event) => happens(dealer, event)))
      dealer.connect(router.lastEndpoint ?? '')
      await ended
    }
    expect(refusals).to.deep.equal([])
    const dealer = curve()
    dealer.connect(router.lastEndpoint ?? '')
    expect(await echo(dealer)).to.equal('hello')
  })
})
