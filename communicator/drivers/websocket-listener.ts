/**
 * Listens for WebSockets. It answers nothing else: other paths get 404, plain requests 426, and both the end;
 * who says nothing, or says it slowly, is let go of.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import { type ConnectorParams, type ListenHandler, type Listening, Mode } from '../driver.js'
import { commLimits } from '../limits.js'
import { tlsFor } from '../security/credentials.js'
import { listenOptions } from '../security/tls-options.js'
import { bound, urlOf } from './address.js'
import { broken } from './pipe-end.js'
import { peerKey } from './socket-facts.js'
import { Strangers } from './strangers.js'
import { closed, listening } from './stream-socket.js'
import { socketOptions, WEBSOCKET_PATH, WebSocketPipe } from './websocket-pipe.js'

const { handshakeMs } = commLimits
const TIMES = { headersTimeout: handshakeMs, requestTimeout: handshakeMs }

export class WebSocketListener implements Listening {
  readonly url: string
  readonly #server: Server
  readonly #strangers: Strangers

  private constructor(url: string, server: Server, strangers: Strangers) {
    this.url = url
    this.#server = server
    this.#strangers = strangers
  }

  static async listen(params: ConnectorParams, handler: ListenHandler): Promise<WebSocketListener> {
    const material = await tlsFor(params, Mode.PASSIVE)
    const { WebSocketServer } = await import('ws')
    const server = material
      ? createSecureServer({ ...listenOptions(material), ...TIMES })
      : createServer(TIMES)
    server.maxConnections = commLimits.connections
    const strangers = new Strangers()
    server.on('connection', (socket: Socket) => strangers.add(socket))
    server.on('request', refuse)
    // Of TLS, whose own errors are told elsewhere.
    server.on('clientError', (_error, socket: Duplex) => socket.destroy())
    const sockets = new WebSocketServer({ noServer: true, clientTracking: false, ...socketOptions })
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      if (isOurs(request) && stream instanceof Socket)
        upgrade(sockets, { request, stream, head, strangers }, handler)
      else refuseUpgrade(stream)
    })
    await listening(server, bound(params))
    server.on('error', (error) => handler.failed(broken(error)))
    return new WebSocketListener(urlOf(params, server), server, strangers)
  }

  close(): Promise<void> {
    this.#strangers.endAll()
    return closed(this.#server)
  }
}

interface Upgrade {
  readonly request: IncomingMessage
  readonly stream: Socket
  readonly head: Buffer
  readonly strangers: Strangers
}

function upgrade(
  sockets: WebSocketServer,
  { request, stream, head, strangers }: Upgrade,
  handler: ListenHandler,
): void {
  // The library answers what is no WebSocket, and ends it.
  sockets.handleUpgrade(request, stream, head, (socket) => {
    strangers.pass(peerKey(stream))
    handler.connected(new WebSocketPipe(socket, stream, 'plain'))
  })
}

function isOurs({ url = '' }: IncomingMessage): boolean {
  return url === WEBSOCKET_PATH || url.startsWith(`${WEBSOCKET_PATH}?`)
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const status = isOurs(request) ? 426 : 404
  response.writeHead(status, { Connection: 'close', ...(status === 426 && { Upgrade: 'websocket' }) })
  response.end()
}

function refuseUpgrade(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 404 ${STATUS_CODES[404]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  stream.once('finish', () => stream.destroy())
}
