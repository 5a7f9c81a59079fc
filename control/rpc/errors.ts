/** The errors of the rpc of actors, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const rpcErrors = {
  'rpc-in-use': { when: 'A port of an RpcService is taken.', retryable: true },
  'rpc-cannot-bind': { when: 'An RpcService cannot listen at its host.', retryable: false },
  'rpc-started': { when: 'An RpcService was started twice, or after its stop.', retryable: false },
  'rpc-closed': { when: 'An RpcClient was closed while something waited for it.', retryable: false },
  'rpc-timeout': { when: 'A command was not answered in time.', retryable: true },
  'rpc-no-result': { when: 'The result of a command that was begun did not come in time.', retryable: false },
  'rpc-lost': {
    when: 'The connection broke while a command waited for its answer: it may have been carried out.',
    retryable: false,
  },
  'rpc-unreachable': { when: 'Nobody listens at the ports of an RpcClient.', retryable: true },
  'rpc-refused': {
    when: 'A device that is locked does not let in the key of an RpcClient.',
    retryable: false,
  },
  'rpc-again': { when: 'An RpcClient waits for too many answers.', retryable: true },
  'rpc-bad-option': { when: 'An option of an RpcService or RpcClient makes no sense.', retryable: false },
  'rpc-unencodable': { when: 'What was to be sent has no JSON, or is too long.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of RpcError; docs/errors.md explains them. */
export type RpcErrorCode = keyof typeof rpcErrors

/** A service or a client of the rpc of actors cannot do what it was asked. */
export class RpcError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: RpcErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, rpcErrors[code].retryable, options)
  }
}

/** What was to be sent, and why it cannot be. */
export function unencodable(why: string): RpcError {
  return new RpcError('rpc-unencodable', `this cannot be sent: ${why}`)
}
