/** The probes in their order: from the machine to the network to the actors. Each is loaded when its turn comes. */
import type { Probe } from './finding.js'

export const probes: readonly (() => Promise<Probe>)[] = [
  async () => (await import('./node-version.js')).nodeVersion,
  async () => (await import('./zeromq-works.js')).zeromqWorks,
  async () => (await import('./interface-chosen.js')).interfaceChosen,
  async () => (await import('./own-directory.js')).ownDirectory,
  async () => (await import('./multicast-echo.js')).multicastEcho,
  async () => (await import('./multicast-route.js')).multicastRoute,
  async () => (await import('./mdns-round-trip.js')).mdnsRoundTrip,
  async () => (await import('./actors-reachable.js')).actorsReachable,
  async () => (await import('./other-interfaces.js')).otherInterfaces,
  async () => (await import('./app-versions.js')).appVersions,
  async () => (await import('./ports-connected.js')).portsConnected,
]
