/** The errors of what others have an actor do, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const controlErrors = {
  'unknown-command': {
    when: 'No component of the actor has a command of that name or code.',
    retryable: false,
  },
  'unknown-property': { when: 'No component of the actor has a property of that name.', retryable: false },
  ambiguous: {
    when: 'Several components of the actor have a command or property of that name.',
    retryable: false,
  },
  'bad-arguments': {
    when: 'The schema of a command or property refuses what it is given.',
    retryable: false,
  },
  'read-only': { when: 'Others may read the property, not set it.', retryable: false },
  'not-joined': { when: 'The actor has not joined the group.', retryable: false },
  'not-authorised': { when: 'A command of groups came by a door that is not locked.', retryable: false },
  'component-busy': { when: 'Too much waits for the component already.', retryable: true },
  'actor-stopping': { when: 'The actor stopped before the component had its turn.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of ControlError; docs/errors.md explains them. */
export type ControlErrorCode = keyof typeof controlErrors

/** An actor does not do what it was commanded. */
export class ControlError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, controlErrors[code].retryable, options)
  }
}
