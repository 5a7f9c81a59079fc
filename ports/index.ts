/** The public list of this folder: what the runtime, discovery and, through them, users may see. */
export { Ans, type AnsOptions } from './ans.js'
export { type AnsweringOptions, AnsweringPort, type Query, type ReturningOptions } from './answering-port.js'
export { isAppName } from './app-name.js'
export type { Sender, SenderOf, TimedOption, TimedSender } from './arrival.js'
export { type AskingOptions, AskingPort, type AskOptions, type SendOptions } from './asking-port.js'
export { BindingPort } from './binding-port.js'
export { bytesOf } from './bytes.js'
export { Clt, type CltOptions } from './clt.js'
export { encode } from './codec.js'
export { incompatibility, type TypeSummary } from './compatibility.js'
export { bindingKindFor, counterpartOf, isBindingKind } from './counterparts.js'
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
export { oneLine } from './foreign-text.js'
export { BATCH, readHeader, SENT, WIRE_VERSION } from './frame.js'
export { Ins, type Inside, type InsOptions } from './ins.js'
export type { JsonSchema } from './json-schema.js'
export { KeyedWaiting } from './keyed-waiting.js'
export { limits as portLimits } from './limits.js'
export { newLinkId } from './link.js'
export {
  describeIssues,
  type InputOf,
  type MessageOptions,
  type MessageType,
  message,
  type OutputOf,
  type Validation,
} from './message.js'
export { Outbox, type OutFrame } from './outbox.js'
export { messagesOf } from './payload.js'
export { type DeadlineOption, type Period, type PeriodText, periodMs, type WrittenPeriod } from './period.js'
export type { Plug, ThreadPlug } from './plug.js'
export {
  type Peer,
  type PeerPort,
  Port,
  type PortEnvironment,
  type PortInfo,
  type PortKind,
  type PortNotice,
  type PortOptions,
  type PortScope,
  type PortStats,
  type ReadyOptions,
  type Turns,
} from './port.js'
export { Pub, type PubOptions } from './pub.js'
export { Qry, type QryOptions } from './qry.js'
export { Queue } from './queue.js'
export { type Gate, readAll } from './reader.js'
export { check, type Handler, type ReceiveOptions } from './reception.js'
export { Rep } from './rep.js'
export { type AnsReply, type Answerer, FAIL, leftMs, type Reply } from './reply.js'
export { Req, type ReqOptions } from './req.js'
export { connect, errnoOf, portOf } from './socket-calls.js'
export type { Door, SocketLock } from './socket-lock.js'
export {
  type AnySocket,
  type BoundSocket,
  createSockets,
  createThreadSockets,
  type DealerOptions,
  type DealerSocket,
  type PublisherSocket,
  type RouterSocket,
  type SocketBounds,
  type SocketEvent,
  type Sockets,
  type SubscriberSocket,
  type ThreadSockets,
} from './sockets.js'
export { SporadicTimer } from './sporadic-timer.js'
export { Srv } from './srv.js'
export { Sub, type SubOptions } from './sub.js'
export { isThenable } from './thenable.js'
export type { OpenChannel, ThreadChannel, ThreadChannelEvents } from './thread-channel.js'
export { type Tick, Timer, type TimerOptions } from './timer.js'
export type { Transfer } from './transfer.js'
export { wallTime } from './wall-time.js'
