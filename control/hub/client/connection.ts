/** Asks a hub over HTTP, again and again where it is away: what has an id may be asked twice. */
import { setTimeout as after } from 'node:timers/promises'
import { messageOf } from '../../../ports/index.js'
import { activeTraceparent } from '../../tracing/spans.js'
import { HubError, type HubErrorCode, hubErrors } from '../errors.js'
import { hubLimits } from '../limits.js'

/** Where a hub is. */
export interface HubAddress {
  /** As `http://10.0.0.5:8000`. Default that of this host, at its usual port. */
  readonly url?: string
  /** What is in the file `token` of the hub's folder; none for one that is open. */
  readonly token?: string | undefined
}

export interface Asking {
  readonly body?: unknown
  /** Ends it. */
  readonly signal: AbortSignal
  /** Milliseconds that the hub may take to answer. */
  readonly withinMs?: number
}

export class HubConnection {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>

  /** @throws HubError `hub-bad-option`. */
  constructor({ url = 'http://127.0.0.1:8000', token }: HubAddress) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new HubError(
        'hub-bad-option',
        `${JSON.stringify(url)} is no address of a hub, as http://10.0.0.5:8000`,
      )
    }
    this.#url = url.replace(/\/+$/, '')
    const type = { 'content-type': 'application/json' }
    this.#headers = token === undefined ? type : { ...type, authorization: `Bearer ${token}` }
  }

  /** Asks once. @throws HubError of the hub; `hub-unreachable`; whatever the signal says. */
  async ask(
    method: string,
    path: string,
    { body, signal, withinMs = hubLimits.askMs }: Asking,
  ): Promise<unknown> {
    const late = AbortSignal.timeout(withinMs)
    const traceparent = activeTraceparent()
    const headers = traceparent === undefined ? this.#headers : { ...this.#headers, traceparent }
    let answer: Response
    let text: string
    try {
      answer = await fetch(`${this.#url}${path}`, {
        ...{ method, headers, signal: AbortSignal.any([signal, late]) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      text = await answer.text()
    } catch (cause) {
      signal.throwIfAborted()
      const why = late.aborted ? `it did not answer within ${withinMs} ms` : causeOf(cause)
      throw new HubError('hub-unreachable', `the hub at ${this.#url} is not reached: ${why}`, { cause })
    }
    if (answer.ok) return JSON.parse(text)
    throw refusalIn(text, answer.status)
  }

  /** As ask(), until the hub answers with something else than that it cannot now. */
  async insist(method: string, path: string, asking: Asking): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.ask(method, path, asking)
      } catch (error) {
        asking.signal.throwIfAborted()
        if (!(error instanceof HubError && error.retryable)) throw error
        const wait = Math.min(hubLimits.retryMs * 2 ** attempt, hubLimits.retryMaxMs)
        const { signal } = asking
        await after(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
        signal.throwIfAborted()
      }
    }
  }
}

/** fetch() says little; what lies beneath says why. */
function causeOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
}

function refusalIn(text: string, status: number): HubError {
  const { code, message } = errorIn(text)
  if (code !== undefined && isCode(code)) return new HubError(code, message)
  const why = message === '' ? `the hub answered with ${status}` : message
  if (status === 401 || status === 403) return new HubError('hub-refused', why)
  return new HubError(status >= 500 ? 'hub-unreachable' : 'hub-bad-request', why)
}

function errorIn(text: string): { readonly code: string | undefined; readonly message: string } {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return { code: undefined, message: '' }
  }
  const detail = memberOf(answer, 'detail')
  const error = memberOf(answer, 'error')
  const [code, message] = [memberOf(error, 'code'), memberOf(error, 'message') ?? detail]
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : '',
  }
}

/** Of an object that came as JSON; undefined where it has none. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

function isCode(code: string): code is HubErrorCode {
  return Object.hasOwn(hubErrors, code)
}
