/** Every bound of deployments, with its reason. `docs/limits.md` lists them; a test compares. */
export const rolloutLimits = {
  /** Bytes of a deployment file. */
  fileBytes: 1024 * 1024,
  /** Agents of a deployment, actors on each, and actors that one rollout starts, replaces or stops. */
  nodes: 200,
  actorsOnNode: 500,
  steps: 1000,
  /** Characters of the name of a deployment. */
  nameChars: 63,
  /** Deployments of an agent, with those that were undeployed: it knows their newest bundles. */
  deployments: 100,
  /** Actors that are started or stopped at once where no group can lose its quorum by it. */
  atOnce: 8,
  /** Milliseconds for which an agent may be away before a step has failed. */
  awayMs: 60_000,
  /** Milliseconds until an agent is asked again that could not be asked, at first and at most; it doubles. */
  againMs: 500,
  againMaxMs: 5000,
  /** Milliseconds for which groups may take to have a leader and a quorum to spare before a step fails. */
  settleMs: 60_000,
  /** Milliseconds from look to look at groups that are waited for. */
  lookMs: 200,
  /** Milliseconds in which an actor that is active has told which groups it takes part in. */
  joinMs: 3000,
  /** Milliseconds after which an agent asks what became of a rollout that was prepared, and until again. */
  forgottenMs: 30_000,
  /** Rollouts that an agent has led, and of which it knows how they ended. */
  rollouts: 100,
  /** Milliseconds for an agent to have done a step: to be active, and taken in by its groups. */
  stepMs: 150_000,
  /** Milliseconds for an agent to tell of its actors, or to hear how a rollout ended. */
  answerMs: 5000,
  /** Milliseconds for which a request for the progress of a rollout waits for news. */
  waitMaxMs: 30_000,
  /** Events of a rollout that are told; its last one is among them. */
  events: 5000,
} as const
