/**
 * Asks a hub over one WebSocket, which is opened when it is needed, and again where it broke. Whoever insists
 * is not told of that: what has an id may be asked twice.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as after } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { messageOf } from '../../../ports/index.js'
import { HubError, type HubErrorCode, hubErrors } from '../errors.js'
import { hubLimits } from '../limits.js'
import { within } from './deadline.js'

/** Where a hub is. */
export interface HubAddress {
  /** As `http://10.0.0.5:8000`, or `unix:/path` of a socket. Default that of this host, at its usual port. */
  readonly url?: string
  /** What is in the file `token` of the hub's folder, or what gives it; none for one that is open. */
  readonly token?: string | (() => string) | undefined
}

/** An operation of the hub. */
export interface Question {
  readonly do: string
  /** The command or the worker that it is about. */
  readonly of?: string
  readonly body?: unknown
  /** Replies that are known already; or the cursor of what was told of the fleet. */
  readonly after?: number | string
  readonly waitMs?: number
}

export interface Asking {
  /** Ends it. */
  readonly signal: AbortSignal
  /** Milliseconds that the hub may take to answer. */
  readonly withinMs?: number
  /** Told of each attempt that failed and is made again. */
  readonly failed?: (error: HubError) => void
}

/** Who asked, and is to be answered. */
interface Pending {
  answered(answer: unknown): void
  failed(error: Error): void
}

export class HubConnection {
  readonly #url: string
  readonly #token: HubAddress['token']
  #opening: Promise<WebSocket> | undefined
  readonly #pending = new Map<number, Pending>()
  #asked = 0

  /** @throws HubError `hub-bad-option`. */
  constructor({ url = 'http://127.0.0.1:8000', token }: HubAddress) {
    if (!URL.canParse(url) || !/^(?:https?:|unix:\/)/.test(url)) {
      const text = `${JSON.stringify(url)} is no address of a hub, as http://10.0.0.5:8000`
      throw new HubError('hub-bad-option', text)
    }
    this.#url = url.replace(/\/+$/, '')
    this.#token = token
  }

  /** Asks once. @throws HubError of the hub; `hub-unreachable`; whatever the signal says. */
  async ask(question: Question, { signal, withinMs = hubLimits.askMs }: Asking): Promise<unknown> {
    signal.throwIfAborted()
    const late = (): Error => this.#unreachable(`it did not answer within ${withinMs} ms`)
    return within(withinMs, signal, (isOver) => this.#askUnless(isOver, question), late)
  }

  async #askUnless(isOver: AbortSignal, question: Question): Promise<unknown> {
    const socket = await unless(isOver, this.#open())
    const n = ++this.#asked
    const answer = new Promise((answered, failed) => this.#pending.set(n, { answered, failed }))
    try {
      socket.send(JSON.stringify({ n, ...question }))
      return await unless(isOver, answer)
    } finally {
      const isLeft = this.#pending.delete(n) && isOver.aborted
      if (isLeft && socket.readyState === socket.OPEN) socket.send(JSON.stringify({ n, do: 'leave' }))
    }
  }

  /** As ask(), until the hub answers with something else than that it cannot now. */
  async insist(question: Question, asking: Asking): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.ask(question, asking)
      } catch (error) {
        asking.signal.throwIfAborted()
        if (!(error instanceof HubError && error.retryable)) throw error
        asking.failed?.(error)
        const wait = Math.min(hubLimits.retryMs * 2 ** attempt, hubLimits.retryMaxMs)
        const { signal } = asking
        await after(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
        signal.throwIfAborted()
      }
    }
  }

  /** Whoever still waits for an answer hears that the hub is not reached. */
  close(): void {
    this.#opening?.then((socket) => socket.terminate()).catch(() => undefined)
  }

