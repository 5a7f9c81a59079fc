/** The public list of this folder: what the runtime, discovery and, through them, users may see. */
export { Ans, type AnsOptions, type Query } from './ans.js'
export { encode } from './codec.js'
export { incompatibility, type TypeSummary } from './compatibility.js'
export { decode } from './decoder.js'
export {
  type ErrorEntry,
  invariant,
  messageOf,
  OperationError,
  type OperationErrorCode,
  operationErrors,
  PortError,
  type PortErrorCode,
  portErrors,
  QuorateError,
} from './errors.js'
export { WIRE_VERSION } from './frame.js'
export type { JsonSchema } from './json-schema.js'
export { limits as portLimits } from './limits.js'
export { newLinkId } from './link.js'
export {
  type InputOf,
  type MessageOptions,
  type MessageType,
  message,
  type OutputOf,
  type Validation,
} from './message.js'
export {
  type Peer,
  type PeerPort,
  Port,
  type PortEnvironment,
  type PortInfo,
  type PortKind,
  type PortNotice,
  type PortScope,
  type PortStats,
  type ReadyOptions,
  type Turns,
} from './port.js'
export { Pub, type PubOptions } from './pub.js'
export { type AskOptions, Qry, type QryOptions, type SendOptions } from './qry.js'
export { readAll } from './reader.js'
export type { Handler, ReceiveOptions } from './reception.js'
export type { Reply } from './reply.js'
export { createSockets, errnoOf, type Sockets } from './sockets.js'
export { Sub, type SubOptions } from './sub.js'
export { type Period, type Tick, Timer, type TimerOptions } from './timer.js'
