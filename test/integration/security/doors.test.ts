/** The doors of actors, kept in the io thread: who introduced itself gets in, whatever the main one does. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { newLinkId } from '../../../ports/link.js'
import {
  anchorOf,
  anchorsText,
  answerIn,
  domainOf,
  type FromDoors,
  introductionOf,
  newHolder,
  newSigner,
  type ToDoors,
} from '../../../ports/security/index.js'
import { connect } from '../../../ports/socket-calls.js'
import { createSockets } from '../../../ports/sockets.js'
import type { ThreadChannel } from '../../../ports/thread-channel.js'
import { openIoChannel } from '../../../runtime/io/io-thread.js'
import { bundled } from '../../support/bundled.js'

const PROGRAM = fileURLToPath(new URL('./programs/knocks.ts', import.meta.url))
const APP = 'cell'
const SELF = Buffer.from('what it says of itself')

describe('the doors of an actor', function () {
  this.timeout(30_000)
  const appKey = newSigner()
  const anchor = anchorOf(appKey.publicKey)
  const plain = createSockets()
  const holder = (role: 'actor' | 'viewer', signer = appKey) =>
    newHolder(signer, [anchorOf(signer.publicKey)], { app: APP, actors: ['A'], roles: [role] }, Date.now())
  const channels: ThreadChannel<ToDoors>[] = []

  afterEach(() => {
    for (const channel of channels.splice(0)) channel.close()
  })
  after(() => plain.closeAll())

  /** An actor's doors, and a socket behind one. */
  async function actor(actorId: string) {
    const own = holder('actor')
    const events: FromDoors[] = []
    let told: (event: FromDoors) => void = () => undefined
    const next = (): Promise<FromDoors> =>
      new Promise((resolve) => {
        told = resolve
      })
    const opened = next()
    const trust = { anchors: anchorsText([anchor], APP), revocations: undefined }
    const channel = openIoChannel<ToDoors, FromDoors>(
      { is: 'doors', app: APP, actorId, trust, host: '127.0.0.1', port: 0 },
      {
        message: (event) => {
          events.push(event)
          told(event)
        },
        ended: () => undefined,
      },
    )
    channels.push(channel)
    channel.post({ do: 'answer', answer: SELF, keyless: Buffer.of(0x71, 1) })
    const event = await opened
    if (event.is !== 'open') throw new Error(JSON.stringify(event))
    const sockets = createSockets({ keys: () => own.curve, domain: (door) => domainOf(door, actorId) })
    const router = sockets.router()
    sockets.bind(router, 'tcp://127.0.0.1:*')
    channels.push({ post: () => undefined, close: () => sockets.closeAll() })
    return {
      ...{ channel, events, next, key: own.curve.publicKey },
      introduceAt: `tcp://127.0.0.1:${event.port}`,
      knockAt: router.lastEndpoint ?? '',
    }
  }

  /** What the actor answers who shows this certificate. */
  async function introduce(address: string, certificate: Buffer): Promise<ReturnType<typeof answerIn>> {
    // Of its own: nobody takes the place of one that may not be quite gone.
    const dealer = plain.dealer({ routingId: newLinkId('0123456789abcdef') })
    dealer.events.on('handshake', () => void dealer.send(introductionOf(certificate)))
    connect(dealer, address)
    const answer = answerIn(await dealer.receive())
    plain.close(dealer)
    return answer
  }

  /** Whether who holds this key is let in. */
  async function knock(address: string, keys: { publicKey: string; secretKey: string }, peerKey: string) {
    const sockets = createSockets({ keys: () => keys, domain: () => '' })
    const dealer = sockets.dealer({ routingId: Buffer.alloc(16, 4), peerKey })
    const isIn = new Promise<boolean>((resolve) => {
      dealer.events.on('handshake', () => resolve(true))
      dealer.events.on('handshake:error:auth', () => resolve(false))
      dealer.events.on('handshake:error:other', () => resolve(false))
    })
    connect(dealer, address)
    const result = await isIn
    sockets.closeAll()
    return result
  }

  it('open for who introduced itself, and tell it whom it talks to', async () => {
    const { introduceAt, knockAt, key } = await actor('0123456789abcdef')
    const guest = holder('actor')
    expect(await introduce(introduceAt, guest.certificate.bytes)).to.deep.equal({ answer: SELF })
    expect(await knock(knockAt, guest.curve, key)).to.equal(true)
  })

  it('stay shut for strangers, and for those in another role; both are told of', async () => {
    const { introduceAt, knockAt, key, next } = await actor('0123456789abcdef')
    const viewer = holder('viewer')
    const forged = holder('actor', newSigner())
    expect(await introduce(introduceAt, viewer.certificate.bytes)).to.deep.equal({ answer: SELF })
    expect(await introduce(introduceAt, forged.certificate.bytes)).to.deep.equal({ code: 'bad-certificate' })
    const refusal = next()
    expect(await knock(knockAt, viewer.curve, key)).to.equal(false)
    expect(await refusal).to.nested.include({ 'refusals[0].code': 'wrong-role', 'refusals[0].door': 'ports' })
    const other = next()
    expect(await knock(knockAt, forged.curve, key)).to.equal(false)
    expect(await other).to.nested.include({
      'refusals[0].code': 'unknown-key',
      'refusals[0].key': forged.curve.publicKey,
    })
  })

  it('are those of each actor of a process alone', async () => {
    const one = await actor('0123456789abcdef')
    const other = await actor('fedcba9876543210')
    const guest = holder('actor')
    await introduce(one.introduceAt, guest.certificate.bytes)
    expect(await knock(one.knockAt, guest.curve, one.key)).to.equal(true)
    expect(await knock(other.knockAt, guest.curve, other.key)).to.equal(false)
    one.channel.close()
    await introduce(other.introduceAt, guest.certificate.bytes)
    expect(await knock(other.knockAt, guest.curve, other.key)).to.equal(true)
    expect(await knock(one.knockAt, guest.curve, one.key)).to.equal(false)
  })

  it('open while the main thread is blocked for 5 s', async () => {
    const { introduceAt, knockAt, key } = await actor('0123456789abcdef')
    const guest = holder('actor')
    const child = fork(bundled(PROGRAM), { execArgv: [] })
    await once(child, 'message')
    const certificate = guest.certificate.bytes.toString('base64url')
    child.send({ keys: guest.curve, certificate, peerKey: key, introduceAt, knockAt })
    const isIn = once(child, 'message')
    // The task leaves with the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000)
    const unblockedAt = Date.now()
    const [{ admittedAt }] = await isIn
    expect(admittedAt).to.be.below(unblockedAt)
  })
})
