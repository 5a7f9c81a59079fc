/**
 * What several actors say of one group, made one: the view of whoever knows most, and who sees it otherwise.
 * Actors are asked one by one, so views differ for a moment when something changes; where they do for longer,
 * something is wrong.
 */
import { differenceInMeaning, type GroupStatus } from '../../runtime/index.js'
import type { Sighting } from './observatory.js'

/** What one member says of its group. */
export interface GroupView {
  readonly sighting: Sighting
  readonly status: GroupStatus
}

/** `joining` is one that says it takes part, of which whoever knows most does not know. */
export type Role = 'leader' | 'member' | 'observer' | 'joining'

/** One that takes part in a group, as far as it is known. */
export interface Participant {
  readonly id: string
  readonly actor: string
  readonly component: string
  readonly role: Role
  /** What it says itself; undefined where it does not answer. */
  readonly view: GroupView | undefined
}

/** A group, as its members see it together. */
export interface GroupSeen {
  readonly app: string
  /** Type and instance. */
  readonly name: string
  /** What whoever knows most says: the leader, if it answers. */
  readonly best: GroupStatus
  /** Milliseconds that the leader's lease has left; undefined where the leader does not say. */
  readonly leaseMs: number | undefined
  readonly participants: readonly Participant[]
  /** Those who see another leader, or others taking part; who see the same, together. */
  readonly others: readonly (readonly GroupView[])[]
  /** What those mean by the group that it does not mean, by member; it keeps apart from them. */
  readonly meanings: ReadonlyMap<string, string>
}

/** All groups of the actors that were seen, by app and name. */
export function groupsOf(sightings: readonly Sighting[]): GroupSeen[] {
  const views = sightings.flatMap((sighting) =>
    (sighting.status?.groups ?? []).map((status) => ({ sighting, status })),
  )
  const groups = byKey(views, ({ sighting, status }) => `${sighting.status?.app}\0${status.name}`)
  return [...groups.keys()].sort().flatMap((key) => merged(groups.get(key) ?? []))
}

function merged(views: readonly GroupView[]): GroupSeen[] {
  const [best] = [...views].sort(byKnowledge)
  if (!best) return []
  const { status, sighting } = best
  const meanings = meaningsOf(best, views)
  const seenBy = (view: GroupView): string => whatIsSeen(view.status) + (meanings.get(view.status.id) ?? '')
  const differing = views.filter((view) => seenBy(view) !== seenBy(best))
  return [
    {
      app: sighting.status?.app ?? '',
      name: status.name,
      best: status,
      leaseMs: isLed(best) ? status.leaseMs : undefined,
      participants: participantsOf(status, views),
      others: [...byKey(differing, seenBy).values()],
      meanings,
    },
  ]
}

function meaningsOf(best: GroupView, views: readonly GroupView[]): ReadonlyMap<string, string> {
  const listed = ({ sighting: { listing }, status: { id } }: GroupView) => {
    const ad = listing?.groups?.find(({ member }) => member === id)
    return ad && { ad, types: listing?.types ?? [] }
  }
  const known = listed(best)
  const told = views.flatMap((view) => {
    const own = listed(view)
    const different = own && known && differenceInMeaning(own, known)
    return different === undefined ? [] : [[view.status.id, different] as const]
  })
  return new Map(told)
}

/** The higher token first, then whoever leads by it, then who knows of more. */
function byKnowledge(a: GroupView, b: GroupView): number {
  const lead = (view: GroupView): number => (isLed(view) ? 1 : 0)
  const size = ({ status }: GroupView): number => status.members.length + status.observers.length
  const { epoch, term } = a.status
  return b.status.epoch - epoch || b.status.term - term || lead(b) - lead(a) || size(b) - size(a)
}

/** It leads itself. */
function isLed({ status }: GroupView): boolean {
  return status.leader === status.id
}

function participantsOf(best: GroupStatus, views: readonly GroupView[]): Participant[] {
  const byId = new Map(views.map((view) => [view.status.id, view]))
  const { members, observers, leader } = best
  const known = [...members, ...observers]
  const joining = views
    .filter(({ status }) => !known.some(({ id }) => id === status.id))
    .map(({ sighting, status }) => {
      return { id: status.id, actor: sighting.record?.actor ?? '', component: status.component }
    })
  const roleOf = (id: string): Role => {
    if (id === leader) return 'leader'
    if (members.some((member) => member.id === id)) return 'member'
    return observers.some((observer) => observer.id === id) ? 'observer' : 'joining'
  }
  return [...known, ...joining].map((each) => {
    const view = byId.get(each.id)
    // Who tells of others may not be connected to them any more; they know their own names.
    const actor = view?.sighting.record?.actor ?? each.actor
    const component = view?.status.component ?? each.component
    return { id: each.id, actor, component, role: roleOf(each.id), view }
  })
}

/** Equal for those who see the same. */
function whatIsSeen({ leader, epoch, term, members, observers }: GroupStatus): string {
  const idsOf = (all: GroupStatus['members']): string[] => all.map(({ id }) => id).sort()
  return JSON.stringify([leader, epoch, term, idsOf(members), idsOf(observers)])
}

function byKey<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const one of all) {
    const key = keyOf(one)
    const alike = found.get(key)
    if (alike) alike.push(one)
    else found.set(key, [one])
  }
  return found
}
