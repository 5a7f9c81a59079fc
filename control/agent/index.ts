/** What a program needs to run an agent. */

export { tokenOfFile } from '../hub/actor/token-file.js'
export { Agent, type AgentOptions } from './agent.js'
export type { KeyFolderOfApp } from './deployment-place.js'
export { AgentError, type AgentErrorCode } from './errors.js'
export { type HubOfAgent, hubUrlFor } from './hub-way.js'
export type { DescribeApp, DescribedApp } from './installed-apps.js'
export { agentLimits } from './limits.js'
export type { ProgramOf } from './supervised-actor.js'
