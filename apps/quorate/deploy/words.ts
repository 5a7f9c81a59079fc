/** What `quorate deploy` says. */
import type { RolloutTold } from '../../../control/rollout/index.js'
import { exitCodes } from '../failure.js'
import { complain, harmless, screenOf } from '../terminal.js'
import { jsonProgress, type Progress, ShownProgress } from './progress.js'
import type { Proposal } from './proposal.js'

const MARKS = { start: '+', switch: '~', stop: '-' } as const

/** What is to be done: a line for each actor, or one of JSON. */
export function planLines({ name, bundle, steps, after, agents }: Proposal, json: boolean): string[] {
  if (json) {
    const seats = Object.fromEntries(
      [...after].map(([node, { actors }]) => [
        node,
        actors.map(({ id, seats: its }) => ({ id, seats: its })),
      ]),
    )
    const plan = {
      v: 1,
      t: Date.now(),
      event: 'plan',
      deployment: name,
      bundle: bundle?.digest ?? null,
      steps,
      seats,
    }
    return [JSON.stringify(plan)]
  }
  if (steps.length === 0) return [`${name}: nothing to do, it is there as it is`]
  const lines = steps.map(({ kind, node, id }) => {
    const placed = after.get(node)?.actors.find((each) => each.id === id)
    const seats = placed?.seats ? `  seats ${placed.seats}` : ''
    return harmless(`  ${MARKS[kind]} ${id} on ${node}${seats}`)
  })
  return [`${name}, on ${agents.map((each) => each.name).join(', ')}:`, ...lines]
}

export function progressFor(json: boolean): Progress {
  const write = (text: string): void => void process.stdout.write(text)
  return json ? jsonProgress(write) : new ShownProgress(write, screenOf(process.stdout))
}

/** Of a rollout that was taken back: the exit code. */
export function complainOf({ why, phase, untold }: RolloutTold): number {
  complain(`${why}; it was taken back, and everything is as it was`)
  if (phase !== 'over' && untold.length > 0) {
    complain(`${untold.join(', ')} ${untold.length > 1 ? 'have' : 'has'} yet to hear of it`)
  }
  return exitCodes.failure
}
