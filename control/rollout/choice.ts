/** Which actor is replaced next: pure. One that leads nothing, and whose groups have a quorum without it. */
import type { RolloutState } from './core.js'
import type { ActorLook } from './records.js'

/** What is seen of the actors of a deployment at one agent that answers. */
export interface NodeLook {
  readonly node: string
  readonly actors: readonly ActorLook[]
}

export type Choice =
  | { readonly isSafe: true; readonly step: number; readonly why?: undefined }
  /** The best that there is, and what it would break. */
  | { readonly isSafe: false; readonly step: number; readonly why: string }

const nowhere: RolloutState['steps'][number] = { kind: 'stop', node: '', id: '', groups: [] }

/** @param open numbers of steps, one at least; any of them may be next. */
export function choose({ steps }: RolloutState, open: readonly number[], looks: readonly NodeLook[]): Choice {
  const choices = open.map((at) => {
    const { node, id, groups: guarded } = steps[at] ?? nowhere
    const there = looks.find((each) => each.node === node)
    const look = there?.actors.find((each) => each.id === id)
    const own = (look?.groups ?? []).filter(
      ({ name, quorum }) => quorum > 0 && guarded.includes(typeOf(name)),
    )
    const leads = own.filter(({ role }) => role === 'leader').length
    return { at, leads, why: there ? breaks(own, id) : `${node} does not answer` }
  })
  // Who leads nothing comes first; of those, who came first.
  const ranked = choices.toSorted((one, other) => one.leads - other.leads)
  // A leader is replaced when all others are: its successor is to be of the new version.
  const [best = { at: open[0] ?? 0, leads: 0, why: undefined }] = ranked
  const alike = ranked.filter(({ leads }) => leads === best.leads)
  const safe = alike.find(({ why }) => why === undefined)
  if (safe) return { isSafe: true, step: safe.at }
  return { isSafe: false, step: best.at, why: best.why ?? '' }
}

/** Why a group would be without its quorum if this one were away; undefined where none would. */
function breaks(groups: ActorLook['groups'], id: string): string | undefined {
  for (const { name, role, hasLeader, size, quorum } of groups) {
    if (role === 'observer') continue
    if (!hasLeader || role === 'joining') return `${name} has no leader, as ${id} sees it`
    if (size - 1 < quorum)
      return `${name} has ${size} members, and ${id} cannot be missing: its quorum is ${quorum}`
  }
  return undefined
}

/** Of a group its type: it is named by type and instance. */
function typeOf(name: string): string {
  return name.split('.')[0] ?? name
}
