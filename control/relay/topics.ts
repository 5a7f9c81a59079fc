/** What is asked of a hub by those that dial it, and what it asks of agents. */
import { z } from 'zod'
import { agentLabels, agentName } from '../nearby/labels.js'
import { nearbyLimits } from '../nearby/limits.js'

export const topics = {
  /** A stream to the hub's own server, which wants its token. */
  hub: 'hub',
  /** A stream to the agent that the header `agent` names: the hub says JOINED, and then is out of it. */
  relay: 'relay',
  /** A request: who is there, behind the name in the header `after`. */
  agents: 'agents',
  /** A stream of the hub to an agent, for somebody who has asked for it. */
  agent: 'agent',
} as const

/** The first byte of a stream that a hub has joined with an agent. */
export const JOINED = 0x4a

/** What an agent that dials a hub says of itself to all who are there. */
export const agentProperties = z.object({
  quorate: z.literal('agent'),
  version: z.string().max(nearbyLimits.nameChars),
  labels: agentLabels,
})

export const agentAtHub = z.object({
  name: agentName,
  version: agentProperties.shape.version,
  labels: agentLabels,
})

/** An agent that is there, as a hub tells of it: what it says, and its certificate its name. */
export type KnownAgent = z.infer<typeof agentAtHub>

export const agentsTold = z.object({ agents: z.array(agentAtHub), isMore: z.boolean() })
