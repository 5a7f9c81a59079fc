/** What users of the package see: `import { … } from 'quorate'`. */
export { DiscoveryError } from '../discovery/index.js'
export {
  type Ans,
  type AnsOptions,
  type AskOptions,
  type InputOf,
  type MessageType,
  message,
  OperationError,
  type OutputOf,
  type Peer,
  PortError,
  type PortInfo,
  type PortStats,
  type Pub,
  type PubOptions,
  type Qry,
  type QryOptions,
  type Query,
  QuorateError,
  type ReceiveOptions,
  type Reply,
  type SendOptions,
  type Sub,
  type SubOptions,
  type Timer,
  type TimerOptions,
} from '../ports/index.js'
export { type ActorDefinition, type AppDefinition, type AppSpec, actor, app, isApp } from './app.js'
export { Component, type PeerEvent } from './component.js'
export { AppError, errorTable } from './errors.js'
export { type EventText, type Tone, textOfEvent } from './event-text.js'
export type { EventName, EventSink, RuntimeEvent } from './events.js'
export { describeThrown, type Stoppable, tieToProcess } from './lifetime.js'
export { connectsTo, type Matchable } from './matching.js'
export { boolean, number, type Param, type ParamSet, resolveParams, string } from './params.js'
export { discoveryOf, type RunningActor, type StartOptions, startActor } from './start.js'
export { type ActorStatus, actorStatus } from './status.js'
