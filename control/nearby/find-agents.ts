/** Looks once for agents that announce themselves. */
import { type InterfaceChoice, lookForServices } from '../../discovery/index.js'
import { AGENT_SERVICE, agentIn, type FoundAgent } from './agent-ad.js'
import { nearbyLimits } from './limits.js'

/** Where to look for agents. */
export interface AgentSearch {
  /** On which it is asked. */
  readonly interfaces: readonly InterfaceChoice[]
  /** Milliseconds without news after which it ends. Default 1000. */
  readonly quietMs?: number
}

const QUIET_MS = 1000

/**
 * Resolves with the agents that answer, sorted by name. One that answers on several interfaces is there
 * several times, by the same id; so are those that say that they are it. Never rejects.
 */
export async function findAgents({
  interfaces,
  quietMs = QUIET_MS,
}: AgentSearch): Promise<readonly FoundAgent[]> {
  const heard = await Promise.all(
    interfaces.map((choice) => lookForServices({ type: AGENT_SERVICE, choice, quietMs })),
  )
  const agents = new Map<string, FoundAgent>()
  for (const service of heard.flat()) {
    const agent = agentIn(service)
    if (agent && agents.size < nearbyLimits.foundAgents) agents.set(JSON.stringify(agent), agent)
  }
  return [...agents.values()].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
}
