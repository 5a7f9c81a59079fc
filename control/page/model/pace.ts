/** How much an actor does, from two counts of it. Pure. */
import type { CountersPicture } from '../../fleet/models.js'

/** A second of it. */
export interface Pace {
  readonly sent: number
  readonly received: number
  /** Messages of its groups, both ways. */
  readonly grouped: number
}

/** Undefined where there are no two counts, or the second is of another process. */
export function paceBetween(before: CountersPicture | undefined, after: CountersPicture): Pace | undefined {
  const seconds = (after.at - (before?.at ?? after.at)) / 1000
  if (!before || seconds <= 0) return undefined
  const grew = (part: 'ports' | 'groups', names: readonly string[]): number => {
    return names.reduce((sum, name) => sum + totalOf(after[part], name) - totalOf(before[part], name), 0)
  }
  const pace = {
    sent: grew('ports', ['sent']) / seconds,
    received: grew('ports', ['received']) / seconds,
    grouped: grew('groups', ['sent', 'received', 'broadcast']) / seconds,
  }
  return Object.values(pace).some((each) => each < 0) ? undefined : pace
}

function totalOf(counters: Readonly<Record<string, Readonly<Record<string, number>>>>, name: string): number {
  return Object.values(counters).reduce((sum, each) => sum + (each[name] ?? 0), 0)
}
