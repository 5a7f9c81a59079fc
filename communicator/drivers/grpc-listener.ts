/**
 * Listens for calls of gRPC. The sockets are accepted here and handed to the library: so a port that is taken
 * is told, no two listeners share one, and close() frees it while calls go on.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import type { ConnectionInjector, Server as GrpcServer, ServerDuplexStream } from '@grpc/grpc-js'
import { type ConnectorParams, type ListenHandler, type Listening, Mode } from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { tlsFor } from '../security/credentials.js'
import { listenOptions } from '../security/tls-options.js'
import { bound, urlOf } from './address.js'
import { decodeGrpcFrame, ENVELOPE_BYTES, GRPC_PATH } from './grpc-frame.js'
import { GrpcPipe } from './grpc-pipe.js'
import { GrpcSocket } from './grpc-socket.js'
import { broken } from './pipe-end.js'
import { peerKey, socketFacts } from './socket-facts.js'
import { Strangers } from './strangers.js'
import { closed, listening } from './stream-socket.js'

const OPTIONS = {
  'grpc.max_receive_message_length': commLimits.frameBytes + ENVELOPE_BYTES,
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': commLimits.callsPerSocket,
  // A socket whose calls are over.
  'grpc.max_connection_idle_ms': commLimits.handshakeMs,
  'grpc.enable_channelz': 0,
}

type Call = ServerDuplexStream<Buffer, Buffer>

export class GrpcListener implements Listening {
  readonly url: string
  readonly #server: Server
  readonly #strangers: Strangers

  private constructor(url: string, server: Server, strangers: Strangers) {
    this.url = url
    this.#server = server
    this.#strangers = strangers
  }

  static async listen(params: ConnectorParams, handler: ListenHandler): Promise<GrpcListener> {
    const material = await tlsFor(params, Mode.PASSIVE)
    const { Server, ServerCredentials, status } = await import('@grpc/grpc-js')
    const strangers = new Strangers()
    const sockets = new Map<string, GrpcSocket>()
    const grpc = new Server(OPTIONS)
    const cancelled = Object.assign(new Error('ended'), { code: status.CANCELLED, details: 'ended' })
    register(grpc, (call) => {
      const socket = sockets.get(call.getPeer())
      if (!socket) return void call.emit('error', cancelled)
      strangers.pass(call.getPeer())
      accept(call, socket, cancelled, handler)
    })
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure())
    const server = material
      ? createSecureServer({ ...listenOptions(material), ALPNProtocols: ['h2'] })
      : createServer({ noDelay: true })
    server.maxConnections = commLimits.connections
    server.on('connection', (socket: Socket) => strangers.add(socket))
    server.on(material ? 'secureConnection' : 'connection', (socket: Socket) => {
      admit(socket, sockets, injector)
    })
    await listening(server, bound(params))
    server.on('error', (error) => handler.failed(broken(error)))
    return new GrpcListener(urlOf(params, server), server, strangers)
  }

  close(): Promise<void> {
    this.#strangers.endAll()
    return closed(this.#server)
  }
}

function register(grpc: GrpcServer, take: (call: Call) => void): void {
  grpc.register<Buffer, Buffer>(GRPC_PATH, take, (bytes) => bytes, decodeGrpcFrame, 'bidi')
}

function admit(socket: Socket, sockets: Map<string, GrpcSocket>, injector: ConnectionInjector): void {
  const key = peerKey(socket)
  sockets.set(key, new GrpcSocket(socket))
  socket.on('error', () => socket.destroy())
  socket.once('close', () => sockets.delete(key))
  injector.injectConnection(socket)
}

function accept(call: Call, socket: GrpcSocket, cancelled: Error, handler: ListenHandler): void {
  const facts = socketFacts(socket.socket)
  const pipe: GrpcPipe = new GrpcPipe(
    call,
    { ...facts, peer_addr: grpcAddress(facts.peer_addr) },
    {
      cut: () => void (socket.cut(pipe) || call.emit('error', cancelled)),
      received: (bytes) => socket.received(bytes),
    },
  )
  socket.add(pipe)
  const over = (error?: Error): void => {
    socket.remove(pipe)
    pipe.over(error)
  }
  // Who dialled has ended its side, after all that it sent.
  call.once('end', () => call.end())
  call.once('finish', () => over())
  call.once('cancelled', () => over(new CommError('CLOSED', `${facts.peer_addr} broke off its call`)))
  call.once('close', () => over())
  handler.connected(pipe)
}

/** As the reference tells it. */
function grpcAddress(address = ''): string {
  return `${address.startsWith('[') ? 'ipv6' : 'ipv4'}:${address}`
}
