/** What is sent: headers that both ends read, and bytes that only the app knows. */
import { Buffer } from 'node:buffer'
import type { Endpoint } from './endpoint.js'
import type { HeaderMap, HeaderValue } from './header-codec.js'

/** Bytes, parts of them, or nothing. */
export type Payload = Uint8Array | null | undefined | readonly Uint8Array[]

/**
 * One message. Nothing and no bytes are the same on the wire, as are no headers and empty ones: both come as
 * undefined. Large payloads are not copied: do not change one after it was sent.
 */
export class Message {
  /** Undefined for none. */
  headers: HeaderMap | undefined
  /** Undefined for no bytes. */
  payload: Buffer | undefined
  #props: Map<string, unknown> | undefined

  /** Parts of a payload are joined. */
  constructor(headers?: HeaderMap | null, payload?: Payload) {
    this.headers = headers ?? undefined
    this.payload = bytesOf(payload)
  }

  /** Adds one, or takes the place of that of the same key. */
  setHeader(key: string, value: HeaderValue): void {
    this.headers = { ...this.headers, [key]: value }
  }

  /** Adds them all; of the same key the new one stays. */
  addHeaders(headers: HeaderMap): void {
    this.headers = { ...this.headers, ...headers }
  }

  /** `otherwise` where there is none of that key. */
  getHeader(key: string, otherwise?: HeaderValue): HeaderValue | undefined {
    const { headers } = this
    return headers !== undefined && Object.hasOwn(headers, key) ? headers[key] : otherwise
  }

  /** None of that key is left. */
  removeHeader(key: string): void {
    if (this.headers === undefined) return
    const { [key]: _, ...others } = this.headers
    this.headers = others
  }

  /** Kept with the message on this host alone. */
  setProp(key: string, value: unknown): void {
    this.#props ??= new Map()
    this.#props.set(key, value)
  }

  /** What setProp() was given; `otherwise` for none. */
  getProp(key: string, otherwise?: unknown): unknown {
    return this.#props?.get(key) ?? otherwise
  }
}

function bytesOf(payload: Payload): Buffer | undefined {
  if (payload === null || payload === undefined) return undefined
  if (payload instanceof Uint8Array) {
    return Buffer.isBuffer(payload)
      ? payload
      : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  }
  return payload.length === 0 ? undefined : Buffer.concat(payload)
}

/** A connection, as receivers meet it. */
export interface Connection {
  /** `CN00001`; no other of this process is called so. */
  readonly name: string
  /** `peer_addr`, `local_addr`, and with TLS `peer_cn`. */
  readonly facts: Readonly<Record<string, string>>
  /** Ends it; its connector connects anew. */
  close(): void
}

/**
 * Takes the messages of one app, of one peer one after the other: where a promise is returned, the next of
 * that peer waits for it, and a peer for which too much waits is held back.
 */
export interface MessageReceiver {
  /** Called for each message; what it throws is told as a warning of the process. */
  processMessage(endpoint: Endpoint, connection: Connection, appId: number, message: Message): unknown
}
