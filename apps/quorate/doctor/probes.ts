/**
 * The probes in their order, from the machine to the network to the actors. Each is loaded when its turn
 * comes: the doctor must start where half of quorate cannot be loaded.
 */
import type { Probe } from './finding.js'

type Load = () => Promise<Probe>

/** Those that come first, one after another: where one fails, the rest makes no sense. */
export const vitalProbes: readonly Load[] = [
  async () => (await import('./node-version.js')).nodeVersion,
  async () => (await import('./zeromq-works.js')).zeromqWorks,
  async () => (await import('./interface-chosen.js')).interfaceChosen,
]

/** Those that do not need each other. */
export const probes: readonly Load[] = [
  async () => (await import('./own-directory.js')).ownDirectory,
  async () => (await import('./multicast-echo.js')).multicastEcho,
  async () => (await import('./multicast-route.js')).multicastRoute,
  async () => (await import('./mdns-round-trip.js')).mdnsRoundTrip,
  async () => (await import('./actors-reachable.js')).actorsReachable,
  async () => (await import('./other-interfaces.js')).otherInterfaces,
  async () => (await import('./app-versions.js')).appVersions,
  async () => (await import('./ports-connected.js')).portsConnected,
]
