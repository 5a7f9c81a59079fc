/** Starts members on a test network, and finds their leader. */
import type { TestActor, TestNetwork } from '../../../../testing/index.js'
import { Cellist, cells } from './cell.js'

export interface Started {
  readonly actors: readonly TestActor[]
  readonly members: readonly Cellist[]
}

/**
 * Members by the names of their actors, with a leader among them that all follow. @param host of all; else
 * each has its own
 */
export async function started(
  network: TestNetwork,
  names: readonly string[],
  host?: string,
): Promise<Started> {
  const actors: TestActor[] = []
  for (const name of names) {
    actors.push(await network.start(cells, name, {}, { host: host ?? name.toLowerCase() }))
  }
  const members = actors.map((actor) => actor.component(Cellist))
  await network.until(() =>
    members.every(({ in: cell }) => cell.hasLeader && cell.size === names.length && cell.clock.isKnown),
  )
  return { actors, members }
}

/** The one that leads, and the others. Throws where there is not one. */
export function leaderOf(members: readonly Cellist[]): {
  readonly leader: Cellist
  readonly others: readonly Cellist[]
} {
  const [leader, ...more] = members.filter(({ in: cell }) => cell.isLeader)
  if (!leader || more.length > 0) throw new Error(`${more.length + (leader ? 1 : 0)} lead`)
  return { leader, others: members.filter((each) => each !== leader) }
}

/** The first of several, which is there. */
export function first<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined) throw new Error('there is none')
  return item
}
