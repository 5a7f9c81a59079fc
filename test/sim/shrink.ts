/** Makes the plan of a violation small: leaves out what it does not need, until nothing more can go. */
import { CALM } from './network.js'
import type { Plan } from './plan.js'
import type { Story } from './story.js'

/** How often a smaller plan is tried with other luck, and how many runs a shrinking may take. */
const LUCKS = 4
const RUNS_MOST = 3000

export class Shrinker {
  readonly #run: (plan: Plan) => Story
  readonly #checker: string
  #best: Story
  #runs = 0

  /** @param run runs a plan, with the bug. @param found a story with a violation. */
  constructor(run: (plan: Plan) => Story, found: Story) {
    this.#run = run
    this.#checker = found.violation?.checker ?? ''
    this.#best = found
  }

  /** The smallest story that was found with the same violation. */
  shrunk(): Story {
    this.#try(endedAt(this.#best))
    for (let before = -1; before !== size(this.#best.plan) && this.#runs < RUNS_MOST; ) {
      before = size(this.#best.plan)
      this.#simplify()
      this.#leaveOut()
    }
    return this.#best
  }

  #try(plan: Plan): boolean {
    for (let luck = 0; luck < LUCKS && this.#runs < RUNS_MOST; luck++) {
      this.#runs++
      const tried = this.#run({ ...plan, luck: plan.luck + luck })
      if (tried.violation?.checker !== this.#checker) continue
      this.#best = tried
      return true
    }
    return false
  }

  /** Better weather, and true clocks. */
  #simplify(): void {
    const plan = (): Plan => this.#best.plan
    this.#try({ ...plan(), weather: CALM })
    for (const better of [{ loss: 0 }, { repeats: 0 }, { spikes: 0 }]) {
      this.#try({ ...plan(), weather: { ...plan().weather, ...better } })
    }
    const isTrue = plan().clocks.every(({ rate, wallOffsetMs }) => rate === 1 && wallOffsetMs === 0)
    if (isTrue) return
    this.#try({ ...plan(), clocks: plan().clocks.map(() => ({ rate: 1, wallOffsetMs: 0 })) })
  }

  /** Halves of the faults, then quarters, and so on down to one. */
  #leaveOut(): void {
    for (let part = Math.ceil(this.#best.plan.faults.length / 2); part >= 1; part = Math.floor(part / 2)) {
      for (let end = this.#best.plan.faults.length; end > 0; end -= part) {
        const { faults } = this.#best.plan
        const rest = faults.filter((_, at) => at < end - part || at >= end)
        if (rest.length < faults.length) this.#try({ ...this.#best.plan, faults: rest })
      }
      this.#try(endedAt(this.#best))
    }
  }
}

/** Nothing after its violation matters. */
function endedAt({ plan, endMs }: Story): Plan {
  return {
    ...plan,
    faults: plan.faults.filter(({ atMs }) => atMs <= endMs),
    faultsMs: Math.min(plan.faultsMs, endMs + 1),
  }
}

/** How many things happen to a group from outside: processes that start, faults, and what is asked of it. */
export function size({ faults, returning, observers }: Plan): number {
  return faults.length + returning.length + observers
}
