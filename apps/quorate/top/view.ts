/** How the fleet is looked at: by what it is sorted, from which row on. Pure. */
import type { ActorRow, Fleet } from './fleet.js'

export interface View {
  /** Of `sortings`. */
  readonly sortedBy: number
  readonly isReversed: boolean
  /** How many rows are above the screen. */
  readonly hidden: number
}

export const firstView: View = { sortedBy: 0, isReversed: false, hidden: 0 }

type Sorting = (one: ActorRow, other: ActorRow) => number

const most =
  (of: (row: ActorRow) => number | null): Sorting =>
  (one, other) =>
    (of(other) ?? -1) - (of(one) ?? -1)

/** By the heading of the column; the order is that in which arrows go through them. */
export const sortings: readonly (readonly [heading: string, sorting: Sorting])[] = [
  ['cpu %', most(({ cpuPercent }) => cpuPercent)],
  ['memory', most(({ memoryBytes }) => memoryBytes)],
  ['restarts', most(({ restarts }) => restarts)],
  ['up', most(({ uptimeS }) => uptimeS)],
  ['actor', (one, other) => compared(one.actor, other.actor)],
  ['app', (one, other) => compared(one.app, other.app)],
  ['state', (one, other) => compared(one.state, other.state)],
]

/** Rows that are alike stay in an order that does not depend on chance. */
export function sorted(actors: readonly ActorRow[], { sortedBy, isReversed }: View): ActorRow[] {
  const [, sorting] = sortings[sortedBy] ?? []
  const sign = isReversed ? -1 : 1
  return [...actors].sort((one, other) => {
    const order = sign * (sorting?.(one, other) ?? 0)
    return order || compared(one.actor, other.actor) || compared(one.id, other.id)
  })
}

/** A key, as node:readline names it. */
export interface Key {
  readonly name?: string | undefined
  readonly ctrl?: boolean
}

/** What a key makes of the view; or that it ends. */
export function pressed(
  view: View,
  { name, ctrl = false }: Key,
  { actors }: Fleet,
): View | 'quit' | 'interrupt' {
  if (ctrl) return name === 'c' ? 'interrupt' : view
  const turned = (by: number): View => {
    const sortedBy = (view.sortedBy + by + sortings.length) % sortings.length
    return { ...view, sortedBy, isReversed: false, hidden: 0 }
  }
  const scrolled = (by: number): View => {
    return { ...view, hidden: Math.min(Math.max(0, view.hidden + by), Math.max(0, actors.length - 1)) }
  }
  switch (name) {
    case 'q':
      return 'quit'
    case 'left':
      return turned(-1)
    case 'right':
      return turned(1)
    case 'up':
      return scrolled(-1)
    case 'down':
      return scrolled(1)
    case 'r':
      return { ...view, isReversed: !view.isReversed }
    default:
      return view
  }
}

function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
