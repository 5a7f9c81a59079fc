/** The errors of a client of agents, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const agentClientErrors = {
  'agent-bad-address': {
    when: 'What was given is no address of an agent, or one to which nothing is sent in clear text.',
    retryable: false,
  },
  'agent-unreachable': { when: 'Nobody answers at the address of an agent, or no agent.', retryable: true },
  'agent-wrong-token': { when: 'An agent has another token, or has none.', retryable: false },
  'agent-late': { when: 'An agent did not answer in time; what was asked for may be done.', retryable: true },
  'agent-cut': {
    when: 'The connection to an agent broke before its answer; what was asked for may be done.',
    retryable: true,
  },
  'agent-bad-answer': {
    when: 'What an agent answered is too long, or not what it says it is.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorEntry>

/** The codes of AgentClientError; docs/errors.md explains them. */
export type AgentClientErrorCode = keyof typeof agentClientErrors

/** An agent was not reached, or did not answer. What it answered is never one. */
export class AgentClientError extends QuorateError {
  declare readonly code: AgentClientErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: AgentClientErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, agentClientErrors[code].retryable, options)
  }
}
