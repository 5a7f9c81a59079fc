/** The errors of the way to agents over a hub, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const relayErrors = {
  'relay-bad-option': {
    when: 'The address of a hub that is dialled, a name or a certificate for it makes no sense.',
    retryable: false,
  },
  'relay-unreachable': { when: 'A hub that is dialled is not reached, or lets nobody in.', retryable: true },
  'relay-unknown': { when: 'No agent of that name has dialled the hub.', retryable: false },
  'relay-away': { when: 'An agent is away from the hub at present.', retryable: true },
  'relay-full': {
    when: 'A hub joins as many streams as it may, of one certificate or in all.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of RelayError; docs/errors.md explains them. */
export type RelayErrorCode = keyof typeof relayErrors

/** A hub joins nobody with the agent that was asked for. */
export class RelayError extends QuorateError {
  declare readonly code: RelayErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, relayErrors[code].retryable, options)
  }
}
