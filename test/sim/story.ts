/** One seed, from its first process to a calm end: faults, then liveness. */
import { CLOCK_RATE_ERROR, type GroupTiming } from '../../groups/timing.js'
import { Violation } from './checkers.js'
import { Nemesis } from './nemesis.js'
import { World } from './world.js'

export interface StoryOptions {
  readonly seed: number
  readonly quorum: number
  readonly seats: number
  readonly timing: GroupTiming
  /** Milliseconds with faults. */
  readonly faultsMs: number
  readonly tell?: (line: string) => void
}

export interface Story {
  readonly violation: Violation | undefined
  readonly counts: ReadonlyMap<string, number>
}

/** Hosts' wall clocks differ by less than this together: below the word. */
const SKEW_MS = 60
/** Milliseconds after the faults within which all is well: grace, and some elections. */
const CALM_MS = 9000

export function story(options: StoryOptions): Story {
  const world = new World(options, (random) => ({
    rate: 1 + CLOCK_RATE_ERROR * (2 * random() - 1) * 0.99,
    wallOffsetMs: SKEW_MS * (2 * random() - 1),
  }))
  const nemesis = new Nemesis(world)
  try {
    world.runUntil(options.faultsMs)
    nemesis.calm()
    world.runUntil(options.faultsMs + CALM_MS)
    checkLiveness(world)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    world.tell(`VIOLATION ${error.message}`)
    return { violation: error, counts: world.counts }
  }
  return { violation: undefined, counts: world.counts }
}

function checkLiveness(world: World): void {
  const leader = world.acting
  if (!leader) throw new Violation('liveness', 'nobody leads after the calm')
  const members = leader.core.log.members
  const missing = world.alive.filter(({ id }) => !members.includes(id)).map(({ id }) => id)
  if (missing.length > 0)
    throw new Violation('liveness', `${missing.join()} are no members of ${members.join()}`)
}
