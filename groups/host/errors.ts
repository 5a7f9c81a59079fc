/** The errors of what a group keeps on its host, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const hostErrors = {
  'no-seats-here': {
    when: 'Seats of groups need Linux: this system has no abstract sockets.',
    retryable: false,
  },
  'seat-in-thread': {
    when: 'A seat of a group was to be taken in a thread that may end before its process.',
    retryable: false,
  },
  'seat-failed': { when: 'The system refused the socket that a seat of a group is.', retryable: true },
} as const satisfies Record<string, ErrorEntry>

/** The codes of HostError; docs/errors.md explains them. */
export type HostErrorCode = keyof typeof hostErrors

/** The host of a group's member does not give what its safety rests on. */
export class HostError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, hostErrors[code].retryable, options)
  }
}
