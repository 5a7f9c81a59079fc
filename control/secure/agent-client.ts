/**
 * Asks one agent, in TLS by the key that its token gives: who does not know the token is no such agent, and
 * hears nothing but that somebody came. Connections are used again; nothing is sent to anybody before the
 * handshake is done.
 */

import type { IncomingMessage, RequestOptions } from 'node:http'
import {
  request as askClearly,
  Agent as ClearAgent,
  type ClientRequest,
  type IncomingHttpHeaders,
} from 'node:http'
import { request as askSecurely, Agent as SecureAgent } from 'node:https'
import type { Socket } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { type AgentAddress, addressText, requireToken } from './address.js'
import { CarriedConnections, type ConnectAtHub } from './carried-connections.js'
import { AgentClientError } from './errors.js'
import { codeOf, failureOf } from './failures.js'
import { secureLimits } from './limits.js'
import { Patience } from './patience.js'
import { CIPHERS, pskOf, TOKEN_IDENTITY } from './psk.js'
import { jsonIn, partsOf } from './reply.js'

export type AgentClientOptions = AgentAddress & {
  /** The token of the agent, none for one that is open; of another identity what that shares with it. */
  readonly token?: string | Uint8Array | undefined
  /** Who comes. Default whoever has the token. */
  readonly identity?: string
  /** What errors call it, beside its address. */
  readonly name?: string
  /** How agents at a hub are reached. */
  readonly connect?: ConnectAtHub | undefined
}

export interface AskOptions {
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until it must have answered. Default 30,000. */
  readonly waitMs?: number
}

export interface AgentReply {
  readonly status: number
  /** What was answered; undefined where that is nothing. */
  readonly json: unknown
}

export interface StreamOptions {
  /** Sent as it comes. */
  readonly body?: Readable
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /**
   * Milliseconds that may pass without a byte either way; where it is followed, until the answer begins.
   * Default 30,000.
   */
  readonly waitMs?: number
  /** The answer has no end that is known, and may say nothing for long. */
  readonly isFollowed?: boolean
}

export interface AgentStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Read it to its end, or destroy it. Fails with AgentClientError. */
  readonly body: Readable
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body?: Buffer | Readable | undefined
  readonly patience: Patience
}

export class AgentClient {
  /** How errors call it. */
  readonly shown: string
  readonly #agent: ClearAgent
  readonly #place: RequestOptions
  readonly #ask: typeof askClearly

