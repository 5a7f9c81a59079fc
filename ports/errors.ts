/**
 * The errors of the ground floor. Every error of quorate carries a code from one of the tables that
 * `runtime/errors.ts` joins and `docs/errors.md` explains, names the thing it is about and the way out.
 */

/** What is known of an error code. */
export interface ErrorEntry {
  /** One sentence: when this is thrown. */
  readonly when: string
  /** True where the same call may succeed later without a change. */
  readonly retryable: boolean
}

/** The root of all errors that quorate throws on purpose. */
export class QuorateError extends Error {
  /** One of the codes of its class, as `not-connected`: what a program goes by. */
  readonly code: string
  /** True where the same call may succeed later without a change. */
  readonly retryable: boolean

  /** `name` becomes that of the class that is made. */
  constructor(code: string, message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.retryable = retryable
  }
}

export const portErrors = {
  again: {
    when: 'The port or group, or the way to its peer, is full: its bound is reached.',
    retryable: true,
  },
  timeout: { when: 'No answer came within the time allowed.', retryable: true },
  'not-connected': { when: 'No peer of this port is connected.', retryable: true },
  'peer-lost': { when: 'The peer that held the request died, left or cut the connection.', retryable: true },
  abandoned: { when: 'Another request on the same req port followed it.', retryable: false },
  busy: { when: 'A call on the same clt port is still under way.', retryable: true },
  unreachable: { when: 'The asker that an answer is addressed to is gone.', retryable: false },
  remote: { when: 'The handler at the other end threw, or refused the query.', retryable: false },
  'invalid-answer': { when: 'An answer arrived that its schema refuses.', retryable: false },
  'too-large': { when: 'The encoded message is larger than the port or group allows.', retryable: false },
  unencodable: { when: 'The value holds something that has no place on the wire.', retryable: false },
  'async-schema': { when: 'The schema of a message answered with a promise.', retryable: false },
  'address-in-use': { when: 'The address that a port was told to bind is taken.', retryable: false },
  'cannot-bind': { when: 'The address that a port was told to bind is not of this host.', retryable: false },
  'keyless-peer': {
    when: 'A peer without a key was to be connected to by an actor with one.',
    retryable: false,
  },
  closed: { when: 'The port was closed or reset while the call was under way.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of PortError; docs/errors.md explains them. */
export type PortErrorCode = keyof typeof portErrors

/** A call on a port that failed for a reason outside the program: full, late, gone, refused. */
export class PortError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: PortErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, portErrors[code].retryable, options)
  }
}

export const operationErrors = {
  'wrong-direction': { when: 'A call that makes no sense for the kind of port.', retryable: false },
  'has-handler': { when: 'recv() on a port whose messages go to a handler.', retryable: false },
  'not-open': {
    when: 'A port was used before its component was activated, after it stopped, or after a failed reset.',
    retryable: false,
  },
  'bad-option': { when: 'An option of a port or message has a value that makes no sense.', retryable: false },
  'not-coordinated': { when: 'A call that needs a leader, on a group that has none.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of OperationError; docs/errors.md explains them. */
export type OperationErrorCode = keyof typeof operationErrors

/** A mistake of the program that calls. */
export class OperationError extends QuorateError {
  /** Whether it is `retryable` follows from the code. */
  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, operationErrors[code].retryable, options)
  }
}

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** States a fact that only a bug in quorate can break. Stays on in production. */
export function invariant(fact: boolean, why: string): asserts fact {
  if (!fact) throw new InvariantViolation(`invariant broken: ${why}`)
}

/** The text of whatever was thrown. Never throws, whatever that is. */
export function messageOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'something that has no text'
  }
}
