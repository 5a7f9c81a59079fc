/** The public list of this folder. */
export { DiscoveryError, type DiscoveryErrorCode, discoveryErrors } from './errors.js'
export { chooseInterface, type InterfaceChoice, listInterfaces, type ReadInterfaces } from './interfaces.js'
export { discoveryLimits } from './limits.js'
export { type MdnsDiscovery, type MdnsOptions, type MdnsState, mdnsDiscovery } from './mdns.js'
export { createMemoryNetwork, type MemoryNetwork, memoryDiscovery } from './memory.js'
export type { ActorRecord, Discovery, DiscoveryEvents, DiscoveryOptions } from './types.js'
