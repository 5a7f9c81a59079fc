/** The errors of the agent, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const agentErrors = {
  'agent-bad-option': { when: 'An option of an agent makes no sense.', retryable: false },
  'agent-bad-request': { when: 'A request to an agent makes no sense.', retryable: false },
  'agent-unknown': { when: 'An agent knows no app or actor of that name.', retryable: false },
  'agent-conflict': {
    when: 'An actor of that id is another, or is in a state in which this cannot be done.',
    retryable: false,
  },
  'agent-full': { when: 'An agent has as many actors, apps or requests as it takes.', retryable: true },
  'agent-bad-app': { when: 'An app file cannot be installed.', retryable: false },
  'agent-refused': { when: 'An agent that is open installs no apps for whoever comes.', retryable: false },
  'agent-in-use': { when: 'Another agent runs with the same folder.', retryable: false },
  'agent-failed': { when: 'An agent failed at an errand of a hub by a fault of its own.', retryable: false },
  'agent-not-kept': {
    when: 'An agent cannot write to its folder: nothing of the request was done.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorEntry>

/** With which an agent answers over HTTP where it cannot. */
export const agentStatus: Readonly<Partial<Record<AgentErrorCode, number>>> = {
  'agent-bad-request': 400,
  'agent-unknown': 404,
  'agent-conflict': 409,
  'agent-full': 429,
  'agent-bad-app': 422,
  'agent-refused': 403,
  'agent-not-kept': 507,
}

/** The codes of AgentError; docs/errors.md explains them. */
export type AgentErrorCode = keyof typeof agentErrors

/** An agent cannot do what it was asked. */
export class AgentError extends QuorateError {
  declare readonly code: AgentErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, agentErrors[code].retryable, options)
  }
}
