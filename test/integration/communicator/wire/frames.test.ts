/** What a reader of frames takes, drops, or ends a connection for. */
import { expect } from 'chai'
import { EndpointState, Message } from '../../../../communicator/index.js'
import { Chance } from '../../../support/chance.js'
import { F3, type FrameParts, frameBytes, packed } from '../../../support/f3-frames.js'
import { dataParts, type F3Peer } from '../../../support/f3-peer.js'
import { APP, type Side, wireForTests } from './wires.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const data = (more: Partial<FrameParts>): FrameParts => ({ ...dataParts(APP), ...more })

/** The connection is kept, and nothing comes of them. */
const dropped: readonly [string, FrameParts][] = [
  ['headers beyond its end', data({ headerLength: 5, payload: Buffer.from('abcd') })],
  ['65,535 bytes of headers, and none', data({ headerLength: 65_535 })],
  ['headers that are no MessagePack', data({ headers: hex('c1') })],
  ['headers that are cut', data({ headers: packed({ k: 'value' }).subarray(0, -1) })],
  ['headers that something follows', data({ headers: Buffer.concat([packed({ k: 1 }), hex('00')]) })],
  ['a key that is a number', data({ headers: hex('810101') })],
  ['a key that is a number, deeper', data({ headers: hex('81a161810101') })],
  ['text that is no UTF-8', data({ headers: hex('81a16ba2c328') })],
  ['a key that is no UTF-8', data({ headers: hex('81a1ff01') })],
  ['an app that nobody serves', data({ appId: 999, payload: Buffer.from('x') })],
  ['the type FRAG', { type: F3.FRAG, appId: APP, payload: Buffer.from('x') }],
  ['the type ACK', { type: F3.ACK, appId: APP, payload: Buffer.from('x') }],
  ['the type 0', { type: 0, appId: APP }],
  ['the type 8', { type: 8, appId: APP }],
  ['the type 255', { type: 255, appId: APP, headers: hex('c1') }],
]

