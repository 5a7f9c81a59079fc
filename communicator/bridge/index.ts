/** What may be imported of bridges, by way of `quorate/communicator`. */

export { type BridgeOptions, bridge } from './bridge.js'
export type { BridgeSettings } from './bridge-params.js'
export type { CrossingOptions } from './crossing.js'
export { BridgeError, type BridgeErrorCode, bridgeErrors } from './errors.js'
export { GroupNews, GroupReport, type RemoteMember } from './group-messages.js'
export {
  type AnsweringKind,
  type AskedLane,
  type AskedOptions,
  answers,
  asks,
  hears,
  type Lane,
  type Lanes,
  mirrored,
  type ObserverVote,
  type PublishedLane,
  type PublishedOptions,
  type ShownLane,
  type ShownOptions,
  says,
  shows,
  type WatchedLane,
  watches,
} from './lanes.js'
export { bridgeLimits } from './limits.js'
export { codeOverBridge } from './port-code.js'
export { RemoteGroup, type RemoteHandlers, type RemoteHappening } from './remote-group.js'
