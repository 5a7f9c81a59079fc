/** The encrypted way to agents, and who may come by it. */

export {
  AGENT_PORT,
  type AgentAddress,
  type AgentAtHub,
  type AgentAtPlace,
  addressText,
  agentAddress,
} from './address.js'
export {
  AgentClient,
  type AgentClientOptions,
  type AgentReply,
  type AgentStream,
  type AskOptions,
  type StreamOptions,
} from './agent-client.js'
export type { ConnectAtHub } from './carried-connections.js'
export { AgentClientError, type AgentClientErrorCode } from './errors.js'
export { type Admits, Identities, type Identity } from './identities.js'
export { secureLimits } from './limits.js'
export { pskOf, TOKEN_IDENTITY } from './psk.js'
export { SharedPort } from './shared-port.js'
