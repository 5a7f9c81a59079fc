/** Who answers no more is gone within three heartbeats; who is only held back is not. */
import { expect } from 'chai'
import { EndpointState, Message } from '../../../../communicator/index.js'
import { F3, packed } from '../../../support/f3-frames.js'
import { APP, gate, wireForTests } from './wires.js'

const MIB = 1024 * 1024
const heartbeatMs = 100
/** Of a machine that has other things to do. */
const MARGIN = 15

describe('liveness', () => {
  const wire = wireForTests()

  it('asks a silent peer, and ends it within three heartbeats where it does not answer', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const peer = await wire.peer(side)
    peer.answersPing = false
    const silentFrom = performance.now()
    await peer.next(F3.PING)
    await side.watch.isGone('peer')
    const tookMs = performance.now() - silentFrom
    expect(tookMs).to.be.above(2 * heartbeatMs)
    expect(tookMs).to.be.below(3 * heartbeatMs * MARGIN)
    await peer.ended
    expect(side.communicator.findEndpoint('peer')?.state).to.equal(EndpointState.DISCONNECTED)
    const late = await side.communicator.send('peer', APP, new Message()).catch((error: unknown) => error)
    expect(late).to.have.property('code', 'NOT_READY')
  })

  it('ends a peer that reads nothing and says nothing', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const peer = await wire.peer(side)
    peer.hold()
    await side.watch.isGone('peer')
  })

  it('ends it also while something is sent to it, which its system takes', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const peer = await wire.peer(side)
    peer.hold()
    const sending = setInterval(() => {
      side.communicator.send('peer', APP, new Message(null, Buffer.alloc(100))).catch(() => undefined)
    }, 5)
    await side.watch.isGone('peer')
    clearInterval(sending)
  })

  it('keeps a peer that answers and says nothing else', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const peer = await wire.peer(side)
    for (let asked = 0; asked < 10; asked++) await peer.next(F3.PING)
    expect(side.watch.times('peer', EndpointState.DISCONNECTED)).to.equal(0)
  })

  it('keeps a peer that speaks and answers nothing, and asks it nothing', async () => {
    const side = await wire.listening('listener', { heartbeatMs: 1000 })
    const peer = await wire.peer(side)
    peer.answersPing = false
    const until = performance.now() + 4000
    while (performance.now() < until) {
      peer.data(APP, undefined, 'here')
      await side.watch.next()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(side.watch.times('peer', EndpointState.DISCONNECTED)).to.equal(0)
  })

  it('keeps a peer that it holds back itself, and tells it so by PING', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const blocked = gate()
    side.watch.onMessage = () => blocked.promise
    const peer = await wire.peer(side)
    const sent = Array.from({ length: 8 }, () => peer.data(APP, undefined, Buffer.alloc(MIB)))
    // More than that is not read: its answers neither.
    for (let asked = 0; asked < 10; asked++) await peer.next(F3.PING)
    expect(side.watch.times('peer', EndpointState.DISCONNECTED)).to.equal(0)
    blocked.resolve()
    for (const _ of sent) await side.watch.next()
    await peer.settled()
  })

  it('notices that a peer is gone whom it holds back', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    side.watch.onMessage = () => new Promise(() => undefined)
    const peer = await wire.peer(side)
    for (let sent = 0; sent < 8; sent++) peer.data(APP, undefined, Buffer.alloc(MIB))
    await peer.next(F3.PING)
    peer.close()
    await side.watch.isGone('peer')
  })

  it('sees a half close as the end', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    peer.data(APP, undefined, 'the last')
    peer.halfClose()
    await peer.ended
    await side.watch.isGone('peer')
    expect(side.watch.heard.map(({ message }) => String(message.payload))).to.deep.equal(['the last'])
  })

  it('answers PING while a receiver takes its time', async () => {
    const side = await wire.listening('listener')
    side.watch.onMessage = () => new Promise(() => undefined)
    const peer = await wire.peer(side)
    for (let sent = 0; sent < 5; sent++) peer.data(APP, undefined, packed(sent))
    await peer.settled()
    const other = await wire.peer(side, 'other')
    other.data(APP, undefined, 'not kept waiting')
    await other.settled()
    expect(side.watch.heard.some(({ from }) => from === 'other')).to.equal(true)
  })

  it('finds a dialled peer dead too, and dials anew', async () => {
    const listener = await wire.listener('peer')
    const side = await wire.dialling(listener.url, 'dialler', { heartbeatMs })
    const first = await listener.accepted()
    await first.takeHello()
    await side.watch.isReady('peer')
    first.answersPing = false
    await side.watch.isGone('peer')
    const second = await listener.accepted()
    await second.takeHello()
    await side.watch.isReady('peer', 2)
  })
})
