/**
 * A rollout, as the agent that leads it knows it: pure, for the driver is `leader.ts`. Its state is kept
 * before anything is done, so that whoever is killed goes on where it was; all that it asks for may be asked
 * again.
 *
 *   forward ── all done ──▶ new ─┐
 *      │ a step failed           ├─ all agents told ──▶ over
 *      ▼                         │
 *     back ─── all undone ─▶ old ┘
 *
 * From `new` on there is no way back, from `back` on none forward.
 */
import { z } from 'zod'
import { rolloutLimits } from './limits.js'

export const PHASES = ['forward', 'back', 'new', 'old', 'over'] as const

const step = z.object({
  kind: z.enum(['start', 'switch', 'stop']),
  node: z.string(),
  id: z.string(),
  groups: z.array(z.string()).readonly(),
})

export const rolloutState = z.object({
  phase: z.enum(PHASES),
  steps: z.array(step),
  /** Of steps by their numbers: those that were begun and not ended, and those that are done. */
  doing: z.array(z.int()),
  done: z.array(z.int()),
  /** Agents that have not been told how it ended. */
  untold: z.array(z.string()),
  /** How it ends, or will; '' while that is open. */
  outcome: z.enum(['', 'new', 'old']),
  /** Of what failed; '' where nothing did. */
  why: z.string(),
})

export type RolloutState = z.infer<typeof rolloutState>
type Step = RolloutState['steps'][number]

export type RolloutInput =
  /** These are begun. */
  | { readonly kind: 'begun'; readonly steps: readonly number[] }
  /** An actor is what it is to be in this version. */
  | { readonly kind: 'done'; readonly step: number; readonly to: 'new' | 'old' }
  /** It is taken back; what failed, or who wants that. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'told'; readonly node: string }

/** What is to be done next. */
export type Due =
  /** One of these, or all where there is no `pick`: bring them to the version. */
  | {
      readonly kind: 'bring'
      readonly to: 'new' | 'old'
      readonly steps: readonly number[]
      readonly isOneByOne: boolean
    }
  | { readonly kind: 'tell'; readonly nodes: readonly string[]; readonly outcome: 'new' | 'old' }
  | { readonly kind: 'nothing' }

export function begun(steps: readonly Step[], nodes: readonly string[]): RolloutState {
  const state: RolloutState = {
    ...{ phase: 'forward', steps: [...steps], doing: [], done: [], untold: [...nodes], outcome: '', why: '' },
  }
  return settled(state)
}

/** Any input at any time: one that comes late changes nothing. */
export function next(state: RolloutState, input: RolloutInput): RolloutState {
  switch (input.kind) {
    case 'begun':
      return { ...state, doing: [...new Set([...state.doing, ...input.steps])] }
    case 'done':
      return settled(stepDone(state, input.step, input.to))
    case 'failed':
      return state.phase === 'forward' ? settled({ ...state, phase: 'back', why: input.why }) : state
    case 'told':
      return settled({ ...state, untold: state.untold.filter((each) => each !== input.node) })
  }
}

/** A step forward is done; or one of those, done or begun, is undone. */
function stepDone(state: RolloutState, step: number, to: 'new' | 'old'): RolloutState {
  const doing = state.doing.filter((each) => each !== step)
  if (state.phase === 'forward' && to === 'new')
    return { ...state, doing, done: [...new Set([...state.done, step])] }
  // One that came forward while others failed is still to be undone.
  if (state.phase !== 'back' || to === 'new') return state
  return { ...state, doing, done: state.done.filter((each) => each !== step) }
}

function settled(state: RolloutState): RolloutState {
  const { phase, steps, done, doing, untold } = state
  if (phase === 'forward' && done.length === steps.length)
    return settled({ ...state, phase: 'new', outcome: 'new' })
  if (phase === 'back' && done.length + doing.length === 0)
    return settled({ ...state, phase: 'old', outcome: 'old' })
  if ((phase === 'new' || phase === 'old') && untold.length === 0) return { ...state, phase: 'over' }
  return state
}

/** What is to be done, given what was begun: those steps come first. */
export function due(state: RolloutState): Due {
  const { phase, steps, done, doing, untold, outcome } = state
  if (phase === 'over') return { kind: 'nothing' }
  if (outcome !== '') return { kind: 'tell', nodes: untold, outcome }
  const isForward = phase === 'forward'
  const to = isForward ? 'new' : 'old'
  if (isForward && doing.length > 0) return { kind: 'bring', to, steps: doing, isOneByOne: false }
  // What was begun last is taken back first.
  const open = isForward
    ? steps.flatMap((_, at) => (done.includes(at) ? [] : [at]))
    : [...new Set([...doing, ...done])].sort((one, other) => rank(steps, other) - rank(steps, one))
  const [first = 0] = open
  const kind = steps[first]?.kind
  const alike = open.filter((at) => steps[at]?.kind === kind)
  // What takes a member away: one after another, the leader last.
  const takesAway = kind === 'switch' || kind === (isForward ? 'stop' : 'start')
  const isOneByOne = takesAway && alike.some((at) => (steps[at]?.groups.length ?? 0) > 0)
  return { kind: 'bring', to, steps: isOneByOne ? alike : alike.slice(0, rolloutLimits.atOnce), isOneByOne }
}

function rank(steps: readonly Step[], at: number): number {
  return ['start', 'switch', 'stop'].indexOf(steps[at]?.kind ?? 'start')
}
