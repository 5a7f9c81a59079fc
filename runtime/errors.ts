/**
 * All error codes of quorate in one table, which `docs/errors.md` explains (a test holds the two equal), and
 * the errors of apps and actors themselves.
 */
import { discoveryErrors } from '../discovery/index.js'
import { groupErrors, hostErrors } from '../groups/index.js'
import { type ErrorEntry, operationErrors, portErrors, QuorateError } from '../ports/index.js'
import { controlErrors } from './control/errors.js'

export const appErrors = {
  'bad-app': { when: 'The definition of an app makes no sense.', retryable: false },
  'bad-parameter': { when: 'A parameter is unknown, missing or of the wrong type.', retryable: false },
  'unknown-actor': { when: 'The app has no actor of that name.', retryable: false },
  'bad-port': {
    when: 'A port of a component has no name of its own: no public field, one of two, or one of Component.',
    retryable: false,
  },
  'bad-control': {
    when: 'A command or property of a component has no name of its own, or was made too late.',
    retryable: false,
  },
  'message-conflict': { when: 'Two schemas are used under one message name in an actor.', retryable: false },
  'not-activated': { when: 'onActivate of a component threw.', retryable: false },
  'insecure-network': { when: 'An actor was to run without keys on a network.', retryable: false },
  'no-doors': { when: 'The doors of an actor with keys could not be kept.', retryable: true },
  'outside-actor': { when: 'A component was made by hand instead of by its actor.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of AppError; docs/errors.md explains them. */
export type AppErrorCode = keyof typeof appErrors

/** An app, actor or component that is not made as it must be. */
export class AppError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, appErrors[code].retryable, options)
  }
}

/** Every code there is. */
export const errorTable: Readonly<Record<string, ErrorEntry>> = {
  ...portErrors,
  ...operationErrors,
  ...discoveryErrors,
  ...appErrors,
  ...controlErrors,
  ...groupErrors,
  ...hostErrors,
}
