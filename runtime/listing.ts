/** What an actor lists in its directory: its ports, its groups, and each message type once. */
import type { Listing, PortAd, TypeAd } from '../discovery/index.js'
import type { MessageType, Port } from '../ports/index.js'
import type { GroupListing } from './groups/group-listing.js'
import { isNetworked, scopeTag } from './matching.js'

export function adOf(port: Port, actorId: string, hostId: string): PortAd {
  return {
    component: port.component,
    port: port.name,
    kind: port.kind,
    scope: scopeTag(port.scope, actorId, hostId),
    endpoint: port.endpoint,
    types: port.types.map(({ name, fingerprint }) => ({ name, fingerprint })),
  }
}

export function typeAdOf({ name, fingerprint, jsonSchema }: MessageType): TypeAd {
  return jsonSchema ? { name, fingerprint, jsonSchema } : { name, fingerprint }
}

export function listingOf(
  ports: readonly Port[],
  actorId: string,
  hostId: string,
  joined?: GroupListing,
): Listing {
  const listed = ports.filter(isNetworked)
  const types = new Map<string, TypeAd>()
  for (const type of [...(joined?.types ?? []), ...listed.flatMap((port) => port.types)]) {
    types.set(type.name, typeAdOf(type))
  }
  const listing = { ports: listed.map((port) => adOf(port, actorId, hostId)), types: [...types.values()] }
  if (!joined || joined.groups.length === 0) return listing
  const { groups, process } = joined
  return { ...listing, groups, ...(process ? { process } : {}) }
}