  /**
   * @throws AgentClientError `agent-wrong-token` where there is none, and it is not asked in clear text;
   * `agent-bad-address` for one at a hub where nothing is said of a hub.
   */
  constructor(options: AgentClientOptions) {
    const { token, identity = TOKEN_IDENTITY, name } = options
    const address = addressText(options)
    this.shown = `agent ${name === undefined ? '' : `${name} at `}${address}`
    const pool = { keepAlive: true, maxSockets: secureLimits.clientConnections }
    if ('isClear' in options && options.isClear) {
      const { host, port } = options
      const bearer = typeof token === 'string' ? { authorization: `Bearer ${token}` } : {}
      this.#place = { host, port, headers: bearer }
      this.#agent = new ClearAgent(pool)
      this.#ask = askClearly
      return
    }
    const psk = pskOf(identity, requireToken(token, this.shown))
    const tls = {
      ...CIPHERS,
      // There is no certificate: who it is, the key has shown.
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ identity, psk }),
    }
    this.#ask = askSecurely
    if ('atHub' in options) {
      this.#place = { host: options.atHub }
      this.#agent = new CarriedConnections(pool, tls, options)
      return
    }
    this.#place = { host: options.host, port: options.port }
    // A session of before would be good whatever the key is now.
    this.#agent = new SecureAgent({ ...pool, ...tls, maxCachedSessions: 0 })
  }

  /** Resolves with whatever it answers. @throws AgentClientError; whatever the signal says. */
  async request(method: string, path: string, options: AskOptions = {}): Promise<AgentReply> {
    const { body: value, signal, waitMs = secureLimits.answerMs } = options
    const body = value === undefined ? undefined : Buffer.from(JSON.stringify(value))
    const headers = body ? { 'content-type': 'application/json', 'content-length': body.length } : {}
    const patience = new Patience(waitMs, signal)
    try {
      const answer = await this.#answerOf({ method, path, headers, body, patience })
      return { status: answer.statusCode ?? 0, json: await jsonIn(answer, this.shown) }
    } catch (error) {
      throw this.#failure(error, patience)
    } finally {
      patience.end()
    }
  }

  /**
   * Sends what comes, and hands out what is answered as it comes. @throws AgentClientError; whatever the
   * signal says.
   */
  async stream(method: string, path: string, options: StreamOptions = {}): Promise<AgentStream> {
    const { body, headers = {}, signal, waitMs = secureLimits.stallMs, isFollowed = false } = options
    const patience = new Patience(waitMs, signal)
    body?.on('data', () => patience.again())
    try {
      const answer = await this.#answerOf({ method, path, headers, body, patience })
      if (isFollowed) patience.rest()
      const parts = partsOf(answer, patience, isFollowed, (error) => this.#failure(error, patience))
      const { statusCode: status = 0 } = answer
      return { status, headers: answer.headers, body: Readable.from(parts, { objectMode: false }) }
    } catch (error) {
      patience.end()
      throw this.#failure(error, patience)
    }
  }

  /** Ends its connections; what is being asked fails. */
  close(): void {
    this.#agent.destroy()
  }

  #failure(error: unknown, { isOver, whyGiven, waitMs }: Patience): unknown {
    if (whyGiven !== undefined) return whyGiven
    if (isOver) {
      return new AgentClientError('agent-late', `${this.shown} did not answer within ${waitMs} ms`, {
        cause: error,
      })
    }
    if (error instanceof Broken) return failureOf(error.cause, this.shown, error.wasConnected)
    return failureOf(error, this.shown, true)
  }

  /** A connection that the agent has given up meanwhile is no reason not to ask: reading changes nothing. */
  async #answerOf(asked: Asked): Promise<IncomingMessage> {
    try {
      return await this.#attempt(asked)
    } catch (error) {
      const isStale = error instanceof Broken && error.wasUsed && STALE.includes(codeOf(error.cause))
      if (asked.method !== 'GET' || !isStale || asked.patience.signal.aborted) throw error
    }
    return this.#attempt(asked)
  }

  #attempt({ method, path, headers, body, patience }: Asked): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = this.#ask({
        ...this.#place,
        ...{ method, path, agent: this.#agent, signal: patience.signal },
        headers: { ...this.#place.headers, ...headers },
      })
      let isConnected = false
      request.once('response', resolve)
      request.once('error', (error) => reject(new Broken(error, isConnected, request.reusedSocket)))
      request.once('socket', (socket) => {
        isConnected = request.reusedSocket
        if (!isConnected) this.#await(request, socket, () => (isConnected = true))
      })
      if (body instanceof Readable) pipeline(body, request, (error) => error && request.destroy(error))
      else request.end(body)
    })
  }

  /** Until the connection is there, which has a bound of its own. */
  #await(request: ClientRequest, socket: Socket, connected: () => void): void {
    const { connectMs, aliveMs } = secureLimits
    const text = `${this.shown} is not reached: no connection within ${connectMs} ms; is it running there?`
    const late = setTimeout(() => request.destroy(new AgentClientError('agent-unreachable', text)), connectMs)
    socket.setKeepAlive(true, aliveMs)
    socket.once('close', () => clearTimeout(late))
    socket.once(this.#agent instanceof SecureAgent ? 'secureConnect' : 'connect', () => {
      clearTimeout(late)
      connected()
    })
  }
}

const STALE: readonly string[] = ['ECONNRESET', 'EPIPE']

/** A request that was not answered. */
class Broken extends Error {
  readonly wasConnected: boolean
  /** For another request, before. */
  readonly wasUsed: boolean

  constructor(cause: Error, wasConnected: boolean, wasUsed: boolean) {
    super(cause.message, { cause })
    this.wasConnected = wasConnected
    this.wasUsed = wasUsed
  }
}
