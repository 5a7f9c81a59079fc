/** What may be imported from outside of this folder: `quorate/communicator`. */

export type { AwaitOptions } from './awaited.js'
export { Communicator, type CommunicatorOptions, type StartedListener } from './communicator.js'
export type { ConnectorResources } from './connector-params.js'
export {
  type ConnectionFacts,
  type ConnectionSecurity,
  type ConnectorParams,
  type Driver,
  type ListenHandler,
  type Listening,
  Mode,
  type Pipe,
  type PipeHandler,
} from './driver.js'
export { Endpoint, type EndpointMonitor, EndpointState, type Properties } from './endpoint.js'
export { CommError, type CommErrorCode, commErrors } from './errors.js'
export { Extension, Float, type HeaderMap, type HeaderValue } from './header-codec.js'
export { commLimits } from './limits.js'
export { type Connection, Message, type MessageReceiver, type Payload } from './message.js'
export { registerDriver, servedSchemes } from './registry.js'
export type { Identities } from './security/identity.js'

// ── sessions

export {
  type Answer,
  type BlobHandler,
  type BlobOffer,
  type BlobOptions,
  type BlobSink,
  type BlobSource,
  type CallOptions,
  type Headers,
  type Reply,
  type RequestHandler,
  type RequestOptions,
  SessionError,
  type SessionErrorCode,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
  type StreamHandler,
  sessionErrors,
  sessionLimits,
} from './sessions/index.js'

// ── bridges

export {
  type AnsweringKind,
  type AskedLane,
  type AskedOptions,
  answers,
  asks,
  BridgeError,
  type BridgeErrorCode,
  type BridgeOptions,
  type BridgeSettings,
  bridge,
  bridgeErrors,
  bridgeLimits,
  type CrossingOptions,
  codeOverBridge,
  GroupNews,
  GroupReport,
  hears,
  type Lane,
  type Lanes,
  mirrored,
  type ObserverVote,
  type PublishedLane,
  type PublishedOptions,
  RemoteGroup,
  type RemoteHandlers,
  type RemoteHappening,
  type RemoteMember,
  type ShownLane,
  type ShownOptions,
  says,
  shows,
  type WatchedLane,
  watches,
} from './bridge/index.js'
