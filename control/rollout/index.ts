/** Deployments: what is to run where, and how agents get there together. */
export {
  type DeploymentTold,
  deploymentsTold,
  errorIn,
  type RolloutTold,
  rolloutTold,
} from './answers.js'
export { type AppShape, requireCompatible } from './compatible.js'
export {
  type AgentNamed,
  type Deployment,
  deployment,
  type Placement,
  readDeployment,
  type Where,
} from './deployment.js'
export { DeployError, type DeployErrorCode } from './errors.js'
export { rolloutLimits } from './limits.js'
export { type PlaceableNode, type Placed, place } from './placement.js'
export { guardedBy, type RolloutStep, stepsFrom } from './plan.js'
export type { Beginning, Preparing, RolloutNode } from './records.js'
export { type Quorums, seat } from './seats.js'
export type { PlacedActor, Slice, Slices } from './slice.js'