  #headers(): Readonly<Record<string, string>> {
    const token = typeof this.#token === 'function' ? this.#token() : this.#token
    return token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  #open(): Promise<WebSocket> {
    this.#opening ??= this.#opened()
    return this.#opening
  }

  async #opened(): Promise<WebSocket> {
    // Loaded here: most actors have to do with no hub.
    const { WebSocket } = await import('ws')
    const options = { headers: this.#headers(), perMessageDeflate: false, handshakeTimeout: hubLimits.askMs }
    const [, path] = /^unix:(.+)$/s.exec(this.#url) ?? []
    if (path !== undefined) {
      const { openSocketPath } = await import('../../supervision/socket-path.js')
      const createConnection = (): Socket => {
        const open = openSocketPath(path)
        return connect(open.path).once('close', open.close)
      }
      return this.#whenOpen(new WebSocket('ws://localhost/v1/socket', { ...options, createConnection }))
    }
    const { href } = new URL(`${this.#url.replace(/^http/, 'ws')}/v1/socket`)
    return this.#whenOpen(new WebSocket(href, options))
  }

  #whenOpen(socket: WebSocket): Promise<WebSocket> {
    // A hub that died without a word says nothing either.
    let silence: NodeJS.Timeout | undefined
    const heard = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => socket.terminate(), hubLimits.socketSilenceMs)
    }
    return new Promise((opened, failed) => {
      let why: HubError | undefined
      socket.once('unexpected-response', (_request, response) => {
        why =
          refusalOf(this.#url, response.statusCode ?? 0) ??
          this.#unreachable(`it answers ${response.statusCode}`)
        response.destroy()
        socket.terminate()
      })
      socket.on('error', (error) => {
        why ??= this.#unreachable(messageOf(error) || error.name, error)
      })
      socket.once('open', () => {
        heard()
        opened(socket)
      })
      socket.on('ping', heard)
      socket.on('message', (data) => this.#heard(String(data)))
      socket.once('close', () => {
        clearTimeout(silence)
        this.#opening = undefined
        const error = why ?? this.#unreachable('the connection broke')
        failed(error)
        for (const each of this.#pending.values()) each.failed(error)
        this.#pending.clear()
      })
    })
  }

  #heard(text: string): void {
    const answer: unknown = JSON.parse(text)
    const n = memberOf(answer, 'n')
    const pending = typeof n === 'number' ? this.#pending.get(n) : undefined
    const error = memberOf(answer, 'error')
    if (error === undefined) pending?.answered(memberOf(answer, 'ok'))
    else pending?.failed(errorIn(error))
  }

  #unreachable(why: string, cause?: unknown): HubError {
    return new HubError('hub-unreachable', `the hub at ${this.#url} is not reached: ${why}`, { cause })
  }
}

/** What comes, unless the signal does first. */
async function unless<T>(signal: AbortSignal, coming: Promise<T>): Promise<T> {
  let over: () => void = () => undefined
  const ending = new Promise<never>((_, reject) => {
    over = () => reject(reasonOf(signal))
  })
  signal.addEventListener('abort', over)
  try {
    return await Promise.race([coming, ending])
  } finally {
    signal.removeEventListener('abort', over)
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}

function refusalOf(url: string, status: number): HubError | undefined {
  const token = 'wants the token that is in the file "token" of its folder, and not this'
  if (status === 401) return new HubError('hub-refused', `the hub at ${url} ${token}`)
  if (status === 403) return new HubError('hub-refused', `the hub at ${url} lets nobody in who calls it so`)
  return status === 404 ? new HubError('hub-bad-request', `there is no hub at ${url}`) : undefined
}

function errorIn(error: unknown): HubError {
  const [code, message] = [memberOf(error, 'code'), memberOf(error, 'message')]
  const text = typeof message === 'string' ? message : 'the hub failed'
  if (typeof code === 'string' && isCode(code)) return new HubError(code, text)
  return new HubError('hub-unreachable', text)
}

/** Of an object that came as JSON; undefined where it has none. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

function isCode(code: string): code is HubErrorCode {
  return Object.hasOwn(hubErrors, code)
}
