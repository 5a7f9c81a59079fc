/** Gives each actor of a deployment its place: pure. What has a place keeps it where that is allowed. */
import { agentLimits } from '../agent/limits.js'
import type { Deployment, Placement, Where } from './deployment.js'
import { DeployError } from './errors.js'
import { rolloutLimits } from './limits.js'
import type { PlacedActor } from './slice.js'

/** An agent that actors may be placed at. */
export interface PlaceableNode {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** What is placed at each agent; those without anything are not there. Seats come later. */
export type Placed = ReadonlyMap<string, readonly PlacedActor[]>

/** What a deployment is about to place. */
export interface Placing {
  /** Of the deployment: what its actors are called begins so. */
  readonly name: string
  readonly nodes: readonly PlaceableNode[]
  /** All types of groups of the app that have a leader. */
  readonly groups: readonly string[]
  /** The actors that each agent has of it. */
  readonly before: Placed
}

/**
 * The same for the same, in whatever order agents are named.
 * @throws DeployError `deploy-nowhere`, which names what is not there.
 */
export function place(place: Deployment['place'], placing: Placing): Placed {
  const placed = new Map<string, PlacedActor[]>()
  for (const placement of place) {
    requireGroups(placement, placing.groups)
    for (const node of nodesFor(placement, placing, placed)) {
      const there = placed.get(node) ?? []
      placed.set(node, there)
      for (let n = 0; n < placement.each; n++) there.push(named(placement, placing, node, there))
      if (there.length > rolloutLimits.actorsOnNode) {
        throw new DeployError(
          'deploy-nowhere',
          `${node} would have more than ${rolloutLimits.actorsOnNode} actors`,
        )
      }
    }
  }
  return placed
}

function named(
  { actor, params, restart, limits, groups }: Placement,
  placing: Placing,
  node: string,
  there: readonly PlacedActor[],
): PlacedActor {
  const nth = there.filter((each) => each.actor === actor).length
  const id = `${placing.name}.${actor}.${node}${nth === 0 ? '' : `.${nth}`}`
  if (id.length > agentLimits.idChars) {
    const way = 'give the deployment or the agent a shorter name'
    throw new DeployError('deploy-nowhere', `${id} is longer than ${agentLimits.idChars} characters; ${way}`)
  }
  return {
    id,
    actor,
    params: { ...params },
    restart,
    limits,
    groups: [...(groups ?? placing.groups)],
    seats: '',
  }
}

function requireGroups({ actor, groups = [] }: Placement, known: readonly string[]): void {
  const unknown = groups.find((group) => !known.includes(group))
  if (unknown === undefined) return
  const there = known.length > 0 ? `there are ${known.join(', ')}` : 'it has none that elect'
  throw new DeployError(
    'deploy-nowhere',
    `${actor} is to take part in ${unknown}, which the app has not; ${there}`,
  )
}

function nodesFor(placement: Placement, placing: Placing, placed: Placed): string[] {
  const { on, actor } = placement
  const among = nodesAmong(on, placing.nodes)
  const count = typeof on === 'object' && 'count' in on ? on.count : undefined
  if (among.length === 0) {
    throw new DeployError('deploy-nowhere', `no agent is there for ${actor}${wordsFor(on)}`)
  }
  if (count === undefined) return among
  if (count > among.length) {
    const what = `${actor} is to run on ${count} agents${wordsFor(on)}, and there are ${among.length}`
    throw new DeployError('deploy-nowhere', `${what}; each: places several on one`)
  }
  const has = (node: string): number =>
    placing.before.get(node)?.some((each) => each.actor === actor) === true ? 0 : 1
  const load = (node: string): number => placed.get(node)?.length ?? 0
  return among
    .toSorted((one, other) => has(one) - has(other) || load(one) - load(other))
    .slice(0, count)
    .sort()
}

/** By name. @throws DeployError `deploy-nowhere` for one that is named and not there. */
function nodesAmong(on: Where, nodes: readonly PlaceableNode[]): string[] {
  const all = nodes.map(({ name }) => name).sort()
  if (on === 'all') return all
  if ('nodes' in on) {
    const missing = on.nodes.find((node) => !all.includes(node))
    if (missing === undefined) return [...new Set(on.nodes)].sort()
    const there = all.length > 0 ? `there are ${all.join(', ')}` : 'none is there'
    throw new DeployError('deploy-nowhere', `there is no agent ${missing}; ${there}`)
  }
  if (!('label' in on)) return all
  const wanted = Object.entries(on.label)
  const fits = ({ labels }: PlaceableNode): boolean =>
    wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
  return nodes
    .filter(fits)
    .map(({ name }) => name)
    .sort()
}

function wordsFor(on: Where): string {
  if (typeof on === 'string' || !('label' in on)) return ''
  return ` with ${Object.entries(on.label)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')}`
}
