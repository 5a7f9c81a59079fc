/** Drawn marks, for eyes only: what they mean stands beside them, or is said. */
import type { ActorState } from '../model/actor.js'

/** On a field of 16 by 16. */
const PATHS = {
  mark: 'M8 1a3 3 0 1 1 0 6 3 3 0 0 1 0-6M3 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6m10 0a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
  live: 'M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8',
  gone: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3m0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6',
  system: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 1.5v9a4.5 4.5 0 0 0 0-9',
  light: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M7 1h2v2H7zm0 12h2v2H7zM1 7h2v2H1zm12 0h2v2h-2z',
  dark: 'M6 2a6.2 6.2 0 1 0 8 8A5.5 5.5 0 0 1 6 2',
  star: 'm8 1.8 1.8 4 4.4.5-3.3 2.9 1 4.3L8 11.3l-3.9 2.2 1-4.3-3.3-2.9 4.4-.5z',
  close: 'm3.5 4.5 1-1L8 7l3.5-3.5 1 1L9 8l3.5 3.5-1 1L8 9l-3.5 3.5-1-1L7 8z',
  plus: 'M7.2 3h1.6v4.2H13v1.6H8.8V13H7.2V8.8H3V7.2h4.2z',
} as const

export function Icon({ name }: { readonly name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill-rule="evenodd" />
    </svg>
  )
}

/** Each state has a shape of its own. */
const SHAPES: Readonly<Record<ActorState, string>> = {
  active: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11',
  starting: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11m0 1.8v7.4a3.7 3.7 0 0 1 0-7.4',
  stopping: 'M2.5 5h11L8 13.5z',
  waiting: 'M4 2.5h8L9 8l3 5.5H4L7 8z',
  ended: 'M3 3h10v10H3zm2 2v6h6V5z',
  failed: 'm3 5 2-2 3 3 3-3 2 2-3 3 3 3-2 2-3-3-3 3-2-2 3-3z',
  away: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11m0 1.8a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4',
}

export function StateMark({ state }: { readonly state: ActorState }) {
  return (
    <svg class={`state-mark is-${state}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[state]} fill-rule="evenodd" />
    </svg>
  )
}

/** Its shape and its word. */
export function StateWord({ state }: { readonly state: ActorState }) {
  return (
    <span class={`state-word is-${state}`}>
      <StateMark state={state} /> {state}
    </span>
  )
}
