/** A dialler counts as READY when the listener has registered it, which it finds out by PING (D1). */
import { expect } from 'chai'
import { EndpointState, Message } from '../../../../communicator/index.js'
import { eventually } from '../../../support/eventually.js'
import { F3, packed } from '../../../support/f3-frames.js'
import { dataParts, type F3Peer, greeting } from '../../../support/f3-peer.js'
import { APP, type Side, wireForTests } from './wires.js'

describe('settling', () => {
  const wire = wireForTests()

  /** A dialler, and the peer that it reached, which answers no PING by itself. */
  async function dialled(): Promise<{ side: Side; peer: F3Peer }> {
    const listener = await wire.listener('peer', (peer) => {
      peer.answersPing = false
    })
    const side = await wire.dialling(listener.url, 'dialler', { heartbeatMs: 60_000 })
    return { side, peer: await listener.accepted() }
  }

  const stateOf = (side: Side): EndpointState | undefined => side.communicator.findEndpoint('peer')?.state

  it('asks again and again, and tells READY with the first answer', async () => {
    const { side, peer } = await dialled()
    await peer.takeHello()
    for (let asked = 0; asked < 4; asked++) await peer.next(F3.PING)
    expect(side.watch.states).to.deep.equal([])
    expect(stateOf(side)).to.not.equal(EndpointState.READY)
    peer.send({ type: F3.PONG, payload: packed(null) })
    await side.watch.isReady('peer')
    await side.communicator.send('peer', APP, new Message(null, Buffer.from('x')))
    await peer.next(F3.DATA)
    const asked = peer.counts[F3.PING]
    await peer.settled()
    expect(peer.counts[F3.PING], 'it asks no more').to.equal(asked)
  })

  it('asks nothing before READY came, and sends nothing', async () => {
    const { side, peer } = await dialled()
    await peer.next(F3.HELLO)
    const early = await side.communicator.send('peer', APP, new Message()).catch((error: unknown) => error)
    expect(early).to.have.property('code', 'CLOSED')
    peer.greet(F3.READY)
    await peer.next(F3.PING)
    expect(peer.counts).to.deep.equal({ [F3.HELLO]: 1, [F3.PING]: 1 })
  })

  it('takes it for granted where no answer ever comes', async () => {
    const { side, peer } = await dialled()
    await peer.takeHello()
    await side.watch.isReady('peer')
    expect(peer.counts[F3.PING]).to.be.within(2, 60)
    await side.communicator.send('peer', APP, new Message(null, Buffer.from('x')))
    await peer.next(F3.DATA)
  })

  it('takes DATA for an answer, and that DATA comes after READY was told', async () => {
    const { side, peer } = await dialled()
    const told: string[] = []
    side.watch.onReady = () => told.push('READY')
    side.watch.onMessage = ({ message }) => told.push(String(message.payload))
    await peer.next(F3.HELLO)
    const frames = [greeting(F3.READY, 'peer'), dataParts(APP, {}, 'one'), dataParts(APP, {}, 'two')]
    peer.bytes(Buffer.concat(frames.map((parts) => peer.frame(parts))))
    await side.watch.next()
    await side.watch.next()
    expect(told).to.deep.equal(['READY', 'one', 'two'])
  })

  it('a listener takes DATA pipelined behind HELLO in one write, after READY was told', async () => {
    const side = await wire.listening('listener')
    const told: string[] = []
    side.watch.onReady = () => told.push('READY')
    side.watch.onMessage = ({ message }) => told.push(String(message.payload))
    const peer = await wire.stranger(side)
    const frames = [greeting(F3.HELLO, 'peer'), dataParts(APP, { k: 1 }, 'one'), dataParts(APP, {}, 'two')]
    peer.bytes(Buffer.concat(frames.map((parts) => peer.frame(parts))))
    await side.watch.next()
    await side.watch.next()
    expect(told).to.deep.equal(['READY', 'one', 'two'])
  })

  it('a listener loses no first message of 100 diallers that pipeline it', async () => {
    const side = await wire.listening('listener')
    const peers = await Promise.all(Array.from({ length: 100 }, (_, at) => wire.stranger(side, `peer-${at}`)))
    for (const peer of peers) {
      peer.bytes(
        Buffer.concat([peer.frame(greeting(F3.HELLO, peer.name)), peer.frame(dataParts(APP, {}, peer.name))]),
      )
    }
    const names = new Set<string>()
    while (names.size < peers.length) names.add(String((await side.watch.next()).message.payload))
    expect(side.watch.heard.every(({ from, message }) => from === String(message.payload))).to.equal(true)
  })

  it('gives up a peer that goes while it settles, and tells nobody that it was there', async () => {
    const { side, peer } = await dialled()
    await peer.takeHello()
    await peer.next(F3.PING)
    peer.close()
    await eventually(() => side.watch.failures.length > 0, 'it is told')
    expect(side.watch.failures[0]).to.have.property('code', 'CLOSED')
    expect(side.watch.states).to.deep.equal([])
  })
})
