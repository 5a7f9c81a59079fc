/** What a program needs to run an agent. */

export { tokenOfFile } from '../hub/actor/token-file.js'
export { Agent, type AgentOptions } from './agent.js'
export { AgentError, type AgentErrorCode } from './errors.js'
export type { NodeAtHub } from './fleet-node.js'
export type { DescribeApp, DescribedApp } from './installed-apps.js'
export { agentLimits } from './limits.js'
export { describedActors } from './records.js'
export type { ProgramOf } from './supervised-actor.js'
