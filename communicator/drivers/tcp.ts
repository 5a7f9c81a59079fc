/** TCP: `tcp://` and `atcp://` in clear text, `stcp://` and `satcp://` in TLS. All four are one wire. */
import { createServer, connect as dialTcp, type Server } from 'node:net'
import { createServer as createTlsServer, connect as dialTls } from 'node:tls'
import {
  type ConnectorParams,
  type Driver,
  type ListenHandler,
  type Listening,
  Mode,
  type Pipe,
} from '../driver.js'
import { commLimits } from '../limits.js'
import { type TlsMaterial, tlsFor } from '../security/credentials.js'
import { dialOptions, listenOptions } from '../security/tls-options.js'
import { bound, dialled, urlOf } from './address.js'
import { peerKey, socketFacts } from './socket-facts.js'
import { Strangers } from './strangers.js'
import { StreamPipe } from './stream-pipe.js'
import { closed, connected, listening } from './stream-socket.js'

export class TcpDriver implements Driver {
  readonly schemes = ['tcp', 'stcp', 'atcp', 'satcp']
  readonly secureSchemes = ['stcp', 'satcp']
  readonly capabilities = { sendHeartbeat: true, supportSsl: true }

  async connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe> {
    const at = dialled(params)
    const tls = await tlsFor(params, Mode.ACTIVE)
    const plain = dialTcp({ ...at, ...OF_SOCKETS })
    await connected(plain, 'connect', signal)
    if (!tls) return new StreamPipe(plain, socketFacts(plain))
    const secure = dialTls({ ...dialOptions(tls), socket: plain })
    await connected(secure, 'secureConnect', signal)
    return new StreamPipe(secure, socketFacts(secure))
  }

  async listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening> {
    const tls = await tlsFor(params, Mode.PASSIVE)
    const strangers = new Strangers()
    const server = tls ? secureServer(tls, strangers, handler) : clearServer(handler)
    server.maxConnections = commLimits.connections
    await listening(server, bound(params))
    server.on('error', (error) => handler.failed(error))
    return {
      url: urlOf(params, server),
      close: () => {
        strangers.endAll()
        return closed(server)
      },
    }
  }
}

function clearServer(handler: ListenHandler): Server {
  return createServer(OF_SOCKETS, (socket) => handler.connected(new StreamPipe(socket, socketFacts(socket))))
}

/** Each shakes hands for TLS by itself, so that a silent one keeps nobody waiting. */
function secureServer(tls: TlsMaterial, strangers: Strangers, handler: ListenHandler): Server {
  const server = createTlsServer({ ...listenOptions(tls), ...OF_SOCKETS }, (socket) => {
    strangers.pass(peerKey(socket))
    handler.connected(new StreamPipe(socket, socketFacts(socket)))
  })
  server.on('connection', (socket) => strangers.add(socket))
  return server.on('tlsClientError', (_error, socket) => socket.destroy())
}

const OF_SOCKETS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }
