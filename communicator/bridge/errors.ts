/** The errors of bridges, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

/** Every code of BridgeError, and when it comes. */
export const bridgeErrors = {
  'bridge-no-lane': { when: 'The other end of a bridge has no such lane.', retryable: false },
  'bridge-mismatch': {
    when: 'Both ends of a bridge mean different things by one lane: another schema, kind or direction.',
    retryable: false,
  },
  'bridge-unagreed': {
    when: 'Something came by a lane before both ends had agreed what it carries; they do so by themselves.',
    retryable: true,
  },
  'bridge-stranger': {
    when: 'Another endpoint than the peer of a bridge asked for one of its lanes.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of BridgeError; docs/errors.md explains them. */
export type BridgeErrorCode = keyof typeof bridgeErrors

/** A lane of a bridge does not carry. */
export class BridgeError extends QuorateError {
  declare readonly code: BridgeErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: BridgeErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, bridgeErrors[code].retryable, options)
  }
}
