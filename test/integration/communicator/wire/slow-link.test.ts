/** Long frames on a slow network: both ends know of each other while one is under way. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect } from 'chai'
import { EndpointState, Message, Mode } from '../../../../communicator/index.js'
import { F3 } from '../../../support/f3-frames.js'
import { dataParts } from '../../../support/f3-peer.js'
import { APP, HOST, wireForTests } from './wires.js'

const heartbeatMs = 150
const MIB = 1024 * 1024
/** What passes in a moment, and how long that is: some ten heartbeats for a long frame. */
const PASSING_BYTES = 65_536
const MOMENT_MS = 10
const LONG_BYTES = 12 * MIB

describe('a slow network', function () {
  this.timeout(60_000)
  const wire = wireForTests()
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  /** A port that leads to another, slowly in the one direction. */
  async function slowWay(to: number): Promise<number> {
    const server = createServer((inner) => {
      const outer = connect({ port: to, host: HOST })
      closing.push(
        () => inner.destroy(),
        () => outer.destroy(),
      )
      for (const each of [inner, outer]) each.on('error', () => undefined)
      outer.pipe(inner)
      void trickle(inner, outer)
    })
    closing.push(() => server.close())
    server.listen(0, HOST)
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async function trickle(from: Socket, to: Socket): Promise<void> {
    for await (const chunk of from) {
      for (let at = 0; at < chunk.length; at += PASSING_BYTES) {
        to.write(chunk.subarray(at, at + PASSING_BYTES))
        await new Promise((resolve) => setTimeout(resolve, MOMENT_MS))
      }
    }
    to.end()
  }

  it('keeps who sends a long frame, and tells it by PING that somebody is here', async () => {
    const side = await wire.listening('listener', { heartbeatMs })
    const peer = await wire.peer(side)
    peer.answersPing = false
    const frame = peer.frame(dataParts(APP, undefined, Buffer.alloc(4 * MIB)))
    for (let at = 0; at < frame.length; at += PASSING_BYTES) {
      await peer.taken(frame.subarray(at, at + PASSING_BYTES))
      await new Promise((resolve) => setTimeout(resolve, 2 * MOMENT_MS))
    }
    expect((await side.watch.next()).message.payload?.length).to.equal(4 * MIB)
    expect(side.watch.times('peer', EndpointState.DISCONNECTED)).to.equal(0)
    expect(peer.counts[F3.PING]).to.be.at.least(3)
  })

  for (const scheme of ['tcp', 'http']) {
    it(`brings long frames from one communicator to another by ${scheme}`, async () => {
      const far = await wire.side('far', { heartbeatMs })
      const { connectUrl } = await far.communicator.startListener(scheme, { host: HOST })
      const port = await slowWay(Number(new URL(connectUrl).port))
      const near = await wire.side('near', { heartbeatMs })
      await near.communicator.addConnector(`${scheme}://${HOST}:${port}`, Mode.ACTIVE)
      await near.watch.isReady('far')
      for (const payload of [Buffer.alloc(LONG_BYTES, 1), Buffer.alloc(MIB, 2)]) {
        await near.communicator.send('far', APP, new Message(null, payload))
      }
      const long = async (): Promise<Buffer | undefined> => {
        while (far.watch.heard.length < 2) await new Promise((resolve) => setTimeout(resolve, MOMENT_MS))
        return far.watch.heard[0]?.message.payload
      }
      expect((await long())?.equals(Buffer.alloc(LONG_BYTES, 1))).to.equal(true)
      for (const { watch } of [near, far]) {
        expect(watch.states.map(({ state }) => state)).to.deep.equal([EndpointState.READY])
      }
    })
  }
})
