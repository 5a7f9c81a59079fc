/** Histories of simulated worlds: groups under all the faults of a seed, seen from outside. */
import { Chance } from '../sim/chance.js'
import { Violation } from '../sim/checkers/violation.js'
import { Faults } from '../sim/faults.js'
import { drawPlan } from '../sim/swarm.js'
import { World } from '../sim/world.js'
import { type HistoryLine, type Operation, operationsOf } from './history.js'
import { Recorder } from './recorder.js'

export interface SimulatedHistory {
  readonly lines: readonly HistoryLine[]
  readonly operations: readonly Operation[]
}

/** Milliseconds between two reads of all values, each at some member; and with which it ends, in the calm. */
const READ_MS = 150
const CALM_MS = 4000

/** Those that plans set. */
const KEYS = Array.from({ length: 7 }, (_, at) => `k${at}`)

/**
 * The history of a seed; undefined for one whose wall clocks are wild: there two formations may have one
 * number. A world whose cores throw ends there.
 */
export function simulatedHistory(seed: number, faultsMs: number): SimulatedHistory | undefined {
  const plan = drawPlan(seed, { faultsMs })
  if (plan.areClocksWild) return undefined
  // No checker of the simulator has this name, so none stops the world.
  const world = new World(plan, { only: 'none' })
  const recorder = new Recorder()
  const { checkers } = world
  const stepped = checkers.stepped.bind(checkers)
  checkers.stepped = (what) => {
    recorder.stepped(what)
    stepped(what)
  }
  const faults = new Faults(world, new Chance(plan.seed, 4, plan.luck))
  readNow(world, recorder, new Chance(plan.seed, 99))
  try {
    world.runUntil(faultsMs)
    faults.calm()
    world.runUntil(faultsMs + CALM_MS)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
  }
  const { lines } = recorder
  return { lines, operations: operationsOf(lines) }
}

function readNow(world: World, recorder: Recorder, chance: Chance): void {
  const living = [...world.processes.values()]
  const reader = living[chance.below(living.length)]
  if (reader) recorder.reads(reader, KEYS, world.nowMs)
  world.after(READ_MS * chance.between(0.1, 1.9), () => readNow(world, recorder, chance))
}
