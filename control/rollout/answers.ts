/** What agents answer to who leads a rollout, and to `quorate deploy`. */
import { z } from 'zod'
import type { AgentReply } from '../secure/index.js'
import { PHASES, rolloutState } from './core.js'
import { DeployError, type DeployErrorCode, rolloutErrors } from './errors.js'
import { type ActorLook, actorLook, rolloutNode } from './records.js'
import { slice } from './slice.js'

/** What the agent that leads a rollout tells of it. */
export const rolloutTold = z.object({
  id: z.string(),
  deployment: z.string(),
  phase: z.enum(PHASES),
  outcome: rolloutState.shape.outcome,
  why: z.string(),
  steps: rolloutState.shape.steps,
  done: z.array(z.int()),
  doing: z.array(z.int()),
  untold: z.array(z.string()),
  begun: z.number(),
  ended: z.number().nullable(),
  events: z.array(
    z.object({ n: z.int(), atMs: z.number(), step: z.int().optional(), state: z.string(), text: z.string() }),
  ),
})

export type RolloutTold = z.infer<typeof rolloutTold>

/** What an agent tells of a deployment: `GET /v1/deployments`. */
export const deploymentTold = z.object({
  name: z.string(),
  app: z.string(),
  newest: z.int(),
  current: slice.nullable(),
  with: z.array(z.string()),
  actors: z.array(actorLook),
  rollout: z.object({ id: z.string(), lead: rolloutNode, isBegun: z.boolean() }).nullable(),
  last: z.object({ id: z.string(), outcome: z.enum(['new', 'old']), at: z.number() }).nullable(),
})

export type DeploymentTold = z.infer<typeof deploymentTold>
export const deploymentsTold = z.object({ deployments: z.array(deploymentTold) })

const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
export const looksTold = z.object({ actors: z.array(actorLook) })

/** The disk is full, too much is asked for: it may be otherwise the next time. */
const FOR_NOW: readonly number[] = [429, 503, 507]

/** What an answer says that is not 200: a DeployError where it will be so again, else an Error. */
export function errorIn({ status, json }: AgentReply): Error {
  const told = refusal.safeParse(json)
  const message = told.success ? told.data.error.message : `it answers with ${status}`
  if (FOR_NOW.includes(status) || status >= 500) {
    const isStep = told.success && told.data.error.code === 'deploy-failed'
    return isStep ? new DeployError('deploy-failed', message) : new Error(message)
  }
  const code = told.success ? told.data.error.code : ''
  return new DeployError(isCode(code) ? code : 'deploy-failed', message)
}

/** @throws DeployError, Error as errorIn() says. */
export function looksIn(reply: AgentReply): ActorLook[] {
  if (reply.status !== 200) throw errorIn(reply)
  return looksTold.parse(reply.json).actors
}

function isCode(code: string): code is DeployErrorCode {
  return Object.hasOwn(rolloutErrors, code)
}
