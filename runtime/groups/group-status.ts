/** What an actor tells observers of its groups: `quorate groups` shows it. */
import { z } from 'zod'
import { groupEndpointsOf } from './group-ports.js'
import type { MemberInfo } from './member-info.js'
import type { Membership } from './membership.js'

const participant = z.object({ id: z.string(), actor: z.string(), component: z.string() })

/** One member, as its actor tells of it. */
export const groupStatus = z.object({
  /** Type and instance. */
  name: z.string(),
  component: z.string(),
  id: z.string(),
  /** The seat that it holds; '' where it observes, or the group has no leader. */
  seat: z.string(),
  /** 0 for a group without a leader. */
  quorum: z.number(),
  /** The id of whom it follows; '' for nobody. */
  leader: z.string(),
  epoch: z.number(),
  term: z.number(),
  /** For how long it may yet act as the leader, unless it is confirmed; 0 where it may not. */
  leaseMs: z.number(),
  members: z.array(participant),
  observers: z.array(participant),
  /** Ids of those with whom messages get through. */
  connected: z.array(z.string()),
  openPolls: z.number(),
  /** By how much the group clock may be off; -1 where it is not known. */
  clockErrorMs: z.number(),
  stats: z.record(z.string(), z.number()),
  /** Where its gpub and gans are bound: `tcp://host:port`, or ''. None of an older quorate. */
  gpub: z.string().optional(),
  gans: z.string().optional(),
})

/** What an actor tells of one of its members of groups. */
export type GroupStatus = z.infer<typeof groupStatus>

export function groupStatusOf(membership: Membership): GroupStatus {
  const { name, id, incarnation, options, view, clock, stats } = membership
  const { epoch, term } = view.ballot ?? { epoch: 0, term: 0 }
  const told = (ids: readonly string[]) => ids.map((each) => participantOf(membership.infoOf(each)))
  return {
    ...{ name, id, epoch, term },
    component: options.component.name,
    seat: incarnation.seat?.name.seat ?? '',
    quorum: options.type.type.quorum ?? 0,
    leader: view.leader ?? '',
    leaseMs: Math.round(membership.leaseLeftMs),
    members: told(view.members),
    observers: told(view.observers),
    connected: [...view.connected],
    openPolls: membership.decisions.openPolls,
    // Infinite also while the clock of a new leader is not measured.
    clockErrorMs: Number.isFinite(clock.error) ? clock.error : -1,
    stats: { ...stats },
    ...groupEndpointsOf(membership),
  }
}

function participantOf({ id, actor, component }: MemberInfo): z.infer<typeof participant> {
  return { id, actor, component }
}
