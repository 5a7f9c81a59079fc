import { Buffer } from 'node:buffer'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import tls from 'node:tls'
import { expect } from 'chai'
import { Communicator, Endpoint, Message, Mode } from '../../../communicator/index.js'
import { Sessions } from '../../../communicator/sessions/index.js'
import { rejectionOf } from '../../rejection.js'
import { eventually } from '../../support/eventually.js'
import { type SessionPair, sessionPair } from '../../support/session-pair.js'

const MIB = 1024 * 1024
const PSK = randomBytes(32)

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('sessions of communicators', () => {
  let pair: SessionPair
  beforeEach(async () => {
    pair = await sessionPair()
  })
  afterEach(() => pair.close())

  /** A body that is so long, and calls back when so much of it has left. */
  async function* cutAt(bytes: Buffer, place: number, cut: () => void): AsyncGenerator<Buffer> {
    let isCut = false
    for (let at = 0; at < bytes.length; at += 100_000) {
      if (at > place && !isCut) {
        isCut = true
        cut()
      }
      yield bytes.subarray(at, at + 100_000)
    }
  }

  /** An HTTP server that gives back what it is sent; its connections come as streams. */
  function echoing(take: (server: http.Server, stream: Duplex) => void): http.Server {
    const server = http.createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      request.pipe(response)
    })
    pair.far.accept('http', (stream) => take(server, stream))
    return server
  }

  /** Sends 64 MiB by way of the socket, and gets them back; the way is cut in the middle. */
  async function expectEcho(socket: Duplex): Promise<void> {
    const bytes = randomBytes(64 * MIB)
    const request = http.request({ method: 'POST', path: '/', createConnection: () => socket })
    const answered = once(request, 'response')
    const sent = pipeline(Readable.from(cutAt(bytes, 32 * MIB, () => pair.proxy.cut())), request)
    const [response] = await answered
    const [back] = await Promise.all([buffer(response), sent])
    expect(digestOf(back)).to.equal(digestOf(bytes))
    expect(pair.proxy.connections).to.equal(2)
  }

  it('carry HTTP, with a body of 64 MiB each way and a cut in the middle', async function () {
    this.timeout(60_000)
    echoing((server, stream) => server.emit('connection', stream))
    await expectEcho(await pair.near.open('far', 'http'))
  })

  it('carry TLS and HTTP in it, with a body of 64 MiB each way and a cut in the middle', async function () {
    this.timeout(60_000)
    const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const
    const secured = tls.createServer({ ...shared, pskCallback: () => PSK }, (socket) => {
      server.emit('connection', socket)
    })
    const server = echoing((_, stream) => secured.emit('connection', stream))
    const socket = tls.connect({
      ...shared,
      socket: await pair.near.open('far', 'http'),
      pskCallback: () => ({ psk: PSK, identity: 'near' }),
      checkServerIdentity: () => undefined,
    })
    await once(socket, 'secureConnect')
    await expectEcho(socket)
  })

  it('answer requests across cuts, each once', async function () {
    this.timeout(30_000)
    let count = 0
    pair.far.serve('count', () => ({ payload: Buffer.from(String(++count)) }))
    const answers: number[] = []
    for (let n = 0; n < 100; n++) {
      if (n % 50 === 25) pair.proxy.cut()
      const { payload } = await pair.near.request('far', 'count')
      answers.push(Number(payload.toString()))
    }
    expect(answers).to.deep.equal(Array.from({ length: 100 }, (_, n) => n + 1))
  })

  it('go both ways: who was dialled asks as well', async () => {
    pair.near.serve('name', ({ from }) => ({ payload: Buffer.from(from.name) }))
    // Waits until the other has dialled.
    expect((await pair.far.request('near', 'name')).payload.toString()).to.equal('far')
  })

  it('hold a bounded part of a stream that nobody reads', async function () {
    this.timeout(60_000)
    let kept: Duplex | undefined
    pair.far.accept('kept', (stream) => {
      kept = stream
    })
    const stream = await pair.near.open('far', 'kept')
    const chunk = Buffer.alloc(MIB, 1)
    let written = 0
    const before = process.memoryUsage().arrayBuffers
    while (stream.write(chunk) || written < 3 * MIB) {
      written += chunk.length
      await new Promise(setImmediate)
      if (written > 200 * MIB) break
    }
    expect(written).to.be.below(16 * MIB)
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(64 * MIB)
    kept?.resume()
    await once(stream, 'drain')
    stream.destroy()
  })

  it('do not disturb an endpoint that speaks of none, and say so in time', async function () {
    this.timeout(30_000)
    const plain = new Communicator(new Endpoint('plain'))
    const other = new Communicator(new Endpoint('other'))
    const sessions = new Sessions(other, { answerMs: 300 })
    const { connectUrl } = await plain.startListener('tcp', { host: '127.0.0.1' })
    const heard: string[] = []
    plain.registerMessageReceiver(7, {
      processMessage: (_endpoint, _connection, _app, { payload }) => heard.push(String(payload)),
    })
    await plain.start()
    await other.addConnector(connectUrl, Mode.ACTIVE)
    await other.start()
    const error = await rejectionOf(sessions.request('plain', 'x'))
    expect(error).to.include({ code: 'session-unanswered' })
    await other.send('plain', 7, new Message(undefined, Buffer.from('still there')))
    await eventually(() => heard.length > 0, 'a message of an app')
    expect(heard).to.deep.equal(['still there'])
    await sessions.close()
    await Promise.all([plain.stop(), other.stop()])
  })
})
