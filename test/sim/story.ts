/** A plan, from its first process to a calm end: faults, then liveness. */
import { Chance } from './chance.js'
import { Violation } from './checkers/violation.js'
import { Faults } from './faults.js'
import { outline } from './outline.js'
import type { Plan } from './plan.js'
import type { SimProcess } from './process.js'
import { drawPlan, type SwarmOptions } from './swarm.js'
import { World, type WorldOptions } from './world.js'

export interface Story {
  readonly plan: Plan
  readonly violation: Violation | undefined
  /** When it ended, milliseconds of the world. */
  readonly endMs: number
  readonly counts: ReadonlyMap<string, number>
}

/** In the calm, milliseconds between two looks at whether all is well, and how long it must stay so. */
const LOOK_MS = 200
const STAYS_MS = 1000

/** The story of a seed. */
export function story(seed: number, options: SwarmOptions & WorldOptions): Story {
  return runPlan(drawPlan(seed, options), options)
}

export function runPlan(plan: Plan, options: WorldOptions): Story {
  const world = new World(plan, options)
  const faults = new Faults(world, new Chance(plan.seed, 4, plan.luck))
  if (options.tell) for (const line of outline(plan)) options.tell(line)
  try {
    world.runUntil(plan.faultsMs)
    faults.calm()
    if (plan.timing.grace !== 'never') becomesWell(world, plan.timing.grace, options.only)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    world.tell(`VIOLATION ${error.message}`)
    return { plan, violation: error, endMs: world.nowMs, counts: world.counts }
  }
  return { plan, violation: undefined, endMs: world.nowMs, counts: world.counts }
}

/** All is well soon after the faults, and stays so: grace, and some elections. */
function becomesWell(world: World, graceMs: number, only: string | undefined): void {
  const { faultsMs, timing } = world.plan
  const endMs = faultsMs + graceMs + 5 * timing.electionMax
  let sinceMs: number | undefined
  for (let atMs = faultsMs + LOOK_MS; atMs <= endMs + STAYS_MS; atMs += LOOK_MS) {
    world.runUntil(atMs)
    if (whatIsWrong(world) !== undefined) sinceMs = undefined
    else sinceMs ??= atMs
    if (sinceMs !== undefined && atMs - sinceMs >= STAYS_MS) return
  }
  if (only === undefined || only === 'liveness') {
    throw new Violation('liveness', whatIsWrong(world) ?? 'what is well does not stay so')
  }
}

function whatIsWrong(world: World): string | undefined {
  const leader = world.acting
  if (!leader) return 'nobody leads after the calm'
  const { members, observers, last } = leader.core.log
  const living = [...world.processes.values()]
  const missing = living.filter(({ id, isElectable }) => isElectable && !members.includes(id))
  if (missing.length > 0) return `${idsOf(missing)} are no members of ${members.join()}`
  const unseen = living.filter(({ id, isElectable }) => !isElectable && !observers.includes(id))
  if (unseen.length > 0) return `${idsOf(unseen)} are no observers`
  const others = living.filter(({ core }) => core.leader !== leader.id)
  if (others.length > 0) return `${idsOf(others)} do not follow ${leader.id}`
  const behind = living.filter(({ core }) => core.log.commit.index < last.index)
  if (behind.length > 0) return `${idsOf(behind)} know less than ${last.index} decided`
  return world.plan.areClocksWild ? undefined : whatIsOpen(world, leader, living)
}

/** Polls run out by the clock of the group, which comes from those of the walls. */
function whatIsOpen(world: World, leader: SimProcess, living: readonly SimProcess[]): string | undefined {
  if (leader.core.ledger.polls.size > 0) return `${leader.core.ledger.polls.size} polls are open`
  const unsettled = world.checkers.unsettled.filter(([id]) => world.processes.has(id))
  const [first] = unsettled
  if (first) return `${unsettled.length} requests are not settled, such as ${first[1]} of ${first[0]}`
  const values = living.filter(({ core }) => valuesOf(core.ledger) !== valuesOf(leader.core.ledger))
  if (values.length > 0) return `${idsOf(values)} hold other values than ${leader.id}`
  return undefined
}

function valuesOf({ values }: SimProcess['core']['ledger']): string {
  return [...values]
    .map(([key, bytes]) => `${key} ${bytes.join('.')}`)
    .sort()
    .join()
}

function idsOf(processes: readonly { readonly id: string }[]): string {
  return processes.map(({ id }) => id).join()
}
