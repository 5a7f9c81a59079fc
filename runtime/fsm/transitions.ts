/**
 * The pure part of a state machine: which transition an event takes, and in which order its actions run.
 *
 *     choose    the transitions of the state, in their order: the first whose guard holds
 *     inOrder   exit of the state · the transition's own action · the state changes · entry of the next
 *
 * A transition without `to` is internal: its action runs, the state is not left. One whose `to` is the
 * state itself leaves it and enters it again. One without a guard that stands last is taken where no other
 * may be: it is the "otherwise" of those before it.
 */
import { isThenable } from '../../ports/index.js'

/** What an event does in a state. `Event`: what handlers of the port get, a message and who sent it. */
export interface Transition<State extends string, Event extends readonly unknown[]> {
  /** Whether it may be taken; always, unless told. It must change nothing. */
  readonly guard?: (...event: Event) => boolean
  /** The state afterwards; without it the state is not left. */
  readonly to?: State
  /** What it does, between the exit of the state and the entry of the next. */
  readonly do?: (...event: Event) => unknown
}

/** What one event does, by state: a transition, or several of which the first with a true guard is taken. */
export type Transitions<State extends string, Event extends readonly unknown[]> = {
  readonly [S in State]?: Transition<State, Event> | readonly Transition<State, Event>[]
}

/** What is done when a state is entered and left. */
export interface StateActions {
  /** Runs when the state has been entered; where it throws, the machine is in the state all the same. */
  readonly entry?: () => unknown
  /** Runs before the state is left; where it throws, it is not. */
  readonly exit?: () => unknown
}

/** The actions of states. */
export type StateTable<State extends string> = { readonly [S in State]?: StateActions }

/** Which transition an event takes, if any. */
export type Choice<State extends string, Event extends readonly unknown[]> =
  | { readonly kind: 'taken'; readonly transition: Transition<State, Event>; readonly others: number }
  /** The state has no transition for this event. */
  | { readonly kind: 'unhandled' }
  /** It has some, and no guard holds. */
  | { readonly kind: 'refused' }

/**
 * The transition that an event takes in a state; `others` counts those whose guard holds as well. Every guard
 * is asked, and one that throws lets the event take none.
 */
export function choose<State extends string, Event extends readonly unknown[]>(
  transitions: Transitions<State, Event>,
  state: State,
  event: Event,
): Choice<State, Event> {
  const candidates = listOf<Transition<State, Event>>(own(transitions, state))
  if (candidates.length === 0) return { kind: 'unhandled' }
  const open = candidates.filter(({ guard }) => !guard || guard(...event))
  const [transition, ...others] = open
  if (!transition) return { kind: 'refused' }
  const last = candidates.at(-1)
  const rivals = others.filter((other) => !transition.guard || other.guard || other !== last)
  return { kind: 'taken', transition, others: rivals.length }
}

/** What a table holds for a state, whose name may be one of a member that every object has. */
export function own<State extends string, Held>(
  table: { readonly [S in State]?: Held },
  state: State,
): Held | undefined {
  return Object.hasOwn(table, state) ? table[state] : undefined
}

export function listOf<T extends object>(found: T | readonly T[] | undefined): readonly T[] {
  if (found === undefined) return []
  return isList(found) ? found : [found]
}

function isList<T extends object>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

/** Runs steps one after another, each when the one before has settled; in one go where none is a promise. */
export function inOrder(steps: readonly (() => unknown)[], from = 0): unknown {
  for (let i = from; i < steps.length; i++) {
    const result = steps[i]?.()
    if (isThenable(result)) return Promise.resolve(result).then(() => inOrder(steps, i + 1))
  }
  return undefined
}
