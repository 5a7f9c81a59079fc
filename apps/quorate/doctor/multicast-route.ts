/**
 * Does the system's routing stand in the way of multicast? discovery sends on the interface itself, so on
 * Linux it needs no route; other programs and systems do, and a route elsewhere explains what they see.
 */
import { chooseInterface, listRoutes, type Route } from '../../../discovery/index.js'
import { type Finding, ok, type Probe } from './finding.js'

const GROUP = 0xe00000fb

/** The interface that the system would take to the mDNS group, if any. */
export function multicastRouteOf(routes: readonly Route[]): string | undefined {
  const fitting = routes.filter(({ destination, mask }) => (GROUP & mask) >>> 0 === destination)
  return fitting.sort((a, b) => b.mask - a.mask || a.metric - b.metric)[0]?.name
}

/** The verdict on the interface of the route, if there is one. */
export function judgeRoute(chosen: string, route: string | undefined): Finding {
  if (route === chosen) return ok(`the route for multicast goes over ${chosen}`)
  const found = route
    ? `the system's route for multicast goes over ${route}`
    : 'there is no route for multicast'
  return ok(`${found}; none is needed: it is sent on ${chosen} itself`)
}

export const multicastRoute: Probe = {
  name: 'route',
  async run({ interface: wanted, discovery }) {
    if (discovery !== 'mdns' || process.platform !== 'linux') return []
    return [judgeRoute(chooseInterface(wanted).name, multicastRouteOf(listRoutes()))]
  },
}
