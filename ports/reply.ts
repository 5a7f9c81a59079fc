/** How a query is answered, and how it is known that nobody waits for the answer. */

import type { Sender } from './arrival.js'
import { messageOf } from './errors.js'
import type { Handler } from './reception.js'
import { isThenable } from './thenable.js'

/** Answers one query: call it any number of times, now or later. */
export interface Reply<AIn, From extends Sender = Sender> {
  /** False where the asker is known to be gone; the answer is then counted in `stats.undelivered`. */
  (answer: AIn): boolean
  /** As the call itself, with bytes. */
  bytes(answer: Uint8Array): boolean
  /** Who asked: the port at the other end. */
  readonly from: From
}

/** How a handler that throws answers; not for users, who reply. */
export const FAIL = Symbol('fail')
/** True, and counted, where the asker waits no longer. */
export const GIVEN_UP = Symbol('given up')
/** When the asker gives up, in milliseconds of performance.now() here; Infinity where it never does. */
export const DUE_MS = Symbol('due')

export interface AnsReply<AIn> extends Reply<AIn> {
  [FAIL](text: string): void
  [GIVEN_UP](): boolean
  readonly [DUE_MS]: number
}

export function isGivenUp(reply: Reply<never>): boolean {
  return isOurs(reply) && reply[GIVEN_UP]()
}

/** Milliseconds that the asker waits yet; Infinity where it does for ever. For whoever asks on its behalf. */
export function leftMs(reply: Reply<never>): number {
  return isOurs(reply) ? reply[DUE_MS] - performance.now() : Number.POSITIVE_INFINITY
}

function isOurs(reply: Reply<never>): reply is AnsReply<never> {
  return GIVEN_UP in reply
}

/**
 * A handler as given, which is not called for a query that was given up while it waited for its turn, and
 * answers with an error where it throws; the error goes on to be reported.
 */
export function answering<Value, From extends Reply<never>>(
  handler: Handler<Value, From>,
): Handler<Value, From> {
  const failed = (reply: From, error: unknown): never => {
    if (isOurs(reply)) reply[FAIL](messageOf(error))
    throw error
  }
  return (value, reply) => {
    if (isGivenUp(reply)) return undefined
    let result: unknown
    try {
      result = handler(value, reply)
    } catch (error) {
      return failed(reply, error)
    }
    return isThenable(result) ? result.then(undefined, (error) => failed(reply, error)) : result
  }
}

/**
 * What a handler of a rep or srv is: it returns the answer, or the promise of it. Where it throws, or the
 * promise rejects, the asker gets `remote` with the text of the error.
 */
export type Answerer<Value, Answer, From extends Sender = Sender> = (
  value: Value,
  from: From,
) => Answer | PromiseLike<Answer>

/** Handlers that reply with what these return. */
export function returning<Value, Answer>(
  value: Answerer<Value, Answer>,
  bytes: Answerer<Uint8Array, Uint8Array> | undefined,
): { value: Handler<Value, Reply<Answer>>; bytes: Handler<Uint8Array, Reply<never>> | undefined } {
  return {
    value: (request, reply) => whenAnswered(value(request, reply.from), reply),
    bytes: bytes && ((request, reply) => whenAnswered(bytes(request, reply.from), reply.bytes)),
  }
}

function whenAnswered<Answer>(
  answer: Answer | PromiseLike<Answer>,
  reply: (answer: Answer) => boolean,
): unknown {
  return isPromiseOf(answer) ? answer.then(reply) : reply(answer)
}

function isPromiseOf<Answer>(answer: Answer | PromiseLike<Answer>): answer is PromiseLike<Answer> {
  return isThenable(answer)
}
