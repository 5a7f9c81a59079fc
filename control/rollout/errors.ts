/** The errors of deployments, in the form of the tables in `ports/errors.ts`. */
import { type ErrorEntry, QuorateError } from '../../ports/index.js'

export const rolloutErrors = {
  'deploy-bad-file': { when: 'A deployment file makes no sense.', retryable: false },
  'deploy-nowhere': {
    when: 'A deployment names an agent, a label or an actor that is not there.',
    retryable: false,
  },
  'deploy-could-split': {
    when: 'A deployment could split a group, or take its quorum.',
    retryable: false,
  },
  'deploy-incompatible': {
    when: 'Messages of the new version are not understood by the old one, or the other way round.',
    retryable: false,
  },
  'deploy-older': { when: 'A bundle is older than one that was deployed before.', retryable: false },
  'deploy-wrong-target': { when: 'What is to be deployed is meant for another agent.', retryable: false },
  'deploy-under-way': { when: 'Another rollout of the deployment is under way.', retryable: true },
  'deploy-no-keys': { when: 'An agent has no keys for an actor that it is to run.', retryable: false },
  'deploy-unknown': { when: 'An agent knows no deployment or rollout of that name.', retryable: false },
  'deploy-failed': { when: 'A step of a rollout failed; it is taken back.', retryable: false },
} as const satisfies Record<string, ErrorEntry>

/** The codes of DeployError; docs/errors.md explains them. */
export type DeployErrorCode = keyof typeof rolloutErrors

/** With which an agent answers over HTTP where it cannot. */
export const rolloutStatus: Readonly<Record<DeployErrorCode, number>> = {
  'deploy-bad-file': 400,
  'deploy-nowhere': 404,
  'deploy-could-split': 409,
  'deploy-incompatible': 409,
  'deploy-older': 409,
  'deploy-wrong-target': 403,
  'deploy-under-way': 409,
  'deploy-no-keys': 412,
  'deploy-unknown': 404,
  'deploy-failed': 502,
}

/** Something cannot be deployed. */
export class DeployError extends QuorateError {
  declare readonly code: DeployErrorCode

  /** Whether it is `retryable` follows from the code. */
  constructor(code: DeployErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, rolloutErrors[code].retryable, options)
  }
}
