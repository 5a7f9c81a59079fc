/** What one agent has of a deployment. */
import { z } from 'zod'
import { allowance } from '../agent/allowance.js'
import { RESTARTS } from '../agent/core.js'
import { agentLimits } from '../agent/limits.js'
import { NAME } from './deployment.js'
import { rolloutLimits } from './limits.js'

const id = z.string().regex(NAME).max(agentLimits.idChars)

/** An actor that has its place. */
export const placedActor = z.strictObject({
  id,
  actor: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  restart: z.enum(RESTARTS),
  limits: allowance,
  /** Types of groups in which it may take part. */
  groups: z.array(z.string()),
  /** Seats of its host, as `--seats` has them; '' where it has none. */
  seats: z.string(),
})

export type PlacedActor = z.infer<typeof placedActor>

export const slice = z.strictObject({
  /** The digest of the bundle, in hex. */
  bundle: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the bundle: that of a newer one is higher. */
  sequence: z.int().nonnegative(),
  actors: z.array(placedActor).max(rolloutLimits.actorsOnNode),
})

export type Slice = z.infer<typeof slice>

/** By the names of agents; those that have nothing of it are not there. */
export type Slices = ReadonlyMap<string, Slice>

/** Whether an actor goes on as it is where the one becomes the other. */
export function isSame(one: Slice, other: Slice, mine: PlacedActor, its: PlacedActor): boolean {
  // The types of groups say what a rollout has to look at, and nothing to the actor itself.
  const told = (each: PlacedActor): string =>
    JSON.stringify([each.actor, sorted(each.params), each.restart, sorted(each.limits), each.seats])
  return one.bundle === other.bundle && told(mine) === told(its)
}

function sorted(values: object): unknown {
  return Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))
}
