/** The same frames over what else carries them: a socket of the file system, a WebSocket, a call of gRPC. */
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Message, Mode } from '../../../../communicator/index.js'
import { Chance } from '../../../support/chance.js'
import { deferred, eventually } from '../../../support/eventually.js'
import { arrived, GOLDEN_SECONDS, goldenData } from '../../../support/f3-contents.js'
import { F3, recounted } from '../../../support/f3-frames.js'
import { Fuzz, namesIn } from '../../../support/f3-fuzz.js'
import { GrpcLine, listenGrpc, listenWebSocket, WebSocketLine } from '../../../support/f3-lines.js'
import { F3Peer } from '../../../support/f3-peer.js'
import { golden } from '../../../support/f3-vectors.js'
import { APP, HOST, type Side, wireForTests } from './wires.js'

const HELLO = 'HELLO name=py-b props={bar:123}'
const seed = Chance.seedFrom('QUORATE_FUZZ_SEED')
const FUZZED_BYTES = 300_000
const calm = { heartbeatMs: 60_000, now: () => GOLDEN_SECONDS * 1000 }

interface Accepting {
  readonly url: string
  close(): void
}

interface Transport {
  readonly scheme: string
  /** A peer at this URL of a listener. */
  dial(url: string): Promise<F3Peer>
  /** Where a communicator dials; the peer, and the path that it asked for. */
  listen(accept: (peer: F3Peer, path: string) => void): Promise<Accepting>
}

const folder = mkdtempSync(join(tmpdir(), 'f3-'))
const portOf = (url: string): number => Number(new URL(url).port)
const addressOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0

const transports: readonly Transport[] = [
  {
    scheme: 'uds',
    dial: (url) => F3Peer.dial({ path: new URL(url).pathname }),
    listen: async (accept) => {
      const path = join(folder, 'peer.sock')
      const server = createServer((socket) => accept(new F3Peer(socket), ''))
      await new Promise<void>((resolve) => server.listen(path, resolve))
      return { url: `uds://${path}`, close: () => server.close() }
    },
  },
  {
    scheme: 'http',
    dial: async (url) => new F3Peer(await WebSocketLine.dial(portOf(url))),
    listen: async (accept) => {
      const server = await listenWebSocket(accept)
      return { url: `http://${HOST}:${addressOf(server.address())}`, close: () => server.close() }
    },
  },
  {
    scheme: 'grpc',
    dial: async (url) => new F3Peer(GrpcLine.dial(portOf(url))),
    listen: async (accept) => {
      const server = await listenGrpc(accept)
      return { url: `grpc://${HOST}:${addressOf(server.address())}`, close: () => server.close() }
    },
  },
]

