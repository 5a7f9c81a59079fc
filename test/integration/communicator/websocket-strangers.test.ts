import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { WebSocketDriver } from '../../../communicator/drivers/websocket.js'
import { commLimits } from '../../../communicator/index.js'
import { frameOf } from '../../../testing/driver-compliance/patterns.js'
import { Rig } from '../../../testing/driver-compliance/rig.js'
import { eventually } from '../../support/eventually.js'

const MIB = 1_048_576
const { helloFrameBytes } = commLimits

describe('a listener of WebSockets', () => {
  let rig: Rig
  let url: string
  let port: number

  beforeEach(async () => {
    rig = new Rig({ driver: () => new WebSocketDriver(), url: () => 'http://127.0.0.1:0' })
    rig.mostBytes = helloFrameBytes
    const listening = await rig.listen()
    url = listening.url
    port = Number(new URL(url).port)
  })

  afterEach(() => rig.end())

  function dial(): Socket {
    return connect(port, '127.0.0.1').on('error', () => undefined)
  }

  async function client(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/f3`, { perMessageDeflate: true })
    socket.on('error', () => undefined)
    await once(socket, 'open')
    return socket
  }

  async function assertServes(): Promise<void> {
    const active = await rig.connect(url)
    active.send(frameOf(0, 0, 100))
    await eventually(() => rig.heard().length > 0, 'a frame')
  }

  async function statusOf(path: string): Promise<IncomingMessage> {
    const request = get({ port, host: '127.0.0.1', path })
    const [response] = await once(request, 'response')
    response.resume()
    await once(response, 'end')
    return response
  }

  it('answers plain requests with an end, and says what it wants', async () => {
    const ours = await statusOf('/f3')
    expect([ours.statusCode, ours.headers.upgrade, ours.headers.connection]).to.deep.equal([
      426,
      'websocket',
      'close',
    ])
    expect((await statusOf('/')).statusCode).to.equal(404)
    expect((await statusOf('/f3x')).statusCode).to.equal(404)
  })

  it('knows no other path, and nothing that is no request', async () => {
    for (const path of ['/', '/other', '/f3/']) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
      const [error] = await once(socket, 'error')
      expect(error.message).to.contain('404')
    }
    for (const text of [
      '\0\0\0\x10 no request',
      'GET /f3 HTTP/1.1\r\nUpgrade: other\r\nConnection: upgrade\r\n\r\n',
    ]) {
      const socket = dial()
      socket.end(text)
      socket.resume()
      await once(socket, 'close')
    }
    await assertServes()
  })

  it('agrees to no compression and to no subprotocol', async () => {
    const socket = await client()
    expect([socket.extensions, socket.protocol]).to.deep.equal(['', ''])
    socket.terminate()
  })

  it('ignores text, and answers pings', async () => {
    const socket = await client()
    const pipe = await rig.accepted()
    socket.send('text')
    socket.send(frameOf(0, 0, 100))
    socket.ping('there?')
    const [data] = await once(socket, 'pong')
    expect(String(data)).to.equal('there?')
    expect(pipe.frames.map(({ length }) => length)).to.deep.equal([100])
    socket.terminate()
  })

  it('does not count pings', async () => {
    const socket = await client()
    const pipe = await rig.accepted()
    for (let count = 0; count < 3000; count++) {
      socket.ping(Buffer.alloc(125))
      await once(socket, 'pong')
    }
    socket.send(frameOf(0, 0, helloFrameBytes))
    await pipe.received(1)
    socket.terminate()
  })

  it('ends who sends fragments without end', async () => {
    const socket = await client()
    const pipe = await rig.accepted()
    const piece = Buffer.alloc(16_384)
    let sent = 0
    while (!pipe.isClosed && sent < 64 * MIB) {
      await new Promise((resolve) => socket.send(piece, { fin: false }, resolve))
      sent += piece.length
    }
    await pipe.ended()
    expect(pipe.frames).to.deep.equal([])
    expect(sent).to.be.below(8 * MIB)
  })

  it('ends who sends a message of many fragments', async () => {
    const socket = await client()
    const pipe = await rig.accepted()
    for (let count = 0; count <= commLimits.socketFragments; count++)
      socket.send(Buffer.alloc(1), { fin: false })
    await pipe.ended()
    expect(pipe.frames).to.deep.equal([])
  })

  it('ends who does not mask', async () => {
    const socket = await client()
    const pipe = await rig.accepted()
    socket.send(frameOf(0, 0, 100), { mask: false })
    await pipe.ended()
    expect(pipe.error?.message).to.contain('MASK')
    expect(pipe.frames).to.deep.equal([])
  })

  it('lets go of the oldest of too many that are silent', async () => {
    const first = dial()
    await once(first, 'connect')
    const others = Array.from({ length: commLimits.strangers }, dial)
    await once(first, 'close')
    await assertServes()
    for (const socket of others) socket.destroy()
  })

  it('lets go of those that are silent when it ends', async () => {
    const silent = dial()
    await once(silent, 'connect')
    // So that it has been accepted.
    await assertServes()
    const closed = once(silent, 'close')
    await rig.end()
    await closed
  })
})
