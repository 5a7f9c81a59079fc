/**
 * The operations of a hub over a WebSocket, many at a time: each frame of a client asks for one, and is
 * answered by one of the same number when it is done. So what is waited for is pushed when it is there.
 */
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import { messageOf } from '../../ports/index.js'
import { composed, isObject, type Json, type JsonObject, type Verbatim } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { Asker } from './asker.js'
import { HubError } from './errors.js'
import { hubLimits } from './limits.js'
import type { Operation } from './operations.js'
import { refusalOf } from './v1-routes.js'

/** Of a hub that cannot take so many, by RFC 6455. */
const TRY_AGAIN_LATER = 1013
const GOING_AWAY = 1001
const UNSUPPORTED = 1003

/** All sockets of a hub. */
export class HubSockets {
  readonly #operations: ReadonlyMap<string, Operation>
  readonly #sockets = new Set<SocketSession>()
  readonly #pinging: NodeJS.Timeout

  constructor(operations: Readonly<Record<string, Operation>>) {
    this.#operations = new Map(Object.entries(operations))
    this.#pinging = setInterval(() => {
      for (const each of this.#sockets) each.ping()
    }, hubLimits.socketPingMs)
    this.#pinging.unref()
  }

  /** Those who may come to the server may have a socket. */
  serveAt(server: FastifyInstance, url: string): void {
    server.register(websocket, { options: { maxPayload: hubLimits.bodyBytes } })
    server.register(async (inner) => {
      inner.get(url, { websocket: true }, (socket) => this.#accept(socket))
    })
    // Who is refused has no socket. Without this, the connection would stay.
    server.addHook('onResponse', ({ raw }, _reply, done) => {
      if (raw.headers.upgrade !== undefined) raw.socket.destroy()
      done()
    })
  }

  close(): void {
    clearInterval(this.#pinging)
    for (const each of this.#sockets) each.close(GOING_AWAY, 'the hub ends')
  }

  #accept(socket: WebSocket): void {
    // What is wrong with a connection ends it, and nothing else.
    socket.on('error', () => socket.terminate())
    if (this.#sockets.size >= hubLimits.sockets) {
      socket.close(TRY_AGAIN_LATER, `${hubLimits.sockets} sockets are open already`)
      return
    }
    const session = new SocketSession(socket, this.#operations)
    this.#sockets.add(session)
    socket.once('close', () => this.#sockets.delete(session))
  }
}

class SocketSession {
  readonly #socket: WebSocket
  readonly #operations: ReadonlyMap<string, Operation>
  /** By the numbers of the frames that are not answered. */
  readonly #askers = new Map<number, Asker>()
  readonly #gone = new AbortController()
  #asked = 0
  #isHeard = true

  constructor(socket: WebSocket, operations: ReadonlyMap<string, Operation>) {
    this.#socket = socket
    this.#operations = operations
    socket.once('close', () => {
      this.#gone.abort()
      for (const each of this.#askers.values()) each.leave()
    })
    socket.on('pong', () => {
      this.#isHeard = true
    })
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.close(UNSUPPORTED, 'frames are texts')
      else void this.#heard(String(data))
    })
  }

  /** Ends it where it did not answer the last. */
  ping(): void {
    if (this.#isHeard) this.#socket.ping()
    else this.#socket.terminate()
    this.#isHeard = false
  }

  close(code: number, why: string): void {
    this.#socket.close(code, why)
  }

  /** Never rejects. */
  async #heard(text: string): Promise<void> {
    this.#isHeard = true
    const read = readJson(text)
    const frame = 'value' in read && isObject(read.value) ? read.value : new Map<string, Json>()
    const given = frame.get('n')
    const n = typeof given === 'number' ? given : 0
    if (frame.get('do') === 'leave') return this.#askers.get(n)?.leave()
    const asker = new Asker()
    this.#askers.set(n, asker)
    if (++this.#asked === hubLimits.askedAtOnce) this.#socket.pause()
    try {
      this.#tell(composed({ n, ok: await this.#done(frame, asker) }))
    } catch (error) {
      const { code, message } = refusalOf(error) ?? faultOf(error)
      this.#tell(composed({ n, error: composed({ code, message }) }))
    } finally {
      this.#askers.delete(n)
      if (this.#asked-- === hubLimits.askedAtOnce) this.#socket.resume()
    }
  }

  #done(frame: JsonObject, asker: Asker): Promise<Json> {
    const operation = this.#operationOf(frame.get('do'))
    return operation({
      of: textIn(frame, 'of') ?? '',
      body: frame.get('body'),
      option: (name) => textIn(frame, name),
      asker: () => asker,
      socket: this.#gone.signal,
    })
  }

  #operationOf(name: Json | undefined): Operation {
    const operation = typeof name === 'string' ? this.#operations.get(name) : undefined
    if (operation) return operation
    throw new HubError('hub-bad-request', `do: give one of ${[...this.#operations.keys()].join(', ')}`)
  }

  #tell({ text }: Verbatim): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(text)
    if (this.#socket.bufferedAmount > hubLimits.socketBytes) this.#socket.terminate()
  }
}

function faultOf(error: unknown): HubError {
  process.emitWarning(`a hub failed: ${messageOf(error)}`, { code: 'QUORATE_HUB' })
  return new HubError('hub-fault', 'the hub failed')
}

function textIn(frame: JsonObject, name: string): string | undefined {
  const value = frame.get(name)
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}
