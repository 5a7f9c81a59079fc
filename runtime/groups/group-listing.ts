/** What an actor lists of its groups: each member with its sockets, and the process that it lives in. */
import type { GroupAd, LeaderRecord, ProcessAd } from '../../discovery/index.js'
import { type MessageType, portOf } from '../../ports/index.js'
import type { Membership } from './membership.js'

export interface GroupListing {
  readonly groups: readonly GroupAd[]
  /** Of the groups' messages. */
  readonly types: readonly MessageType[]
  readonly process: ProcessAd | undefined
}

/** @param host that the sockets are bound to */
export function groupListing(
  memberships: readonly Membership[],
  host: string,
  process: ProcessAd | undefined,
): GroupListing {
  const open = memberships.filter(({ incarnation }) => incarnation.ports !== undefined)
  return {
    groups: open.map((membership) => adOf(membership, host)),
    types: open.map(({ options }) => options.type.type.using),
    process: open.length > 0 ? process : undefined,
  }
}

function adOf({ name, id, incarnation, options, view, ownClock }: Membership, host: string): GroupAd {
  const { ports, seat } = incarnation
  const { using } = options.type.type
  const at = (port = 0): string => `tcp://${host}:${port}`
  const ad: GroupAd = {
    group: name,
    member: id,
    component: options.component.name,
    gpub: at(ports?.gpub),
    gans: at(ports?.gans),
    seat: seat?.name.seat ?? '',
    parameters: options.type.parameters,
    using: { name: using.name, fingerprint: using.fingerprint },
  }
  const { ballot, leader } = view
  if (leader !== id || !ballot) return ad
  const clock = ownClock ? { clock: { begun: ownClock.begun, offsetMs: ownClock.offsetMs } } : {}
  return { ...ad, leads: { epoch: ballot.epoch, term: ballot.term, ...clock } }
}

/** What is announced of those that lead, for everyone outside of their groups. */
export function leadersOf(
  { groups }: GroupListing,
  actor: { readonly app: string; readonly actorId: string; readonly host: string },
): LeaderRecord[] {
  return groups.flatMap(({ group, member, gans, leads }) => {
    if (!leads) return []
    const { epoch, term } = leads
    return [{ ...actor, group, epoch, term, member, port: portOf(gans) }]
  })
}
