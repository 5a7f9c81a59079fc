import type { Placed } from '../../../../control/rollout/placement.js'
import { seat } from '../../../../control/rollout/seats.js'
import type { PlacedActor, Slices } from '../../../../control/rollout/slice.js'

/** So many actors on each agent, all of which may take part in groups of the type Cell; without seats. */
export function actorsOf(counts: Readonly<Record<string, number>>): Placed {
  return new Map(
    Object.entries(counts).map(([node, many]) => [
      node,
      Array.from({ length: many }, (_, n) => actor(node, n)),
    ]),
  )
}

/** As they are deployed: with seats, of a bundle that is named by one digit. */
export function slicesOf(
  counts: Readonly<Record<string, number>>,
  quorum: number,
  digit = '1',
  before: Slices = new Map(),
): Slices {
  const had = new Map([...before].map(([node, { actors }]) => [node, actors]))
  const { placed } = seat(actorsOf(counts), new Map([['Cell', quorum]]), had)
  const bundle = digit.repeat(64)
  return new Map(
    [...placed].map(([node, actors]) => [node, { bundle, sequence: Number(digit), actors: [...actors] }]),
  )
}

function actor(node: string, n: number): PlacedActor {
  const id = `plant.A.${node}${n === 0 ? '' : `.${n}`}`
  return { id, actor: 'A', params: {}, restart: 'on-failure', limits: {}, groups: ['Cell'], seats: '' }
}
