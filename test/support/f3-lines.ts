/**
 * What a peer of tests can be led over besides sockets: a WebSocket, where each frame is a binary message,
 * and a call of gRPC, where each is `Frame { int32 seq = 1; bytes data = 2; }` behind five bytes of that
 * protocol. A write is a message.
 */
import { once } from 'node:events'
import {
  type ClientHttp2Stream,
  connect,
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { F3Peer } from './f3-peer.js'

const HOST = '127.0.0.1'
const GRPC_PATH = '/streamer.Streamer/Stream'
const ENVELOPE_BYTES = 5
const [SEQ_TAG, DATA_TAG] = [0x08, 0x12]

type Done = (error?: Error | null) => void

/** A line that carries messages, and keeps those that came as they came. */
abstract class MessageLine extends Duplex {
  readonly messages: Buffer[] = []

  override _read(): void {
    // What comes is not asked for.
  }

  protected came(message: Buffer, bytes: Buffer): void {
    this.messages.push(message)
    this.push(bytes)
  }
}

export class WebSocketLine extends MessageLine {
  readonly socket: WebSocket
  /** Messages that were no binary ones. */
  texts = 0

  constructor(socket: WebSocket) {
    super()
    this.socket = socket
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.push(null))
    socket.on('message', (data, isBinary) => {
      if (isBinary && Buffer.isBuffer(data)) this.came(data, data)
      else this.texts++
    })
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.socket.send(chunk, done)
  }

  override _final(done: Done): void {
    this.socket.close()
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.socket.terminate()
    done(error)
  }

  static async dial(port: number, path = '/f3'): Promise<WebSocketLine> {
    const socket = new WebSocket(`ws://${HOST}:${port}${path}`)
    const line = new WebSocketLine(socket)
    await once(socket, 'open')
    return line
  }
}

export class GrpcLine extends MessageLine {
  readonly stream: ClientHttp2Stream | ServerHttp2Stream
  #seq = 0
  #rest = Buffer.alloc(0)

  constructor(stream: ClientHttp2Stream | ServerHttp2Stream) {
    super()
    this.stream = stream
    stream.on('error', (error) => this.destroy(error))
    stream.on('end', () => this.push(null))
    stream.on('close', () => this.destroy())
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    const head = [SEQ_TAG, ...varint(++this.#seq), DATA_TAG, ...varint(chunk.length)]
    const envelope = Buffer.alloc(ENVELOPE_BYTES)
    envelope.writeUInt32BE(head.length + chunk.length, 1)
    this.stream.write(Buffer.concat([envelope, Buffer.from(head), chunk]), done)
  }

  override _final(done: Done): void {
    this.stream.end()
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.stream.destroy()
    done(error)
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= ENVELOPE_BYTES) {
      const end = ENVELOPE_BYTES + this.#rest.readUInt32BE(1)
      if (end > this.#rest.length) return
      const message = this.#rest.subarray(ENVELOPE_BYTES, end)
      this.#rest = this.#rest.subarray(end)
      this.came(message, dataOf(message))
    }
  }

  static dial(port: number): GrpcLine {
    const session = connect(`http://${HOST}:${port}`)
    const stream = session.request({
      ':method': 'POST',
      ':path': GRPC_PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.on('close', () => session.close())
    session.on('error', () => undefined)
    return new GrpcLine(stream)
  }
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/** The data of a Frame as ours and the reference write it: seq, then data. */
function dataOf(message: Buffer): Buffer {
  let at = 0
  const read = (): number => {
    let value = 0
    for (let bits = 0; ; bits += 7) {
      const byte = message.readUInt8(at++)
      value += (byte & 0x7f) * 2 ** bits
      if (byte < 0x80) return value
    }
  }
  if (message[at] === SEQ_TAG) {
    at++
    read()
  }
  if (message.readUInt8(at++) !== DATA_TAG) throw new RangeError('a message has no data where it is expected')
  const length = read()
  if (at + length !== message.length) throw new RangeError('the data of a message is not all of it')
  return message.subarray(at)
}

/** Where communicators can dial by http or grpc; `accept` gets each peer with its line. */
export async function listenWebSocket(
  accept: (peer: F3Peer, path: string) => void,
): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: HOST })
  server.on('connection', (socket, { url = '' }) => accept(new F3Peer(new WebSocketLine(socket)), url))
  await once(server, 'listening')
  return server
}

export async function listenGrpc(accept: (peer: F3Peer, path: string) => void): Promise<Http2Server> {
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
    accept(new F3Peer(new GrpcLine(stream)), String(headers[':path']))
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  return server
}