describe(`frames (seed ${seed})`, () => {
  const wire = wireForTests()

  async function stillGood(side: Side, peer: F3Peer): Promise<void> {
    const before = side.watch.heard.length
    peer.data(APP, { good: true }, 'still here')
    await peer.settled()
    expect(side.watch.heard.slice(before).map(({ message }) => String(message.payload))).to.deep.equal([
      'still here',
    ])
    expect(side.watch.times(peer.name, EndpointState.DISCONNECTED)).to.equal(0)
  }

  it('are dropped, and the connection kept, for what is wrong within them', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    for (const [what, parts] of dropped) {
      peer.send(parts)
      await peer.settled()
      expect(side.watch.heard.length, what).to.equal(0)
    }
    await stillGood(side, peer)
  })

  it('count whatever their reserved byte, flags, stream and sequence are', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    const odd: readonly Partial<FrameParts>[] = [
      { reserved: 255 },
      { flags: 0xffff },
      { streamId: 0 },
      { streamId: 1 },
      { sequence: 0 },
      { sequence: 65_535 },
      { sequence: 1 },
      { reserved: 7, flags: 0x8000, streamId: 9, sequence: 9 },
    ]
    for (const more of odd) peer.send(data({ ...more, payload: Buffer.from('counts') }))
    await peer.settled()
    expect(side.watch.heard.length).to.equal(odd.length)
    for (const more of odd) {
      peer.send({ type: F3.PING, ...more })
      await peer.next(F3.PONG)
    }
    await stillGood(side, peer)
  })

  for (const length of [0, 1, 15, 100_001, 0x7fe0_0001, 0xffff_ffff]) {
    it(`end the connection where one is announced with ${length} bytes`, async () => {
      const side = await wire.listening('listener', { maxFrameBytes: 100_000 })
      const peer = await wire.peer(side)
      peer.data(APP, undefined, 'before')
      peer.send(data({ length }))
      await peer.ended
      await side.watch.isGone('peer')
      expect(side.watch.heard.map(({ message }) => String(message.payload))).to.deep.equal(['before'])
    })
  }

  it('are taken up to the longest, and not one byte more', async () => {
    const maxFrameBytes = 100_000
    const side = await wire.listening('listener', { maxFrameBytes })
    const peer = await wire.peer(side)
    peer.send(data({ payload: Buffer.alloc(maxFrameBytes - 16, 7) }))
    expect((await side.watch.next()).message.payload?.length).to.equal(maxFrameBytes - 16)
    peer.send(data({ payload: Buffer.alloc(maxFrameBytes - 15, 7) }))
    await peer.ended
    expect(side.watch.heard.length).to.equal(1)
  })

  it('are refused by send() where they are too long, before a byte is written', async () => {
    const side = await wire.listening('listener', { maxFrameBytes: 1000 })
    const peer = await wire.peer(side)
    const { communicator } = side
    const refused: Promise<unknown>[] = [
      communicator.send('peer', APP, new Message(null, Buffer.alloc(985))),
      communicator.send('peer', APP, new Message({ k: 'x'.repeat(65_530) })),
      communicator.send('peer', 65_536, new Message()),
      communicator.send('peer', -1, new Message()),
      communicator.send('peer', 1.5, new Message()),
    ]
    for (const outcome of await Promise.allSettled(refused)) {
      expect(outcome.status === 'rejected' && outcome.reason.code).to.equal('BAD_DATA')
    }
    await communicator.send('peer', APP, new Message(null, Buffer.alloc(984)))
    expect((await peer.next()).length).to.equal(1000)
  })

  it('that come before who sends them has said who it is are nobody’s', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.stranger(side)
    peer.data(APP, undefined, 'too early')
    peer.send({ type: F3.PING })
    peer.send({ type: F3.PONG })
    peer.send({ type: 99 })
    await peer.shakeHands()
    await stillGood(side, peer)
    expect(peer.counts[F3.PONG]).to.equal(1)
  })

  it('are the same however the bytes are cut, or joined', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    const chance = new Chance(seed)
    const payloads = Array.from({ length: 40 }, () =>
      chance.bytes(chance.below(chance.pick([3, 300, 30_000]))),
    )
    const bytes = Buffer.concat(payloads.map((payload) => peer.frame(dataParts(APP, { k: 'v' }, payload))))
    const places = Array.from({ length: 200 }, () => chance.below(bytes.length)).sort((a, b) => a - b)
    await peer.split(bytes, places)
    await peer.settled()
    expect(side.watch.heard.length).to.equal(payloads.length)
    for (const [at, { message }] of side.watch.heard.entries()) {
      expect(message.payload ?? Buffer.alloc(0)).to.deep.equal(payloads[at])
    }
  })

  it('come in the order of sending, whatever their sizes and apps, from and to a peer', async () => {
    const side = await wire.listening('listener')
    side.communicator.registerMessageReceiver(APP + 1, side.watch)
    const peer = await wire.peer(side)
    const chance = new Chance(seed)
    for (let at = 0; at < 500; at++) {
      const payload = Buffer.alloc(chance.below(chance.pick([10, 1000, 200_000])), at)
      peer.data(APP + (at % 2), { at }, payload)
      await side.communicator.send('peer', APP, new Message({ at }, payload))
    }
    await peer.settled()
    expect(side.watch.heard.map(({ message }) => message.getHeader('at'))).to.deep.equal([
      ...Array(500).keys(),
    ])
    for (let at = 0; at < 500; at++) {
      const frame = await peer.next(F3.DATA)
      expect(frame.headers).to.deep.equal(packed({ at }))
    }
  })

  it('that are announced and never come take no memory', async () => {
    const side = await wire.listening('listener')
    const liars = await Promise.all(Array.from({ length: 40 }, (_, at) => wire.peer(side, `liar-${at}`)))
    const before = process.memoryUsage()
    const longest = frameBytes({ type: F3.DATA, appId: APP, length: 2_145_386_496 })
    for (const liar of liars) await liar.taken(Buffer.concat([longest, Buffer.alloc(1000)]))
    // What all of them wrote has been read when one that connects after it is known.
    const good = await wire.peer(side, 'good')
    await stillGood(side, good)
    const after = process.memoryUsage()
    const mib = 1024 * 1024
    expect(after.arrayBuffers - before.arrayBuffers).to.be.below(64 * mib)
    expect(after.rss - before.rss).to.be.below(256 * mib)
    expect(liars.some(({ hasEnded }) => hasEnded)).to.equal(false)
  })
})
