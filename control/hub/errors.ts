/** The errors of the hub, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const hubErrors = {
  'hub-full': { when: 'A hub has as many commands, targets or requests as it takes.', retryable: true },
  'hub-conflict': {
    when: 'A command of the same id says something else, or another agent is the node of that name.',
    retryable: false,
  },
  'hub-unknown': { when: 'A hub knows no command, reply, worker or node of that name.', retryable: false },
  'hub-lease-lost': {
    when: 'A worker answers a command that is no longer its own.',
    retryable: false,
  },
  'hub-bad-request': { when: 'A request to a hub makes no sense.', retryable: false },
  'hub-unreachable': { when: 'A hub does not answer.', retryable: true },
  'hub-refused': { when: 'A hub lets nobody in without its token.', retryable: false },
  'hub-failed': {
    when: 'A worker failed to carry out a command, or did not answer in time.',
    retryable: false,
  },
  'hub-node-away': {
    when: 'The agent of a node is not at the hub, or did not answer it in time.',
    retryable: true,
  },
  'hub-fault': { when: 'A hub failed by a fault of its own; it warned of it.', retryable: false },
  'hub-closed': { when: 'A HubUser was closed while something waited for it.', retryable: false },
  'hub-in-use': { when: 'The port of a hub is taken.', retryable: true },
  'hub-bad-option': { when: 'An option of a hub makes no sense.', retryable: false },
  'hub-not-kept': {
    when: 'A hub cannot write to its folder: nothing of the request was done.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>

/** With which a hub answers over HTTP where it cannot. */
export const hubStatus: Readonly<Partial<Record<HubErrorCode, number>>> = {
  'hub-full': 429,
  'hub-conflict': 409,
  'hub-unknown': 404,
  'hub-lease-lost': 409,
  'hub-bad-request': 400,
  'hub-node-away': 503,
  'hub-not-kept': 507,
}

/** The codes of HubError; docs/errors.md explains them. */
export type HubErrorCode = keyof typeof hubErrors

/** A hub cannot do what it was asked. */
export class HubError extends QuorateError {
  declare readonly code: HubErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: HubErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, hubErrors[code].retryable, options)
  }
}
