/** The errors of groups, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../ports/index.js'

export const groupErrors = {
  'bad-timing': { when: 'The times of a group break one of the rules between them.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of GroupError; docs/errors.md explains them. */
export type GroupErrorCode = keyof typeof groupErrors

/** A group cannot do what it was asked. */
export class GroupError extends QuorateError {
  constructor(code: GroupErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, groupErrors[code].retryable, options)
  }
}
