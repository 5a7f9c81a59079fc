/** Has a delegate answer commands: at once, when its promise settles, or by a result that is published. */
import { isThenable, messageOf } from '../../ports/index.js'
import { type SpanOptions, spanned } from '../tracing/spans.js'
import { ApiCommand, ApiCommandRequestResult, ApiErrorKind } from './codes.js'
import { rpcLimits } from './limits.js'
import { type ApiCommandRequestResponse, failureBytes, replyBytes } from './reply.js'
import type { ApiCommandRequest } from './request.js'

/**
 * Answers commands. One that takes a while returns a promise: other commands, events and heartbeats go on
 * meanwhile, and whoever waits for longer than a second is told that the result will be published. One that
 * holds the thread holds all of that up, which is told as a warning.
 */
export type CommandRequestDelegate = (
  request: ApiCommandRequest,
) => ApiCommandRequestResponse | PromiseLike<ApiCommandRequestResponse>

export interface CommandsOptions {
  readonly isFaithful: boolean
  /** Publishes the result of a command that was told to be pending. */
  publish(request: ApiCommandRequest, response: ApiCommandRequestResponse): void
  warn(text: string): void
}

type Reply = (bytes: Buffer) => void

export class Commands {
  delegate: CommandRequestDelegate | undefined
  readonly #options: CommandsOptions
  /** Of which the delegate has promised an answer. */
  readonly #pending = new Set<NodeJS.Timeout>()

  constructor(options: CommandsOptions) {
    this.#options = options
  }

  /** Has it answered; `reply` is called once, now or later. Never throws. */
  take(request: ApiCommandRequest, reply: Reply): void {
    const { delegate } = this
    if (!delegate) {
      reply(this.#failure(request, ApiCommandRequestResult.UNAVAILABLE, ApiErrorKind.NONE, null))
      return
    }
    if (this.#pending.size >= rpcLimits.pendingCommands) {
      const text = `${rpcLimits.pendingCommands} commands wait already; try again later`
      reply(this.#failure(request, ApiCommandRequestResult.UNAVAILABLE, ApiErrorKind.SYSTEM_ERROR, text))
      return
    }
    const startedMs = performance.now()
    try {
      const answer = spanned(spanOf(request), () => delegate(request))
      if (isThenable(answer)) this.#wait(request, answer, reply)
      else reply(this.#replyOf(request, answer))
    } catch (error) {
      reply(this.#thrown(request, error))
    }
    const tookMs = performance.now() - startedMs
    if (tookMs <= rpcLimits.blockedMs) return
    const text = `the command ${nameOf(request)} held the thread for ${Math.round(tookMs)} ms`
    this.#options.warn(`${text}; heartbeats, events and other commands waited: let it return a promise`)
  }

  /** Nobody hears of what is pending. */
  close(): void {
    this.delegate = undefined
    for (const timer of this.#pending) clearTimeout(timer)
    this.#pending.clear()
  }

  #wait(request: ApiCommandRequest, answer: PromiseLike<ApiCommandRequestResponse>, reply: Reply): void {
    let isTold = false
    const timer = setTimeout(() => {
      isTold = true
      reply(replyBytes(request, { result: ApiCommandRequestResult.PENDING_WITH_NOTIFICATION }))
    }, rpcLimits.pendingAfterMs)
    this.#pending.add(timer)
    const settle = (end: () => void): void => {
      clearTimeout(timer)
      // Not where the service has ended.
      if (this.#pending.delete(timer)) end()
    }
    answer.then(
      (response) =>
        settle(() => {
          if (isTold) this.#publish(request, response)
          else reply(this.#replyOf(request, response))
        }),
      (error: unknown) =>
        settle(() => {
          if (isTold) this.#publish(request, failed(error))
          else reply(this.#thrown(request, error))
        }),
    )
  }

  #publish(request: ApiCommandRequest, response: unknown): void {
    const sound = isResponse(response) ? response : failed(noResponse(response))
    try {
      this.#options.publish(request, sound)
    } catch (error) {
      this.#options.publish(request, failed(error))
    }
  }

  #replyOf(request: ApiCommandRequest, response: unknown): Buffer {
    if (!isResponse(response)) return this.#thrown(request, noResponse(response))
    return replyBytes(request, response, this.#options.isFaithful)
  }

  #thrown(request: ApiCommandRequest, error: unknown): Buffer {
    const { isFaithful } = this.#options
    const kind = isFaithful ? ApiErrorKind.NONE : ApiErrorKind.COMMAND_ERROR
    return this.#failure(request, ApiCommandRequestResult.EXCEPTION, kind, messageOf(error))
  }

  #failure(request: ApiCommandRequest, result: number, errorKind: number, text: string | null): Buffer {
    const errorMessage = text === null ? null : text.slice(0, rpcLimits.errorChars)
    return failureBytes(request, { result, errorKind, errorMessage }, this.#options.isFaithful)
  }
}

function failed(error: unknown): ApiCommandRequestResponse {
  const errorMessage = messageOf(error).slice(0, rpcLimits.errorChars)
  return { result: ApiCommandRequestResult.EXCEPTION, errorCode: 0, errorMessage }
}

function noResponse(response: unknown): Error {
  return new Error(`the delegate answered with ${String(response)}, which has no result`)
}

function isResponse(response: unknown): response is ApiCommandRequestResponse {
  return (
    typeof response === 'object' &&
    response !== null &&
    'result' in response &&
    Number.isSafeInteger(response.result)
  )
}

/** Of a delegate that is at a command. */
function spanOf(request: ApiCommandRequest): SpanOptions {
  const attributes = { 'quorate.command': nameOf(request) }
  return { name: 'quorate rpc command', kind: 'server', parent: request.traceparent, attributes }
}

/** As people know it: of a command of the application its number, and the name that its data has. */
function nameOf({ command, customCommand, data }: ApiCommandRequest): string {
  if (command !== ApiCommand.USER_DEFINED) return String(command)
  const hasName = typeof data === 'object' && data !== null && 'name' in data && typeof data.name === 'string'
  return hasName
    ? `${customCommand} (${String(data.name).slice(0, rpcLimits.nameChars)})`
    : String(customCommand)
}
