/** What a thread of a component sees: `import { … } from 'quorate/plug'`. Nothing here loads a socket. */
export {
  type ErrorEntry,
  OperationError,
  type OperationErrorCode,
  PortError,
  type PortErrorCode,
  QuorateError,
} from './errors.js'
export { type InnerPlug, openPlug, type PlugEvent } from './inner-plug.js'
export type { JsonSchema } from './json-schema.js'
export {
  type InputOf,
  type MessageOptions,
  type MessageType,
  message,
  type OutputOf,
  type Validation,
} from './message.js'
export type { Transfer } from './transfer.js'
