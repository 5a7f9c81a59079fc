/**
 * Which seats of groups are on which agent: pure. A seat is a number that only one host may give out; that
 * makes two leaders impossible, so it never moves within a rollout: one that an agent gives up is free in
 * the next one, when whoever may have had it has ended.
 */
import type { Placed } from './placement.js'
import type { PlacedActor } from './slice.js'

/** Quorums by the types of groups that have a leader. */
export type Quorums = ReadonlyMap<string, number>

/** Of an actor that takes part in elections nowhere. */
const NONE = 'none'

/** By type of group the numbers. */
type Seats = Map<string, number[]>

export interface Seated {
  readonly placed: Placed
  /**
   * Whether there are seats that nobody has, for they became free just now, and actors that could use them.
   */
  readonly isWanting: boolean
}

/** @param before what each agent has now; it keeps its seats while it has actors for them. */
export function seat(placed: Placed, quorums: Quorums, before: Placed): Seated {
  const had = new Map([...before].map(([node, actors]) => [node, seatsOf(actors)]))
  const given = new Map<string, Seats>([...placed.keys()].map((node) => [node, new Map()]))
  let isWanting = false
  for (const [type, quorum] of quorums) {
    const room = new Map([...placed].map(([node, actors]) => [node, takingPart(actors, type)]))
    const taken = new Set([...had.values()].flatMap((seats) => seats.get(type) ?? []))
    const free = Array.from({ length: 2 * quorum - 1 }, (_, number) => number).filter(
      (each) => !taken.has(each),
    )
    for (const [node, seats] of given) {
      const kept = (had.get(node)?.get(type) ?? []).slice(0, room.get(node))
      if (kept.length > 0) seats.set(type, kept)
    }
    const hasRoom = (node: string): boolean =>
      (given.get(node)?.get(type)?.length ?? 0) < (room.get(node) ?? 0)
    const nodes = [...placed.keys()].sort()
    for (const number of free) {
      const [node] = nodes
        .filter(hasRoom)
        .toSorted((one, other) => many(given, one, type) - many(given, other, type))
      if (node === undefined) break
      given.get(node)?.set(type, [...(given.get(node)?.get(type) ?? []), number])
    }
    const isFreed = [...taken].some(
      (number) => ![...given.values()].some((each) => each.get(type)?.includes(number)),
    )
    isWanting ||= isFreed && nodes.some(hasRoom)
  }
  const seated = [...placed].map(([node, actors]): [string, PlacedActor[]] => {
    const seats = given.get(node) ?? new Map()
    const ofActor = (actor: PlacedActor): string => (quorums.size === 0 ? '' : textFor(actor, seats))
    return [node, actors.map((actor) => ({ ...actor, seats: ofActor(actor) }))]
  })
  return { placed: new Map(seated), isWanting }
}

/** How many of these actors may take part in a group of a type. */
export function takingPart(actors: readonly PlacedActor[], type: string): number {
  return actors.filter(({ groups }) => groups.includes(type)).length
}

/** How many seats of a type these actors of one agent have among them. */
export function seatsAt(actors: readonly PlacedActor[], type: string): number {
  return seatsOf(actors).get(type)?.length ?? 0
}

function many(given: ReadonlyMap<string, Seats>, node: string, type: string): number {
  return given.get(node)?.get(type)?.length ?? 0
}

/**
 * Those of one host are one set, which all of its actors share. Where nothing is said, an actor stays
 * alone.
 */
function textFor({ groups }: PlacedActor, seats: Seats): string {
  const parts = [...seats]
    .filter(([type, numbers]) => groups.includes(type) && numbers.length > 0)
    .map(([type, numbers]) => `${type}=${[...numbers].sort((a, b) => a - b).join(',')}`)
  return parts.sort().join(' ') || NONE
}

function seatsOf(actors: readonly PlacedActor[]): Seats {
  const all: Seats = new Map()
  for (const { seats } of actors) {
    for (const part of seats.split(' ').filter((each) => each !== '' && each !== NONE)) {
      const [type = '', numbers = ''] = part.split('=')
      all.set(type, [...new Set([...(all.get(type) ?? []), ...numbers.split(',').map(Number)])])
    }
  }
  return all
}
