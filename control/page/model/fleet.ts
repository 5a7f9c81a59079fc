/** The fleet as the page knows it, and what becomes of it as the hub tells of changes. Pure. */

import type { FleetActor, FleetChanges, FleetNode, RateSample } from '../../fleet/models.js'
import { pageLimits } from '../limits.js'
import { type Pace, paceBetween } from './pace.js'

/** An actor, with what two counts of it tell. */
export interface Actor extends FleetActor {
  /** Undefined while there are no two counts of one process. */
  readonly pace?: Pace | undefined
}

export interface Fleet {
  readonly nodes: ReadonlyMap<string, FleetNode>
  /** By the names of their workers. */
  readonly actors: ReadonlyMap<string, Actor>
  /** Of commands, a second each; the newest last. */
  readonly rates: readonly RateSample[]
  /** Where the next question begins; '' before the first answer. */
  readonly cursor: string
  /** Milliseconds by which the clock of the hub is ahead. */
  readonly aheadMs: number
}

export const emptyFleet: Fleet = { nodes: new Map(), actors: new Map(), rates: [], cursor: '', aheadMs: 0 }

/** @param nowMs by the clock of this machine. */
export function changed(fleet: Fleet, changes: FleetChanges, nowMs: number): Fleet {
  const { anew, cursor, now, gone } = changes
  const known = anew ? emptyFleet : fleet
  const [nodes, actors] = [new Map(known.nodes), new Map(known.actors)]
  // First: some may have come again.
  for (const name of gone.nodes) nodes.delete(name)
  for (const worker of gone.actors) actors.delete(worker)
  for (const node of changes.nodes) nodes.set(node.name, { ...nodes.get(node.name), ...node })
  for (const told of changes.actors) {
    const before = actors.get(told.worker)
    actors.set(told.worker, actorAfter(before, told))
  }
  const rates = [...known.rates, ...changes.rates].slice(-pageLimits.keptSeconds)
  return { nodes, actors, rates, cursor, aheadMs: now - nowMs }
}

function actorAfter(before: Actor | undefined, told: FleetActor): Actor {
  const isAnother = told.who !== undefined && told.who.id !== before?.who?.id
  // What another process told is not true of this one; what its node tells is.
  const known: Partial<Actor> = isAnother ? { agent: before?.agent ?? null } : { ...before }
  const pace =
    (told.counters && paceBetween(known.counters, told.counters, told.ports ?? known.ports)) ?? known.pace
  return { ...known, ...told, pace: told.there === false ? undefined : pace }
}
