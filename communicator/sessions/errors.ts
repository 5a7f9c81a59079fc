/** The errors of sessions, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

/** When each code of SessionError comes, and whether the same may succeed later. */
export const sessionErrors = {
  'session-lost': {
    when: 'A peer restarted, closed, or was away for too long: what was asked of it may be done.',
    retryable: true,
  },
  'session-unreachable': {
    when: 'A peer was not connected in time: nothing was asked of it.',
    retryable: true,
  },
  'session-unanswered': {
    when: 'A peer is connected and does not speak of sessions: it is no quorate.',
    retryable: false,
  },
  'session-late': {
    when: 'A peer did not answer a request, or accept a stream, in time; it may be done.',
    retryable: true,
  },
  'session-unknown-topic': { when: 'A peer serves no such topic.', retryable: false },
  'session-refused': {
    when: 'The handler of a peer threw, or refused a stream; `remoteCode` is the code of its error.',
    retryable: false,
  },
  'session-reset': {
    when: 'A stream was destroyed at its other end; `remoteCode` is the code of its error.',
    retryable: false,
  },
  'session-busy': { when: 'As much as may be is under way with a peer.', retryable: true },
  'session-too-large': {
    when: 'A topic, headers or a payload are larger than they may be.',
    retryable: false,
  },
  'session-topic-taken': { when: 'A topic is served already.', retryable: false },
  'session-violated': { when: 'What one end sent breaks the protocol of sessions.', retryable: false },
  'session-closed': { when: 'The sessions of this end were closed.', retryable: false },
  'session-blob-stuck': { when: 'A transfer did not get on for too long.', retryable: true },
  'session-blob-mismatch': {
    when: 'Both ends of a transfer mean different bytes by one id.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of SessionError; docs/errors.md explains them. */
export type SessionErrorCode = keyof typeof sessionErrors

/** A request, a stream or a transfer failed. */
export class SessionError extends QuorateError {
  declare readonly code: SessionErrorCode
  /** The code of the error at the other end, where that is what failed. */
  readonly remoteCode: string | undefined

  /** Whether it is `retryable` follows from the code. */
  constructor(
    code: SessionErrorCode,
    message: string,
    { remoteCode, ...options }: ErrorOptions & { remoteCode?: string | undefined } = {},
  ) {
    super(code, message, sessionErrors[code].retryable, options)
    this.remoteCode = remoteCode
  }
}
