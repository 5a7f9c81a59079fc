/** A session of two processes of the reference, with a communicator in the place of one of them. */
import { expect } from 'chai'
import { Message } from '../../../../communicator/index.js'
import { F3, parsedFrame, recounted, unpacked } from '../../../support/f3-frames.js'
import { session } from '../../../support/f3-vectors.js'
import { APP, wireForTests } from './wires.js'

const [hello, ready, fromA, fromB, onlyHeaders, nothing, ping, pong] = session.map(({ bytes }) => bytes)
if (!(hello && ready && fromA && fromB && onlyHeaders && nothing && ping && pong))
  throw new Error('no session')

/** A clock that stands at the moment of a handshake. */
function clockOf(handshake: Buffer): () => number {
  const seconds = Number(Object(unpacked(parsedFrame(handshake).payload)).timestamp)
  return () => seconds * 1000
}

const headersOfB = { topic: 't1', n: 42, ok: true, f: 1.5, l: [1, 'x'], nil: null }

describe('a session of the reference', () => {
  const wire = wireForTests()

  it('is the same with a communicator as its listener, byte for byte', async () => {
    const options = { now: clockOf(ready), heartbeatMs: 400 }
    const side = await wire.listening('py-a', options, { foo: 'test' })
    const sent: Promise<void>[] = []
    side.watch.onReady = (endpoint) => {
      sent.push(side.communicator.send(endpoint, APP, new Message({}, Buffer.from('hello from a'))))
    }
    const peer = await wire.stranger(side, 'py-b')
    peer.answersPing = false
    peer.bytes(hello)
    expect((await peer.next(F3.READY)).bytes).to.deep.equal(ready)
    expect((await peer.next(F3.DATA)).bytes).to.deep.equal(fromA)
    await Promise.all(sent)

    for (const bytes of [fromB, onlyHeaders, nothing]) peer.bytes(bytes)
    const told = [await side.watch.next(), await side.watch.next(), await side.watch.next()]
    expect(told.map(({ message }) => [message.headers, message.payload?.toString()])).to.deep.equal([
      [headersOfB, 'hello from b'],
      [{ only: 'headers' }, undefined],
      [undefined, undefined],
    ])
    expect((await peer.next(F3.PING)).bytes).to.deep.equal(ping)
    peer.bytes(pong)
  })

  it('is the same with a communicator as its dialler, but for the PING that settles it', async () => {
    const listener = await wire.listener('py-a')
    const options = { now: clockOf(hello), heartbeatMs: 60_000 }
    const side = await wire.dialling(listener.url, 'py-b', options, { bar: 123 })
    const peer = await listener.accepted()
    expect((await peer.next(F3.HELLO)).bytes).to.deep.equal(hello)
    peer.bytes(ready)
    expect((await side.watch.isReady('py-a')).getProp('foo')).to.equal('test')

    const { communicator } = side
    await communicator.send('py-a', APP, new Message(headersOfB, Buffer.from('hello from b')))
    await communicator.send('py-a', APP, new Message({ only: 'headers' }))
    await communicator.send('py-a', APP, new Message())
    const first = await peer.next(F3.DATA)
    // It asked once, or oftener where this machine was slow; each took a number.
    const asked = peer.counts[F3.PING] ?? 0
    const later = (bytes: Buffer): Buffer =>
      recounted(bytes, bytes.readUInt16BE(12) + asked, bytes.readUInt16BE(14) + asked)
    expect(first.bytes).to.deep.equal(later(fromB))
    expect((await peer.next(F3.DATA)).bytes).to.deep.equal(later(onlyHeaders))
    expect((await peer.next(F3.DATA)).bytes).to.deep.equal(later(nothing))

    peer.bytes(fromA)
    expect(String((await side.watch.next()).message.payload)).to.equal('hello from a')
    peer.bytes(ping)
    expect((await peer.next(F3.PONG)).bytes).to.deep.equal(later(pong))
  })
})