describe('transports', function () {
  this.timeout(30_000)
  const wire = wireForTests()
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function listening({ scheme }: Transport): Promise<{ side: Side; url: string }> {
    const side = await wire.side('py-b', calm, { bar: 123 })
    if (scheme === 'uds') {
      const url = `uds://${join(folder, 'listener.sock')}`
      await side.communicator.addConnector(url, Mode.PASSIVE)
      return { side, url }
    }
    return { side, url: (await side.communicator.startListener(scheme, { host: HOST })).connectUrl }
  }

  async function dialled(transport: Transport): Promise<{ side: Side; peer: F3Peer; path: string }> {
    const came = deferred<{ peer: F3Peer; path: string }>()
    const { url, close } = await transport.listen((peer, path) => came.resolve({ peer, path }))
    closing.push(close)
    const side = await wire.dialling(url, 'py-b', calm, { bar: 123 })
    const { peer, path } = await came.promise
    closing.push(() => peer.close())
    return { side, peer, path }
  }

  async function dial(transport: Transport, url: string): Promise<F3Peer> {
    const peer = await transport.dial(url)
    closing.push(() => peer.close())
    return peer
  }

  for (const transport of transports) {
    it(`${transport.scheme}: a listener takes and sends the golden frames`, async () => {
      const { side, url } = await listening(transport)
      const peer = await dial(transport, url)
      expect((await peer.shakeHands()).bytes).to.deep.equal(
        recounted(golden(`READY ${HELLO.slice(6)}`), 1, 1),
      )
      await side.watch.isReady('peer')
      for (const [at, { label, headers }] of goldenData.entries()) {
        peer.bytes(golden(label))
        const { message } = await side.watch.next()
        expect(String(message.payload), label).to.equal('hi')
        expect(message.headers ?? {}, label).to.deep.equal(arrived(headers))
        await side.communicator.send('peer', APP, new Message(headers, Buffer.from('hi')))
        const { bytes } = await peer.next(F3.DATA)
        expect(bytes.equals(recounted(golden(label), 17 + at, 2 + at)), label).to.equal(true)
      }
      await peer.settled()
      peer.close()
      await side.watch.isGone('peer')
    })

    it(`${transport.scheme}: a dialler says the golden HELLO, settles and takes what comes`, async () => {
      const { side, peer, path } = await dialled(transport)
      expect((await peer.takeHello()).bytes.toString('hex')).to.equal(golden(HELLO).toString('hex'))
      expect(path).to.equal({ uds: '', http: '/f3', grpc: '/streamer.Streamer/Stream' }[transport.scheme])
      await side.watch.isReady('peer')
      peer.data(APP, { k: 1 }, 'to the dialler')
      expect(String((await side.watch.next()).message.payload)).to.equal('to the dialler')
      await side.communicator.send('peer', APP, new Message(null, Buffer.alloc(300_000, 7)))
      expect((await peer.next(F3.DATA)).payload.equals(Buffer.alloc(300_000, 7))).to.equal(true)
      await side.communicator.stop()
      await peer.ended
    })

    it(`${transport.scheme}: nonsense in its messages changes nothing (seed ${seed})`, async () => {
      const { side, url } = await listening(transport)
      const good = await dial(transport, url)
      await good.shakeHands()
      const fuzz = new Fuzz(new Chance(seed))
      const named = new Set(['peer'])
      for (let sentBytes = 0; sentBytes < FUZZED_BYTES; ) {
        const pieces = Array.from({ length: 5 }, () => fuzz.bytes())
        for (const name of pieces.flatMap((bytes) => [bytes, ...halves(bytes)]).flatMap(namesIn))
          named.add(name)
        sentBytes += pieces.reduce((sum, { length }) => sum + length, 0)
        await Promise.all(pieces.map((bytes) => said(transport, url, bytes)))
        await good.settled()
      }
      for (const { name } of side.watch.states) expect([...named], `${name} was named`).to.include(name)
      await eventually(() => side.watch.ready().length === 1, 'all but the good are gone')
      expect(side.watch.ready()).to.deep.equal(['peer'])
    })
  }

  /** Says this by a connection of its own, cut in two messages, and resolves when that has ended. */
  async function said(transport: Transport, url: string, bytes: Buffer): Promise<void> {
    const peer = await dial(transport, url)
    peer.answersPing = false
    const [first, second] = halves(bytes)
    peer.line.write(first)
    peer.line.end(second)
    await peer.ended
    peer.close()
  }

  function halves(bytes: Buffer): [Buffer, Buffer] {
    return [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)]
  }

  it('http: each frame is one binary message, and nothing else is', async () => {
    const { side, peer } = await dialled(transportOf('http'))
    await peer.takeHello()
    await side.watch.isReady('peer')
    for (let at = 0; at < 50; at++) {
      await side.communicator.send('peer', APP, new Message({ at }, Buffer.alloc(at * 1000)))
    }
    for (let at = 0; at < 50; at++) await peer.next(F3.DATA)
    const { line } = peer
    if (!(line instanceof WebSocketLine)) throw new Error('no WebSocket')
    expect(line.socket.protocol).to.equal('')
    expect(line.texts).to.equal(0)
    for (const message of line.messages) expect(message.readUInt32BE(0)).to.equal(message.length)
  })

  it('http: what is no binary message of one frame is nobody’s', async () => {
    const { side, url } = await listening(transportOf('http'))
    const peer = await dial(transportOf('http'), url)
    await peer.shakeHands()
    const { line } = peer
    if (!(line instanceof WebSocketLine)) throw new Error('no WebSocket')
    line.socket.send('text')
    const frame = golden('DATA sequence 65535')
    line.socket.send(frame.toString('latin1'))
    peer.bytes(Buffer.concat([frame, frame]))
    peer.bytes(frame.subarray(0, -1))
    peer.bytes(Buffer.alloc(3))
    peer.bytes(Buffer.alloc(0))
    line.socket.ping()
    await peer.settled()
    expect(side.watch.heard).to.deep.equal([])
    peer.data(APP, undefined, 'good')
    expect(String((await side.watch.next()).message.payload)).to.equal('good')
  })

  it('grpc: a message is the sequence number and the frame, byte for byte', async () => {
    const { peer } = await dialled(transportOf('grpc'))
    await peer.takeHello()
    await eventually(() => (peer.counts[F3.PING] ?? 0) > 0, 'PING')
    const { line } = peer
    if (!(line instanceof GrpcLine)) throw new Error('no call')
    const [hello, ping] = line.messages
    expect(hello?.toString('hex')).to.equal(`0801123c${golden(HELLO).toString('hex')}`)
    expect(ping?.subarray(0, 4).toString('hex')).to.equal('08021211')
  })

  function transportOf(scheme: string): Transport {
    const found = transports.find((each) => each.scheme === scheme)
    if (!found) throw new Error(scheme)
    return found
  }
})
