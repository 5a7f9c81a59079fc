/** What a program needs to run an agent. */

export { Agent, type AgentOptions } from './agent.js'
export type { KeyFolderOfApp } from './deployment-place.js'
export { AgentError, type AgentErrorCode } from './errors.js'
export type { DescribeApp, DescribedApp } from './installed-apps.js'
export { agentLimits } from './limits.js'
export type { ProgramOf } from './supervised-actor.js'
