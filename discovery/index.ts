/** The public list of this folder. */
export { disbelief } from './belief.js'
export {
  DirectoryClient,
  type DirectoryClientEvents,
  type DirectoryClientOptions,
} from './directory-client.js'
export {
  type ClockAd,
  type DirectoryRole,
  type GroupAd,
  type LeaderAd,
  type Listing,
  NEEDS_KEYS,
  type PortAd,
  type ProcessAd,
  requireListable,
  type TypeAd,
  type TypeRef,
} from './directory-frames.js'
export {
  DirectoryServer,
  type DirectoryServerEvents,
  type DirectoryServerOptions,
} from './directory-server.js'
export { DiscoveryError, type DiscoveryErrorCode, discoveryErrors, notListening } from './errors.js'
export {
  chooseInterface,
  type InterfaceChoice,
  isLoopback,
  isOnLink,
  listInterfaces,
  loopbackInterface,
  type ReadInterfaces,
} from './interfaces.js'
export { heardRecord, introduce, needsKeysFrame, spokenRecord } from './introduction.js'
export { discoveryLimits } from './limits.js'
export { type MdnsDiscovery, type MdnsOptions, type MdnsState, mdnsDiscovery } from './mdns.js'
export { type Advert, advertise, type ServiceAd } from './mdns-advert.js'
export { type FoundService, lookForServices, type ServiceSearch } from './mdns-services.js'
export { createMemoryNetwork, type MemoryNetwork, memoryDiscovery } from './memory.js'
export type { Revocations, RevokedAd, RevokedList } from './revoked-list.js'
export { defaultRoutesOf, listRoutes, type ReadRoutes, type Route, readRoutes } from './routes.js'
export { sealOf, sealRecord } from './sealed-record.js'
export { readAddress, type StaticOptions, staticDiscovery } from './static.js'
export type { ActorRecord, Discovery, DiscoveryEvents, DiscoveryOptions, LeaderRecord } from './types.js'
