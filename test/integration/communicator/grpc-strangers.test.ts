import { once } from 'node:events'
import { connect as connectHttp2, constants } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { Client, type ClientDuplexStream, credentials, status } from '@grpc/grpc-js'
import { expect } from 'chai'
import { GrpcDriver } from '../../../communicator/drivers/grpc.js'
import { encodeGrpcFrame } from '../../../communicator/drivers/grpc-frame.js'
import { commLimits } from '../../../communicator/index.js'
import { frameOf } from '../../../testing/driver-compliance/patterns.js'
import { Rig } from '../../../testing/driver-compliance/rig.js'
import { eventually } from '../../support/eventually.js'

const MIB = 1_048_576
const PATH = '/streamer.Streamer/Stream'
const asItIs = (bytes: Buffer): Buffer => bytes

type Call = ClientDuplexStream<Buffer, Buffer>

describe('a listener of gRPC', () => {
  let rig: Rig
  let url: string
  let port: number
  let client: Client

  beforeEach(async () => {
    rig = new Rig({ driver: () => new GrpcDriver(), url: () => 'grpc://127.0.0.1:0' })
    rig.mostBytes = commLimits.helloFrameBytes
    const listening = await rig.listen()
    url = listening.url
    port = Number(new URL(url).port)
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  })

  afterEach(async () => {
    client.close()
    await rig.end()
  })

  function call(path = PATH): Call {
    return client.makeBidiStreamRequest(path, asItIs, asItIs).on('error', () => undefined)
  }

  function dial(): Socket {
    return connect(port, '127.0.0.1').on('error', () => undefined)
  }

  async function assertServes(): Promise<void> {
    const active = await rig.connect(url)
    active.send(frameOf(0, 0, 100))
    await eventually(() => rig.heard().length > 0, 'a frame')
  }

  function codeOf(ended: Call): Promise<number> {
    return new Promise((resolve) => ended.resume().on('status', ({ code }) => resolve(code)))
  }

  it('tells peers as the reference does', async () => {
    const [active, passive] = await rig.pair(url)
    expect(passive.pipe.facts.peer_addr).to.match(/^ipv4:127\.0\.0\.1:\d+$/)
    expect(active.pipe.facts).to.deep.equal({ peer_addr: `127.0.0.1:${port}` })
  })

  it('has two pipes where two calls come by one socket, and ends one without the other', async () => {
    const [first, second] = [call(), call()]
    const pipes = [await rig.accepted(), await rig.accepted()]
    pipes[0]?.pipe.destroy()
    await pipes[0]?.ended()
    const ended = await Promise.race([codeOf(first).then(() => first), codeOf(second).then(() => second)])
    const left = ended === first ? second : first
    left.write(encodeGrpcFrame(1, frameOf(0, 0, 100)))
    await pipes[1]?.received(1)
    pipes[1]?.send(frameOf(0, 0, 200))
    const [message] = await once(left, 'data')
    expect(message.equals(encodeGrpcFrame(1, frameOf(0, 0, 200)))).to.equal(true)
  })

  it('knows no other method, and ends a call alone that sends what is no frame', async () => {
    expect(await codeOf(call('/streamer.Streamer/Other'))).to.equal(status.UNIMPLEMENTED)
    const [good, bad] = [call(), call()]
    bad.write(Buffer.from('12ff', 'hex'))
    expect(await codeOf(bad)).to.equal(status.INTERNAL)
    good.write(encodeGrpcFrame(1, frameOf(0, 0, 100)))
    await eventually(() => rig.heard().length > 0, 'the frame of the other call')
  })

  it('ends who announces a long message and sends it', async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined)
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: PATH,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    })
    stream.on('error', () => undefined)
    const closed = new Promise((resolve) => stream.once('close', resolve))
    stream.write(Buffer.from('0040000000', 'hex'))
    const pipe = await rig.accepted()
    const piece = Buffer.alloc(MIB)
    let sent = 0
    while (!stream.destroyed && sent < 512 * MIB) {
      sent += piece.length
      await Promise.race([new Promise((resolve) => stream.write(piece, resolve)), closed])
    }
    await Promise.all([pipe.ended(), closed])
    expect(sent).to.be.below(512 * MIB)
    session.destroy()
    await assertServes()
  })

  it('lets go of what is no HTTP/2, and of the oldest of too many that are silent', async () => {
    const garbage = dial()
    garbage.write(Buffer.alloc(4096, 'GET / HTTP/1.1\r\n'))
    garbage.resume()
    await once(garbage, 'close')
    const first = dial()
    first.resume()
    await once(first, 'connect')
    const others = Array.from({ length: commLimits.strangers }, dial)
    await once(first, 'close')
    await assertServes()
    for (const socket of others) socket.destroy()
  })
})
