/** Topics, headers and errors as they travel: JSON, checked before it is sent and when it came. */
import type { Headers } from './contract.js'
import { SessionError } from './errors.js'
import { sessionLimits } from './limits.js'

/** @throws SessionError `session-too-large`. */
export function topicBytes(topic: string): Buffer {
  const bytes = Buffer.from(topic)
  if (bytes.length >= 1 && bytes.length <= sessionLimits.topicBytes) return bytes
  const most = sessionLimits.topicBytes
  throw new SessionError('session-too-large', `a topic has 1 to ${most} bytes, and this one ${bytes.length}`)
}

/** @throws SessionError `session-too-large`. */
export function headerBytes(headers: Headers = {}): Buffer {
  const bytes = Buffer.from(JSON.stringify(headers))
  const { headers: most, headersBytes } = sessionLimits
  if (Object.keys(headers).length <= most && bytes.length <= headersBytes) return bytes
  throw new SessionError(
    'session-too-large',
    `more than ${most} headers, or than ${headersBytes} bytes of them`,
  )
}

/** Undefined where the bytes are no headers. */
export function readHeaders(bytes: Buffer): Headers | undefined {
  const { headers: most, headersBytes } = sessionLimits
  const value = bytes.length <= headersBytes ? parsed(bytes) : undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  if (entries.length > most || !entries.every(isText)) return undefined
  // Not the parsed object: nobody finds anything in it that was not sent.
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

export interface ErrorWords {
  readonly code: string
  readonly message: string
}

export function errorBytes({ code, message }: ErrorWords): Buffer {
  const { codeChars, messageChars } = sessionLimits
  return Buffer.from(JSON.stringify([code.slice(0, codeChars), message.slice(0, messageChars)]))
}

/** Undefined where the bytes are no error. */
export function readError(bytes: Buffer): ErrorWords | undefined {
  const { codeChars, messageChars } = sessionLimits
  // A character may take six bytes as it is written.
  const value = bytes.length <= 8 * (codeChars + messageChars) ? parsed(bytes) : undefined
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [code, message]: unknown[] = value
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  return code.length <= codeChars && message.length <= messageChars ? { code, message } : undefined
}

/** What is told of something that was thrown. */
export function wordsOf(error: unknown): ErrorWords {
  if (!(error instanceof Error)) return { code: 'error', message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'error'
  return { code, message: error.message }
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string'
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
