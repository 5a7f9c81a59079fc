/** The answer to a command, at once or later, as it travels. */
import { readPythonJson, utf8Text } from './bounded-json.js'
import { ApiCommandRequestResult, ApiErrorKind } from './codes.js'
import { camelized } from './humps.js'
import { COMPACT, jsonText } from './python-json.js'
import { type ApiCommandRequest, isInteger } from './request.js'

/** What a delegate answers. */
export interface ApiCommandRequestResponse {
  /** Of ApiCommandRequestResult. */
  readonly result: number
  /** What the command gives; anything that JSON has. Default null. */
  readonly data?: unknown
  /** Not 0 where something went wrong. Default 0. */
  readonly errorCode?: number
  /** For people. Default null. */
  readonly errorMessage?: string | null
  /** Of the request; only where it is sent as a COMMAND_RESULT. */
  readonly command?: number
  /** Of the request; only where it is sent as a COMMAND_RESULT. */
  readonly nonce?: number
}

/** What a client hears. */
export interface ApiReply {
  /** Of the request. */
  readonly nonce: number
  /** Of the request. */
  readonly command: number
  /** Of ApiCommandRequestResult, or any other number. */
  readonly result: number
  /** What the command gives; null where it gives nothing, and for what Python writes as NaN or Infinity. */
  readonly data: unknown
  /** Of ApiErrorKind. */
  readonly errorKind: number
  /** Not 0 where something went wrong. */
  readonly errorCode: number
  /** For people. */
  readonly errorMessage: string | null
}

type Failure = Pick<ApiReply, 'result' | 'errorKind' | 'errorMessage'>
type Asked = Pick<ApiCommandRequest, 'nonce' | 'command'>

const UNENCODABLE = "An error occurred serializing the 'data' element of the response."

/**
 * The bytes of the reply to a request. Data that has no JSON makes it a failure of the system. Never throws.
 * @param isFaithful as 0.9.7 writes it, which alters values and hides failures; see docs/rpc.md.
 */
export function replyBytes(
  { nonce, command }: Asked,
  { result, data = null, errorCode = 0, errorMessage = null }: ApiCommandRequestResponse,
  isFaithful = false,
): Buffer {
  const errorKind = errorCode === 0 ? ApiErrorKind.NONE : ApiErrorKind.COMMAND_ERROR
  const whole = { nonce, command, result, data, errorKind, errorCode, errorMessage }
  try {
    return bytesOf(whole, isFaithful)
  } catch {
    const failed = {
      result: isFaithful ? result : ApiCommandRequestResult.EXCEPTION,
      errorKind: ApiErrorKind.SYSTEM_ERROR,
      errorMessage: UNENCODABLE,
    }
    return failureBytes({ nonce, command }, failed, isFaithful)
  }
}

/** The bytes of a reply that only tells of a failure. */
export function failureBytes({ nonce, command }: Asked, failure: Failure, isFaithful = false): Buffer {
  const { result, errorKind, errorMessage } = failure
  return bytesOf({ nonce, command, result, data: null, errorKind, errorCode: 0, errorMessage }, isFaithful)
}

function bytesOf(reply: ApiReply, isFaithful: boolean): Buffer {
  const text = jsonText(reply, COMPACT)
  return Buffer.from(isFaithful ? camelized(text) : text)
}

/** The body of a COMMAND_RESULT: another order than that of replies, and no kind of error. */
export function resultBody(
  { nonce, command }: Asked,
  { result, data = null, errorCode = 0, errorMessage = null }: ApiCommandRequestResponse,
): object {
  return { result, data, errorCode, errorMessage, command, nonce }
}

/** The reply that bytes are, or undefined. Members that are missing are as if nothing were wrong. */
export function readReply(bytes: Buffer): ApiReply | undefined {
  const text = utf8Text(bytes)
  const read = text === undefined ? undefined : readPythonJson(text)
  return read && 'value' in read ? replyIn(read.value) : undefined
}

/** The same in a value: a COMMAND_RESULT has no kind of error, which follows from its code. */
export function replyIn(value: unknown): ApiReply | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  const [nonce, command, result] = ['nonce', 'command', 'result'].map((name) => members.get(name))
  if (!isInteger(nonce) || !isInteger(command) || !isInteger(result)) return undefined
  const errorCode = integerIn(members.get('errorCode'), 0)
  const implied = errorCode === 0 ? ApiErrorKind.NONE : ApiErrorKind.COMMAND_ERROR
  const message = members.get('errorMessage')
  // In the order of the wire.
  return {
    ...{ nonce, command, result },
    data: members.get('data') ?? null,
    errorKind: integerIn(members.get('errorKind'), implied),
    errorCode,
    errorMessage: typeof message === 'string' ? message : null,
  }
}

function integerIn(value: unknown, fallback: number): number {
  return isInteger(value) ? value : fallback
}
