/** What users of `quorate/control` see: how actors are commanded and watched from outside. */
export { type HubDoorOptions, hubDoor } from './hub/actor/hub-door.js'
export type { HubAddress } from './hub/client/connection.js'
export {
  type HubCommand,
  type HubReply,
  HubUser,
  type HubUserOptions,
  type KnownWorker,
  type Remote,
} from './hub/client/user.js'
export { HubWorker, type HubWorkerOptions } from './hub/client/worker.js'
export { HubError, type HubErrorCode } from './hub/errors.js'
export { operatorDoor, type RpcDoorOptions, rpcDoor } from './rpc/actor-door.js'
export {
  type RequestOptions,
  RpcClient,
  type RpcClientOptions,
  type RpcClientPlace,
  type RunOptions,
} from './rpc/client.js'
export {
  ActorCommand,
  ApiCommand,
  ApiCommandRequestResult,
  ApiErrorKind,
  ApiEventKind,
  ApiTopic,
} from './rpc/codes.js'
export type { CommandRequestDelegate } from './rpc/delegate.js'
export { type DeviceSearch, type FoundDevice, findDevices } from './rpc/devices.js'
export { RpcError, type RpcErrorCode } from './rpc/errors.js'
export type { EventStream } from './rpc/event-stream.js'
export type { RpcOptions } from './rpc/options.js'
export type { ApiCommandRequestResponse, ApiReply } from './rpc/reply.js'
export type { ApiCommandRequest } from './rpc/request.js'
export { createApiService, RpcService, type RpcStats } from './rpc/service.js'
export type { ApiMessage } from './rpc/topics.js'
