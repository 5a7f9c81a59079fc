/** stop() always ends, and leaves the port free. */

import { connect } from 'node:net'
import { expect } from 'chai'
import { Communicator, Endpoint, Message, Mode } from '../../../../communicator/index.js'
import { F3, frameBytes } from '../../../support/f3-frames.js'
import { greeting } from '../../../support/f3-peer.js'
import { freePort } from '../../../support/free-port.js'
import { APP, HOST, wireForTests } from './wires.js'

const MIB = 1024 * 1024

/** Resolves when nobody listens at this port. */
function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST })
    socket.once('error', () => resolve(true))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })
}

describe('stop()', function () {
  this.timeout(60_000)
  const wire = wireForTests()

  it('ends right after startListener(), 50 times at one port, awaited or not', async () => {
    const port = await freePort()
    for (let round = 0; round < 50; round++) {
      const communicator = new Communicator(new Endpoint('listener'))
      if (round % 2 === 0) await communicator.start()
      const started = communicator.startListener('tcp', { host: HOST, port })
      if (round % 5 !== 0) await started
      await communicator.stop()
      await started.catch((error: unknown) => expect(error).to.have.property('code', 'CLOSED'))
      expect(await refused(port), `round ${round}`).to.equal(true)
    }
  })

  it('ends before start(), right after it, twice, and at once with itself', async () => {
    const port = await freePort()
    const url = `tcp://${HOST}:${port}`
    const before = new Communicator(new Endpoint('a'))
    await before.stop()
    await before.stop()
    for (let round = 0; round < 10; round++) {
      const communicator = new Communicator(new Endpoint('b'))
      await communicator.addConnector(url, round % 2 === 0 ? Mode.PASSIVE : Mode.ACTIVE)
      const starting = communicator.start()
      await Promise.all([communicator.stop(), communicator.stop()])
      await starting.catch((error: unknown) => expect(error).to.have.property('code', 'CLOSED'))
      expect(await refused(port)).to.equal(true)
    }
  })

  it('ends with peers of every kind that hang on, and the port can be had again at once', async () => {
    const side = await wire.listening('listener', { heartbeatMs: 60_000 })
    side.watch.onMessage = ({ from }) => (from === 'blocked' ? new Promise(() => undefined) : undefined)
    const deaf = await wire.peer(side, 'deaf')
    deaf.hold()
    const unsent = Array.from({ length: 20 }, () =>
      side.communicator.send('deaf', APP, new Message(null, Buffer.alloc(MIB))),
    )
    const settled = Promise.allSettled(unsent)
    const blocked = await wire.peer(side, 'blocked')
    for (let sent = 0; sent < 20; sent++) blocked.data(APP, undefined, Buffer.alloc(MIB))
    await side.watch.next()
    await wire.stranger(side, 'mute')
    const half = await wire.stranger(side, 'half')
    half.bytes(frameBytes(greeting(F3.HELLO, 'half')).subarray(0, 30))
    const within = await wire.peer(side, 'within')
    within.bytes(frameBytes({ type: F3.DATA, length: 100_000_000 }))
    await wire.peer(side, 'calm')

    const began = performance.now()
    await side.communicator.stop()
    expect(performance.now() - began).to.be.below(15_000)
    expect((await settled).every(({ status }) => status !== undefined)).to.equal(true)
    expect(side.watch.ready()).to.deep.equal([])
    expect(await refused(side.port)).to.equal(true)

    const next = await wire.side('next')
    await next.communicator.startListener('tcp', { host: HOST, port: side.port })
    await wire.peer({ ...next, port: side.port }, 'peer')
  })

  it('sends first what was sent before it', async () => {
    const side = await wire.listening('listener')
    const peer = await wire.peer(side)
    const count = 30
    const sends = Array.from({ length: count }, (_, at) =>
      side.communicator.send('peer', APP, new Message({ at }, Buffer.alloc(100_000))),
    )
    await Promise.all(sends)
    await side.communicator.stop()
    await peer.ended
    expect(peer.counts[F3.DATA]).to.equal(count)
  })

  it('ends while it dials where nobody answers, and dials no more', async () => {
    const listener = await wire.listener('peer')
    const side = await wire.dialling(listener.url, 'dialler')
    const mute = await listener.accepted()
    await mute.next(F3.HELLO)
    await side.communicator.stop()
    await mute.ended
    const nobody = await wire.dialling(`tcp://${HOST}:${await freePort()}`, 'other')
    await nobody.communicator.stop()
    expect(side.watch.states).to.deep.equal([])
  })

  it('ends from within a monitor and a receiver', async () => {
    for (const where of ['monitor', 'receiver'] as const) {
      const side = await wire.listening('listener')
      const stopped = new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          side.communicator.stop().then(resolve, reject)
        }
        if (where === 'monitor') side.watch.onReady = stop
        else side.watch.onMessage = stop
      })
      const peer = await wire.stranger(side)
      peer.greet()
      peer.data(APP, undefined, 'stop')
      await stopped
      await peer.ended
    }
  })

  it('frees the address of a connector that is removed, and ends its connections', async () => {
    const side = await wire.side('listener')
    const { handle, connectUrl } = await side.communicator.startListener('tcp', { host: HOST })
    const port = Number(new URL(connectUrl).port)
    const peer = await wire.peer({ ...side, port })
    await side.communicator.removeConnector(handle)
    await peer.ended
    await side.watch.isGone('peer')
    expect(await refused(port)).to.equal(true)
  })
})
