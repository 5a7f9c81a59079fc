/** The line between an agent and its actors. An actor loads it where an agent has started it. */
export { ActorLine, type WitnessAt } from './actor-line.js'
export { agentLine } from './agent-line.js'
export { supervisionLimits } from './limits.js'
