/** What an agent keeps of deployments, and what is said of them between agents. */
import { z } from 'zod'
import { rolloutState } from './core.js'
import { NAME } from './deployment.js'
import { rolloutLimits } from './limits.js'
import { slice } from './slice.js'

export const nodeName = z.string().regex(NAME).max(rolloutLimits.nameChars)
export const rolloutId = z.uuid()
const deploymentName = nodeName

/** An agent that takes part in a rollout, and how it is reached: at its address, or at the hub of all. */
export const rolloutNode = z.union([
  z.strictObject({ name: nodeName, host: z.string(), port: z.int().min(1).max(65_535) }),
  z.strictObject({ name: nodeName, atHub: nodeName }),
])

export type RolloutNode = z.infer<typeof rolloutNode>

/** The secret that agents of one rollout share, in hex; '' among open ones. */
const ticket = z.string().regex(/^(?:[0-9a-f]{64})?$/)

/** A rollout that an agent was told of, and of which it does not know how it ends. */
const prepared = z.strictObject({
  rollout: rolloutId,
  /** Undefined: it is to have nothing of the deployment. */
  slice: slice.optional(),
  /** All agents that have something of it then: who deploys next has to reach them. */
  with: z.array(nodeName).max(rolloutLimits.nodes),
  /** The agent that leads it, and knows how it ends. */
  lead: rolloutNode,
  ticket,
  /** Wall clock. */
  preparedMs: z.number(),
  /** A step of it was asked for: only its leader ends it now. */
  isBegun: z.boolean(),
})

/** A deployment, as one agent has it. */
export const deploymentRecord = z.strictObject({
  name: deploymentName,
  app: z.string(),
  /** What it runs; undefined for nothing. */
  current: slice.optional(),
  /** The agents that have something of it, as the last rollout left it. */
  with: z.array(nodeName).default([]),
  next: prepared.optional(),
  /** How the last rollout ended. */
  last: z
    .strictObject({ rollout: rolloutId, outcome: z.enum(['new', 'old']), atMs: z.number(), ticket })
    .optional(),
  /** The sequence of the newest bundle that it ever ran: it runs no older one. */
  newest: z.int().nonnegative(),
})

export type DeploymentRecord = z.infer<typeof deploymentRecord>

/** A rollout, as the agent knows it that leads it. */
export const rolloutRecord = z.strictObject({
  id: rolloutId,
  deployment: deploymentName,
  nodes: z.array(rolloutNode).max(rolloutLimits.nodes),
  ticket,
  state: rolloutState,
  begunMs: z.number(),
  endedMs: z.number(),
})

export type RolloutRecord = z.infer<typeof rolloutRecord>

/** What an agent is told before a rollout begins: `PUT /v1/rollouts/<id>`. */
export const preparing = z.strictObject({
  deployment: deploymentName,
  app: z.string(),
  /** The agent that this is meant for. */
  node: nodeName,
  slice: slice.optional(),
  /** The agents that will have something of it. */
  with: z.array(nodeName).max(rolloutLimits.nodes),
  /** Agents that are gone for good, as whoever deploys says. */
  gone: z.array(nodeName).max(rolloutLimits.nodes),
  lead: rolloutNode,
  ticket,
  /** Keys that its actors need, as `quorate keys` writes them. */
  keys: z.string().optional(),
})

export type Preparing = z.infer<typeof preparing>

/** What its leader is told then: `POST /v1/rollouts/<id>/begin`. */
export const beginning = z.strictObject({
  deployment: deploymentName,
  nodes: z.array(rolloutNode).min(1).max(rolloutLimits.nodes),
  steps: rolloutState.shape.steps.max(rolloutLimits.steps),
})

export type Beginning = z.infer<typeof beginning>

export const bringing = z.strictObject({ actor: z.string(), to: z.enum(['new', 'old']) })
export const ending = z.strictObject({ outcome: z.enum(['new', 'old']) })

/** How an actor of a deployment is, for who leads a rollout, and for people. */
export const actorLook = z.object({
  id: z.string(),
  actor: z.string(),
  state: z.string(),
  why: z.string(),
  bundle: z.string(),
  seats: z.string(),
  groups: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['leader', 'member', 'observer', 'joining']),
      hasLeader: z.boolean(),
      size: z.int(),
      quorum: z.int(),
    }),
  ),
})

export type ActorLook = z.infer<typeof actorLook>
