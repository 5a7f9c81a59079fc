/** A command as it travels: one JSON object, `{"command": 100, "nonce": 1}`. */
import { isTraceparent } from '../tracing/spans.js'
import { readJson, utf8Text } from './bounded-json.js'
import { ApiCommand, isKnownCommand } from './codes.js'
import { unencodable } from './errors.js'
import { decamelized } from './humps.js'
import { rpcLimits } from './limits.js'
import { escaped, jsonText } from './python-json.js'

/** A command that somebody sent. */
export interface ApiCommandRequest {
  /** Of ApiCommand; USER_DEFINED for every other. */
  readonly command: number
  /** Which of the commands of the application; -1 unless told. */
  readonly customCommand: number
  /** Chosen by the sender, whose answer has it, too; 0 unless told. */
  readonly nonce: number
  /** What the command is given; null unless told. */
  readonly data: unknown
  /** What was sent as the command, also where it is none that is known. */
  readonly given: number | string | boolean
  /** W3C, of the trace of who sent it, where that is traced. */
  readonly traceparent?: string
}

/** A request, or why it is none; with its nonce, where it has one. */
export type ReadRequest =
  | { readonly request: ApiCommandRequest }
  | { readonly flaw: string; readonly nonce: number }

const NO_CUSTOM = -1
const NO_NONCE = 0

/** @param isFaithful reads it as 0.9.7 does, which alters values; see docs/rpc.md. Never throws. */
export function readRequest(bytes: Buffer, isFaithful = false): ReadRequest {
  if (bytes.length > rpcLimits.messageBytes) {
    return { flaw: `it has more than ${rpcLimits.messageBytes} bytes`, nonce: NO_NONCE }
  }
  const text = utf8Text(bytes)
  if (text === undefined) return { flaw: 'it is not UTF-8', nonce: NO_NONCE }
  const read = readJson(isFaithful ? decamelized(text) : text)
  if ('flaw' in read) return { flaw: read.flaw, nonce: NO_NONCE }
  const { value } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { flaw: 'it is no object', nonce: NO_NONCE }
  }
  return requestIn(new Map<string, unknown>(Object.entries(value)))
}

function requestIn(members: ReadonlyMap<string, unknown>): ReadRequest {
  const nonce = members.get('nonce') ?? NO_NONCE
  if (!isInteger(nonce))
    return { flaw: 'its nonce is no integer below 2 to the power of 53', nonce: NO_NONCE }
  const given = members.get('command')
  if (given === undefined) return { flaw: 'it has no member "command"', nonce }
  if (typeof given !== 'number' && typeof given !== 'string' && typeof given !== 'boolean') {
    return { flaw: 'its command is neither a number nor a text', nonce }
  }
  const customCommand = members.get('customCommand') ?? members.get('custom_command') ?? NO_CUSTOM
  if (!isInteger(customCommand)) return { flaw: 'its customCommand is no integer', nonce }
  const command = isKnownCommand(given) ? given : ApiCommand.USER_DEFINED
  const traceparent = members.get('traceparent')
  const trace = typeof traceparent === 'string' && isTraceparent(traceparent) && { traceparent }
  return { request: { command, customCommand, nonce, data: members.get('data') ?? null, given, ...trace } }
}

/** A command as it is to be sent. */
export interface WrittenRequest {
  readonly command: number
  readonly customCommand?: number | undefined
  readonly nonce: number
  readonly data?: unknown
  /** A member that the reference does not have, and does not mind. */
  readonly traceparent?: string | undefined
}

/**
 * The bytes of a request. Whoever reads it as 0.9.7 does gets the values of `data` unaltered, too: what would
 * not pass is written as `\u0041`. @throws RpcError `rpc-unencodable`.
 */
export function requestBytes({ data, ...asked }: WrittenRequest): Buffer {
  const { command, customCommand, nonce, traceparent } = asked
  const text = jsonText({ command, customCommand, nonce, data, traceparent })
  const bytes = Buffer.from(data === undefined ? text : guarded(text))
  if (bytes.length <= rpcLimits.messageBytes) return bytes
  throw unencodable(`it takes ${bytes.length} bytes, over ${rpcLimits.messageBytes}`)
}

/** Each text in a JSON text, and whether it is a key. */
const TEXTS = /"((?:[^"\\]|\\.)*)"(:?)/g
/** A key that 0.9.7 makes `animal_id` of, which is what its delegates look for. */
const CAMEL = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]+)*$/
/** What is altered on the way in, outside of escapes. */
const ALTERED = /\\.|[^a-z0-9./:_-]/g

function guarded(json: string): string {
  return json.replace(TEXTS, (all, text: string, colon: string) => {
    if (colon && CAMEL.test(text)) return all
    const safe = text.replace(ALTERED, (each) => (each.startsWith('\\') ? each : escaped(each)))
    return `"${safe}"${colon}`
  })
}

export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
