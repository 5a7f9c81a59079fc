/** How agents tell of themselves, and how they are found. */

export { AGENT_SERVICE, type AgentAd, type FoundAgent } from './agent-ad.js'
export { type AnnouncedAt, Announcer, placesOf } from './announcer.js'
export { type AgentSearch, findAgents } from './find-agents.js'
export { agentLabels, agentName, type Labels, nameOfHost } from './labels.js'
export { nearbyLimits } from './limits.js'
export {
  type AgentFacts,
  agentFacts,
  type MetAgent,
  meetAgents,
  type Whereabouts,
} from './meet-agents.js'
