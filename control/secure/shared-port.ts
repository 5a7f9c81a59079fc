/**
 * An HTTP server that is spoken to in clear text and in TLS at one port. The first byte tells: that of a
 * handshake is 0x16, and no request begins with it. Both end in the same server, with the same bounds.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { Identities, Identity } from './identities.js'
import { secureLimits } from './limits.js'
import { CIPHERS } from './psk.js'
import { Strangers } from './strangers.js'

const HANDSHAKE = 0x16

export class SharedPort {
  readonly server: Server
  readonly #identities: Identities
  readonly #secure: TlsServer
  readonly #strangers = new Strangers()
  /** What was asked for by whom, while a handshake goes on. */
  readonly #claims = new WeakMap<TLSSocket, Identity>()

  constructor(identities: Identities, handler: RequestListener) {
    const { headMs, requestMs, lookMs, idleMs, connections } = secureLimits
    this.#identities = identities
    this.server = createServer({ connectionsCheckingInterval: lookMs, requestTimeout: requestMs }, handler)
    this.server.headersTimeout = headMs
    this.server.keepAliveTimeout = idleMs
    this.server.maxConnections = connections
    // Any stream will do for those who serve: that it listens for sockets is what is taken from them here.
    const serving = this.server.listeners('connection')
    const serve = (stream: Socket): void => {
      for (const each of serving) each.call(this.server, stream)
    }
    this.server.removeAllListeners('connection')
    this.#secure = this.#tls(serve)
    this.server.on('connection', (socket: Socket) => this.#receive(socket, serve))
  }

  /** A connection that a hub carries: in TLS alone, for the hub would read all else. */
  carried(stream: Duplex): void {
    this.#secure.emit('connection', stream)
  }

  /** Whoever has this connection may stay, whoever else comes: it has shown who it is. */
  known(connection: Socket): void {
    this.#strangers.known(connection)
  }

  /** Cuts those that have shown nothing, who are no part of what the server closes. */
  endStrangers(): void {
    this.#strangers.end()
  }

  #receive(socket: Socket, serve: (stream: Socket) => void): void {
    this.#strangers.add(socket)
    const end = (): void => {
      socket.destroy()
    }
    socket.on('error', end)
    socket.setTimeout(secureLimits.helloMs, end)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (!first) return end()
      socket.setTimeout(0)
      socket.off('timeout', end)
      socket.unshift(first)
      if (first[0] === HANDSHAKE) this.#secure.emit('connection', socket)
      else serve(socket)
    })
  }

  #tls(serve: (stream: Socket) => void): TlsServer {
    const secure = createTlsServer({
      ...CIPHERS,
      handshakeTimeout: secureLimits.handshakeMs,
      pskCallback: (socket, name) => {
        const identity = this.#identities.named(name)
        if (!identity) return null
        this.#claims.set(socket, identity)
        return identity.key
      },
    })
    // The error is that of a stranger, and ends its connection alone.
    secure.on('tlsClientError', (_error, socket) => socket.destroy())
    secure.on('secureConnection', (socket) => {
      const identity = this.#claims.get(socket)
      socket.on('error', () => socket.destroy())
      if (!identity || !this.#identities.came(socket, identity)) {
        socket.destroy()
        return
      }
      this.known(socket)
      serve(socket)
    })
    return secure
  }
}
