/** How much an actor does, from two counts of it. Pure. */
import type { CountersPicture, PortPicture } from '../../fleet/models.js'

/** A second of it. */
export interface Pace {
  readonly sent: number
  readonly received: number
  /** Messages of its groups, both ways. */
  readonly grouped: number
}

/**
 * Undefined where there are no two counts, or the second is of another process.
 * @param ports what timers count are ticks, and no messages.
 */
export function paceBetween(
  before: CountersPicture | undefined,
  after: CountersPicture,
  ports: readonly PortPicture[] = [],
): Pace | undefined {
  const seconds = (after.at - (before?.at ?? after.at)) / 1000
  if (!before || seconds <= 0) return undefined
  const timers = new Set(
    ports.filter(({ kind }) => kind === 'tim').map(({ component, name }) => `${component}.${name}`),
  )
  const grew = (part: 'ports' | 'groups', names: readonly string[]): number => {
    return names.reduce((sum, name) => {
      return sum + totalOf(after[part], name, timers) - totalOf(before[part], name, timers)
    }, 0)
  }
  const pace = {
    sent: grew('ports', ['sent']) / seconds,
    received: grew('ports', ['received']) / seconds,
    grouped: grew('groups', ['sent', 'received']) / seconds,
  }
  return Object.values(pace).some((each) => each < 0) ? undefined : pace
}

type Counters = Readonly<Record<string, Readonly<Record<string, number>>>>

function totalOf(counters: Counters, name: string, without: ReadonlySet<string>): number {
  return Object.entries(counters).reduce(
    (sum, [of, each]) => (without.has(of) ? sum : sum + (each[name] ?? 0)),
    0,
  )
}
