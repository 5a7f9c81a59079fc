/** Looks for a planted bug: the first seed that finds it, and the smallest story of it. */
import { simulationWith } from './compile.js'
import type { PlantedBug } from './planted.js'
import { Shrinker } from './shrink.js'
import type { Story } from './story.js'
import type { SwarmOptions } from './swarm.js'

export interface HuntOptions {
  /** The first seed that is tried, without it 1, and the last. */
  readonly from?: number
  readonly to: number
  /** Milliseconds with faults, of each seed. */
  readonly faultsMs: number
  /** The one checker that looks. */
  readonly only?: string | undefined
}

/** How a bug was found. */
export interface Catch {
  readonly seed: number
  readonly story: Story
  /** Runs a plan with the bug, telling what happens. */
  retell(tell: (line: string) => void): void
  /** The smallest story of the same violation. */
  shrunk(): Catch
}

/** Undefined where no seed finds it. @throws PatchError where its patch does not apply. */
export async function hunt(bug: PlantedBug, options: HuntOptions): Promise<Catch | undefined> {
  const simulation = await simulationWith(bug.name, bug.patch)
  const { only, from = 1, to } = options
  const swarm = swarmOf(bug, options)
  for (let seed = from; seed <= to; seed++) {
    const story = simulation.story(seed, { ...swarm, only })
    if (story.violation) return caught(story)
  }
  return undefined

  function caught(story: Story): Catch {
    const run = (tell?: (line: string) => void): Story => simulation.runPlan(story.plan, { only, tell })
    return {
      seed: story.plan.seed,
      story,
      retell: run,
      shrunk: () => caught(new Shrinker((plan) => simulation.runPlan(plan, { only }), story).shrunk()),
    }
  }
}

export function swarmOf({ quorum }: PlantedBug, { faultsMs }: HuntOptions): SwarmOptions {
  return { quorum, faultsMs }
}
