/**
 * From what runs to what is to run, actor by actor: pure. All that is new is started, then each that differs
 * is stopped and started anew, one at a time, then what is not wanted any more is stopped. So a group that
 * had its quorum keeps it, and never has more members than it has seats.
 */
import { DeployError } from './errors.js'
import type { Quorums } from './seats.js'
import { seatsAt, takingPart } from './seats.js'
import { isSame, type PlacedActor, type Slices } from './slice.js'

/** An actor becomes what it is to be: it is started, replaced, or stopped. */
export interface RolloutStep {
  readonly kind: 'start' | 'switch' | 'stop'
  readonly node: string
  /** Of the actor. */
  readonly id: string
  /** Types of groups that keep their quorum, and may miss this member meanwhile. */
  readonly groups: readonly string[]
}

const ORDER = ['start', 'switch', 'stop'] as const

/**
 * In the order in which they may be taken; taken back in the opposite order.
 * @param types of groups that are to keep their quorum.
 */
export function stepsFrom(before: Slices, after: Slices, types: readonly string[]): RolloutStep[] {
  const nodes = [...new Set([...before.keys(), ...after.keys()])].sort()
  const all = nodes.flatMap((node) => stepsAt(node, before, after, types))
  return ORDER.flatMap((kind) => all.filter((step) => step.kind === kind))
}

function stepsAt(node: string, before: Slices, after: Slices, types: readonly string[]): RolloutStep[] {
  const [was, will] = [before.get(node), after.get(node)]
  const had = new Map(was?.actors.map((actor) => [actor.id, actor]))
  const has = new Map(will?.actors.map((actor) => [actor.id, actor]))
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((id): RolloutStep[] => {
    const [mine, its] = [had.get(id), has.get(id)]
    const named = new Set([...(mine?.groups ?? []), ...(its?.groups ?? [])])
    const groups = types.filter((type) => named.has(type))
    if (mine && its) {
      const isKept = was && will && isSame(was, will, mine, its)
      return isKept ? [] : [{ kind: 'switch', node, id, groups }]
    }
    return [{ kind: mine ? 'stop' : 'start', node, id, groups }]
  })
}

/** What a rollout has to heed. */
export interface Guarded {
  /** Types of groups that have a quorum, and keep it at each step. */
  readonly types: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * @throws DeployError `deploy-could-split` where a group that has a quorum now would be without in between,
 * or afterwards. `mayInterrupt`: that is known, and wanted.
 */
export function guardedBy(before: Slices, after: Slices, quorums: Quorums, mayInterrupt: boolean): Guarded {
  const guarded = [...quorums].filter(([type, quorum]) => {
    const hasQuorum = electable(before, type) >= quorum
    return hasQuorum && after.size > 0 && !mayInterrupt
  })
  for (const [type, quorum] of guarded) requireQuorum(before, after, type, quorum)
  const warnings = [...quorums].flatMap(([type, quorum]) => {
    const then = electable(after, type)
    const text = `${type} elects nobody: its quorum is ${quorum}, and ${then} may elect`
    return then > 0 && then < quorum ? [text] : []
  })
  return { types: guarded.map(([type]) => type), warnings }
}

function requireQuorum(before: Slices, after: Slices, type: string, quorum: number): void {
  const [now, then] = [electable(before, type), electable(after, type)]
  if (then < quorum) {
    const what = `${type} would be left with ${then} that may elect, of a quorum of ${quorum}`
    const way =
      'seats move in two rollouts: take away fewer at a time, or accept it with --allow-interruption'
    throw new DeployError('deploy-could-split', `${what}; ${way}`)
  }
  const steps = stepsFrom(before, after, [type]).filter(({ groups }) => groups.includes(type))
  // What is started first is there by then.
  const started = then - electable(kept(after, before), type)
  if (now + started - 1 >= quorum || !steps.some(({ kind }) => kind === 'switch')) return
  const one = `${now} may elect, and one is replaced at a time`
  const what = `an upgrade would take ${type} its quorum of ${quorum}: ${one}`
  const way = `place ${quorum + 1}, or accept it with --allow-interruption`
  throw new DeployError('deploy-could-split', `${what}; ${way}`)
}

/** How many can be members that elect: as many as have seats. */
function electable(slices: Slices, type: string): number {
  return [...slices.values()].reduce((sum, { actors }) => {
    return sum + Math.min(takingPart(actors, type), seatsAt(actors, type))
  }, 0)
}

/** Of these slices the actors that are in the others, too. */
function kept(slices: Slices, others: Slices): Slices {
  return new Map(
    [...slices].map(([node, slice]) => {
      const stays = ({ id }: PlacedActor): boolean =>
        others.get(node)?.actors.some((its) => its.id === id) === true
      return [node, { ...slice, actors: slice.actors.filter(stays) }]
    }),
  )
}
