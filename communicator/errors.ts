/**
 * The errors of the communicator, in the form of the tables in `ports/errors.ts`; the codes are those of
 * F3.
 */
import { type ErrorEntry, QuorateError } from '../ports/index.js'

/** When each code of CommError comes, and whether the same may succeed later. */
export const commErrors = {
  ERROR: { when: 'What the communicator was asked for failed for a reason of its system.', retryable: true },
  NOT_READY: {
    when: 'An endpoint is known and not connected, or more waits for it than may.',
    retryable: true,
  },
  BAD_DATA: {
    when: 'A message has no place on the wire, or what came from a peer is none.',
    retryable: false,
  },
  BAD_CONFIG: {
    when: 'A name, a URL, a port or a certificate of a communicator cannot be used.',
    retryable: false,
  },
  CLOSED: { when: 'An endpoint is not known, or what was used has ended.', retryable: false },
  NOT_SUPPORTED: { when: 'No driver serves a URL scheme, or what was asked for.', retryable: false },
  TIMEOUT: { when: 'What was asked of a communicator did not happen in time.', retryable: true },
} as const satisfies Record<string, ErrorEntry>

/** The codes of CommError; docs/errors.md explains them. */
export type CommErrorCode = keyof typeof commErrors

/** A communicator could not do what it was asked for. */
export class CommError extends QuorateError {
  declare readonly code: CommErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: CommErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, commErrors[code].retryable, options)
  }
}
