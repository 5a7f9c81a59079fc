/** TCP: `tcp://` and `atcp://` in clear text, `stcp://` and `satcp://` in TLS. All four are one wire. */
import { createServer, connect as dialTcp, type Server, type Socket } from 'node:net'
import {
  createServer as createTlsServer,
  connect as dialTls,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls'
import {
  type ConnectionFacts,
  type ConnectorParams,
  type Driver,
  type ListenHandler,
  type Listening,
  Mode,
  type Pipe,
} from '../driver.js'
import { CommError } from '../errors.js'
import { commLimits } from '../limits.js'
import { peerCommonName } from '../security/common-name.js'
import { type TlsMaterial, tlsFor } from '../security/credentials.js'
import { dialOptions, listenOptions } from '../security/tls-options.js'
import { authority } from '../url.js'
import { StreamPipe } from './stream-pipe.js'
import { closed, connected, factsOf, listening } from './stream-socket.js'

export class TcpDriver implements Driver {
  readonly schemes = ['tcp', 'stcp', 'atcp', 'satcp']
  readonly secureSchemes = ['stcp', 'satcp']
  readonly capabilities = { sendHeartbeat: true, supportSsl: true }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const at = { host: params.host || 'localhost', port: portOf(params) }
    const tls = await tlsFor(params, Mode.ACTIVE)
    const plain = dialTcp({ ...at, ...OF_SOCKETS })
    await connected(plain, 'connect', signal)
    if (!tls) return new StreamPipe(plain, factsOf(plain))
    const secure = dialTls({ ...dialOptions(tls), socket: plain })
    await connected(secure, 'secureConnect', signal)
    return new StreamPipe(secure, secureFacts(secure))
  }

  async listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    const tls = await tlsFor(params, Mode.PASSIVE)
    const hand = (socket: Socket, facts = factsOf(socket)): void => {
      handler.connected(new StreamPipe(socket, facts))
    }
    const handshakes = tls && new Handshakes(tls, (socket) => hand(socket, secureFacts(socket)))
    const server = createServer(OF_SOCKETS, (socket) =>
      handshakes ? handshakes.begin(socket) : hand(socket),
    )
    server.maxConnections = commLimits.connections
    await listening(server, { host: params.host || undefined, port: portOf(params) })
    server.on('error', (error) => handler.failed(error))
    return {
      url: `${params.scheme}://${authority(params.host || '0', boundPort(server))}`,
      close: () => {
        handshakes?.end()
        return closed(server)
      },
    }
  }
}

/** Connections that shake hands for TLS: each by itself, so that a silent one keeps nobody waiting. */
class Handshakes {
  readonly #server: TlsServer
  /** By who it is with. */
  readonly #opening = new Map<string, Socket>()

  constructor(tls: TlsMaterial, done: (socket: TLSSocket) => void) {
    this.#server = createTlsServer(listenOptions(tls), (socket) => {
      this.#opening.delete(keyOf(socket))
      done(socket)
    })
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy())
  }

  begin(socket: Socket): void {
    const key = keyOf(socket)
    if (this.#opening.size >= commLimits.strangers) {
      const [oldest] = this.#opening.values()
      oldest?.destroy()
    }
    this.#opening.set(key, socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#opening.delete(key))
    this.#server.emit('connection', socket)
  }

  end(): void {
    for (const socket of this.#opening.values()) socket.destroy()
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function secureFacts(socket: TLSSocket): ConnectionFacts {
  return { ...factsOf(socket), peer_cn: peerCommonName(socket) }
}

const OF_SOCKETS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }

function portOf({ url, port }: ConnectorParams): number {
  if (port !== '') return Number(port)
  throw new CommError('BAD_CONFIG', `${url} has no port; give it as tcp://host:8020`)
}

function boundPort(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
