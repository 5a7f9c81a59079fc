/**
 * What anybody who reaches the port may do: nothing of it changes anything for those who are there.
 * QUORATE_FUZZ_SEED, which the title shows, brings a run back.
 */
import { expect } from 'chai'
import { commLimits, Message } from '../../../../communicator/index.js'
import { Chance } from '../../../support/chance.js'
import { eventually } from '../../../support/eventually.js'
import { F3, frameBytes } from '../../../support/f3-frames.js'
import { Fuzz, namesIn } from '../../../support/f3-fuzz.js'
import { F3Peer, greeting } from '../../../support/f3-peer.js'
import { APP, HOST, type Side, wireForTests } from './wires.js'

const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const FUZZED_BYTES = 1_000_000
const AT_ONCE = 20
const MIB = 1024 * 1024

describe(`who is hostile (seed ${seed})`, function () {
  this.timeout(60_000)
  const wire = wireForTests()

  async function stillServed(side: Side, peer: F3Peer, from = side.watch.heard.length): Promise<void> {
    peer.data(APP, { good: true }, 'from the good')
    await peer.settled()
    const heard = side.watch.heard.slice(from).filter((each) => each.from === peer.name)
    expect(heard.map(({ message }) => String(message.payload))).to.deep.equal(['from the good'])
    await side.communicator.send(peer.name, APP, new Message(null, Buffer.from('to the good')))
    expect(String((await peer.next(F3.DATA)).payload)).to.equal('to the good')
    expect(peer.hasEnded).to.equal(false)
  }

  it('changes nothing with a million bytes of nonsense', async () => {
    const side = await wire.listening('listener', { maxFrameBytes: 10 * MIB })
    const good = await wire.peer(side, 'good')
    const fuzz = new Fuzz(new Chance(seed))
    const named = new Set(['good'])
    let sentBytes = 0
    while (sentBytes < FUZZED_BYTES) {
      const rounds = Array.from({ length: AT_ONCE }, async () => {
        const bytes = fuzz.bytes()
        for (const name of namesIn(bytes)) named.add(name)
        sentBytes += bytes.length
        await said(side, bytes)
      })
      await Promise.all(rounds)
      await stillServed(side, good)
    }
    const known = new Set(side.watch.states.map(({ name }) => name))
    for (const name of known) expect([...named], `${name} was named`).to.include(name)
    await eventually(() => side.watch.ready().length === 1, 'all but the good are gone')
    expect(side.watch.ready()).to.deep.equal(['good'])
  })

  /** Says this on a connection of its own, and resolves when that has ended. */
  async function said(side: Side, bytes: Buffer): Promise<void> {
    const peer = await F3Peer.dial({ port: side.port, host: HOST }, 'fuzz')
    peer.answersPing = false
    peer.line.end(bytes)
    await peer.ended
    peer.close()
  }

  it('ends who says nothing, or half a handshake, after the time for it', async () => {
    const side = await wire.listening('listener', { handshakeMs: 300 })
    const good = await wire.peer(side, 'good')
    const hello = frameBytes(greeting(F3.HELLO, 'half'))
    const began = performance.now()
    const slow = await Promise.all(Array.from({ length: 8 }, (_, at) => wire.stranger(side, `slow-${at}`)))
    for (const [at, peer] of slow.entries()) if (at > 0) peer.bytes(hello.subarray(0, at * 4))
    const chatty = await wire.stranger(side, 'chatty')
    chatty.answersPing = false
    const talking = setInterval(() => chatty.send({ type: F3.PING }), 20)
    await Promise.all([...slow, chatty].map(({ ended }) => ended))
    clearInterval(talking)
    expect(performance.now() - began).to.be.within(200, 6000)
    expect(side.watch.ready()).to.deep.equal(['good'])
    await stillServed(side, good)
  })

  it('ends what a dialler reached that never answers', async () => {
    const listener = await wire.listener()
    const side = await wire.dialling(listener.url, 'dialler', { handshakeMs: 200 })
    const mute = await listener.accepted()
    await mute.next(F3.HELLO)
    await mute.ended
    await eventually(() => side.watch.failures.length > 0, 'it is told')
    expect(side.watch.states).to.deep.equal([])
  })

  it('keeps a bounded number of strangers, and lets others in before them', async () => {
    const side = await wire.listening('listener', { handshakeMs: 60_000 })
    const good = await wire.peer(side, 'good')
    const more = 20
    const strangers: F3Peer[] = []
    for (let at = 0; at < commLimits.strangers + more; at++)
      strangers.push(await wire.stranger(side, `s-${at}`))
    const ended = (): number => strangers.filter(({ hasEnded }) => hasEnded).length
    await eventually(() => ended() >= more, 'those beyond the bound are ended')
    await stillServed(side, good)
    const late = await wire.peer(side, 'late')
    await stillServed(side, late)
    expect(ended()).to.be.within(more, more + 2)
  })

  it('has no stranger announce a frame that is longer than a handshake', async () => {
    const side = await wire.listening('listener')
    const before = process.memoryUsage()
    for (const length of [commLimits.helloFrameBytes + 1, MIB, 0x7fe0_0000, 0xffff_ffff]) {
      const liars = await Promise.all(Array.from({ length: 50 }, () => wire.stranger(side)))
      for (const liar of liars) liar.bytes(frameBytes({ type: F3.HELLO, length }))
      await Promise.all(liars.map(({ ended }) => ended))
    }
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).to.be.below(64 * MIB)
    expect(after.rss - before.rss).to.be.below(256 * MIB)
  })

  it('pays little memory for frames that come a byte at a time', async () => {
    const side = await wire.listening('listener')
    const slow = await Promise.all(Array.from({ length: 10 }, (_, at) => wire.peer(side, `slow-${at}`)))
    const before = process.memoryUsage()
    const bytes = Buffer.concat([
      frameBytes({ type: F3.DATA, appId: APP, length: 2 ** 30 }),
      Buffer.alloc(2000),
    ])
    await Promise.all(slow.map((peer) => peer.split(bytes, [...bytes.keys()])))
    await (await wire.peer(side, 'good')).settled()
    const after = process.memoryUsage()
    expect(after.external - before.external).to.be.below(16 * MIB)
  })
})
