/** The errors of the test kit; `docs/errors.md` explains them. */
import { type ErrorEntry, QuorateError } from '../runtime/index.js'

/** When each code of TestingError is thrown. */
export const testingErrors = {
  'clock-taken': {
    when: 'A test network wants the virtual clock while another, or another tool, holds it.',
    retryable: false,
  },
  'not-reached': { when: 'What a test waited for did not come in the time allowed.', retryable: false },
  'never-idle': {
    when: 'A test network has no time to pass: its turns of the event loop never end.',
    retryable: false,
  },
  'unknown-component': {
    when: 'A test asked for a component that the actor does not have.',
    retryable: false,
  },
  'no-such-port': { when: 'The component under test has no port for what its test does.', retryable: false },
  unanswered: {
    when: 'The component under test asks what its test has given no answer for.',
    retryable: false,
  },
  'same-host': { when: 'A test cuts the cable from a host to itself.', retryable: false },
  'too-many': { when: 'A test network has more hosts than it can have.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of TestingError; docs/errors.md explains them. */
export type TestingErrorCode = keyof typeof testingErrors

/** A test that asks for what is not there, or waits for what does not come. */
export class TestingError extends QuorateError {
  /** The kit's: its message names the thing and the way out. */
  constructor(code: TestingErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, testingErrors[code].retryable, options)
  }
}
