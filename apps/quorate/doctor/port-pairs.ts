/** Ports of all actors that were seen, and which of them belong together. No I/O. */
import type { Listing, PortAd } from '../../../discovery/index.js'
import { incompatibility } from '../../../ports/index.js'
import { connectsTo } from '../../../runtime/index.js'
import type { Sighting } from '../observatory.js'
import { harmless } from '../terminal.js'
import { shortNameOf } from './sighting-name.js'

/** A port, and whose it is. */
export interface SeenPort {
  readonly ad: PortAd
  readonly app: string
  readonly actor: string
  readonly actorId: string
  readonly listing: Listing
  /** Peers connected; undefined where the status does not tell. */
  readonly connected: number | undefined
}

export function portsOf(sightings: readonly Sighting[]): SeenPort[] {
  return sightings.flatMap(({ record, listing, status }) => {
    if (!record || !listing) return []
    return listing.ports.map((ad) => {
      const told = status?.ports.find(({ component, name }) => component === ad.component && name === ad.port)
      const { app, actor, id: actorId } = record
      return { ad, app, actor, actorId, listing, connected: told?.connected }
    })
  })
}

/** Whether the two would be connected, one way or the other, if their schemas allow it. */
export function belongTogether(one: SeenPort, other: SeenPort): boolean {
  if (one.app !== other.app) return false
  return connectsTo(one.ad, other.ad) || connectsTo(other.ad, one.ad)
}

/**
 * Why the schemas of two ports that belong together do not fit: "here" is the first; undefined where they
 * fit.
 */
export function schemaDifference(here: SeenPort, there: SeenPort): string | undefined {
  for (const [index, mine] of here.ad.types.entries()) {
    const theirs = there.ad.types[index]
    if (!theirs || theirs.fingerprint === mine.fingerprint) continue
    const why = incompatibility(typeOf(here, mine.name) ?? mine, typeOf(there, theirs.name) ?? theirs)
    if (why) return harmless(`the schemas of ${mine.name} differ: ${why}`)
  }
  return undefined
}

function typeOf({ listing }: SeenPort, name: string) {
  return listing.types.find((type) => type.name === name)
}

/** `sub averager.nodeReady of Averager 4f7e1e5e`. */
export function portNameOf({ ad, actor, actorId }: SeenPort): string {
  return harmless(`${ad.kind} ${ad.component}.${ad.port} of ${shortNameOf({ actor, id: actorId })}`)
}

/** Message names as `NodeData` or `Query#Answer`. */
export function carriedBy({ ad }: SeenPort): string {
  return harmless(ad.types.map(({ name }) => name).join('#'))
}
