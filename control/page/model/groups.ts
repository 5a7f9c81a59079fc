/** The groups of a fleet, put together from what their members tell. Pure. */
import type { PlacePicture, PollPicture } from '../../fleet/models.js'
import { appOf } from './actor.js'
import type { Actor } from './fleet.js'

export interface Participant {
  readonly id: string
  readonly actor: string
  readonly component: string
  readonly isObserver: boolean
  /** By which the fleet knows it; undefined of one that does not come to this hub. */
  readonly worker: string | undefined
}

/** A poll, with what was heard from all who tell of it. */
export interface Poll extends Omit<PollPicture, 'vote' | 'component'> {
  readonly yes: number
  readonly no: number
}

export interface GroupView {
  readonly app: string
  readonly name: string
  /** Undefined where nobody leads. */
  readonly leader: Participant | undefined
  readonly epoch: number
  readonly term: number
  /** Undefined of a group without leaders. */
  readonly quorum: number | undefined
  /** Those that it has taken in, observers last. */
  readonly participants: readonly Participant[]
  readonly members: number
  /** Workers that say they are in it, taken in or not. */
  readonly workers: readonly string[]
  /** Open ones first, then the newest. */
  readonly polls: readonly Poll[]
}

interface Told {
  readonly app: string
  readonly name: string
  readonly places: { readonly worker: string; readonly place: PlacePicture }[]
  readonly polls: PollPicture[]
}

const byName = new Intl.Collator('en', { numeric: true })

export function groupsOf(actors: Iterable<Actor>): readonly GroupView[] {
  const all = [...actors].filter(({ there }) => there !== false)
  const workers = new Map(all.flatMap(({ who, worker }) => (who ? [[who.id, worker]] : [])))
  const groups = new Map<string, Told>()
  for (const actor of all) {
    const app = appOf(actor)
    for (const place of actor.groups ?? []) {
      const key = `${app}\n${place.name}`
      const told = groups.get(key) ?? { app, name: place.name, places: [], polls: [] }
      groups.set(key, told)
      told.places.push({ worker: actor.worker, place })
    }
    for (const poll of actor.polls ?? []) groups.get(`${app}\n${poll.group}`)?.polls.push(poll)
  }
  return [...groups.values()]
    .map((told) => viewOf(told, workers))
    .sort((one, other) => byName.compare(`${one.app} ${one.name}`, `${other.app} ${other.name}`))
}

function viewOf({ app, name, places, polls }: Told, workers: ReadonlyMap<string, string>): GroupView {
  const { place } = places.reduce((best, each) => (isNewer(each.place, best.place) ? each : best))
  const view = (each: PlacePicture['members'][number], isObserver: boolean): Participant => {
    return { ...each, isObserver, worker: workers.get(each.id.slice(0, ID_CHARS)) }
  }
  const participants = [
    ...place.members.map((each) => view(each, false)),
    ...place.observers.map((each) => view(each, true)),
  ]
  return {
    ...{ app, name, epoch: place.epoch, term: place.term, participants },
    leader: place.leader ? view(place.leader, false) : undefined,
    quorum: place.quorum ?? undefined,
    members: place.members.length,
    workers: [...new Set(places.map(({ worker }) => worker))],
    polls: pollsOf(polls),
  }
}

/** The id of a member begins with that of its actor. */
const ID_CHARS = 16

/** What the leader of a later ballot says counts; in one, what more of the group says. */
function isNewer(one: PlacePicture, other: PlacePicture): boolean {
  if (one.epoch !== other.epoch) return one.epoch > other.epoch
  if (one.term !== other.term) return one.term > other.term
  if ((one.role === 'leader') !== (other.role === 'leader')) return one.role === 'leader'
  return one.members.length > other.members.length
}

function pollsOf(told: readonly PollPicture[]): readonly Poll[] {
  const polls = new Map<string, Poll>()
  for (const { vote, component: _, ...poll } of told) {
    const { yes = 0, no = 0, ...known } = polls.get(poll.id) ?? {}
    polls.set(poll.id, {
      ...{ ...poll, ...known },
      outcome: poll.outcome ?? polls.get(poll.id)?.outcome ?? null,
      ended: poll.ended ?? polls.get(poll.id)?.ended ?? null,
      yes: yes + (vote === 'yes' ? 1 : 0),
      no: no + (vote === 'no' ? 1 : 0),
    })
  }
  return [...polls.values()].sort((one, other) => {
    const isOpen = Number(other.outcome === null) - Number(one.outcome === null)
    return isOpen || other.opened - one.opened
  })
}
