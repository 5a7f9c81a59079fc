/** What the fleet did in the last five minutes, a second each, for the charts. Pure. */
import { pageLimits } from '../limits.js'
import { messagesOf } from './actor.js'
import type { Fleet } from './fleet.js'

/** Of all actors, at one moment. */
export interface Moment {
  /** Milliseconds since 1970, by the clock of the hub. */
  readonly at: number
  /** Null where no actor tells. */
  readonly messages: number | null
  /** The longest of all. */
  readonly lagMs: number | null
}

export function momentOf({ actors, aheadMs }: Fleet, nowMs: number): Moment {
  const there = [...actors.values()].filter(({ there }) => there !== false)
  const rates = there.map(messagesOf).filter((each) => each !== undefined)
  const lags = there.flatMap(({ counters }) => (counters ? [counters.lagMs] : []))
  return {
    at: nowMs + aheadMs,
    messages: rates.length > 0 ? rates.reduce((sum, each) => sum + each, 0) : null,
    lagMs: lags.length > 0 ? Math.max(...lags) : null,
  }
}

export function withMoment(moments: readonly Moment[], moment: Moment): readonly Moment[] {
  return [...moments, moment].slice(-pageLimits.keptSeconds)
}

/** The columns of a chart: seconds since 1970, then the values of each line. */
export type Columns = [number[], ...(number | null)[][]]

export function columnsOf<T extends { readonly at: number }>(
  samples: readonly T[],
  lines: readonly ((sample: T) => number | null)[],
): Columns {
  return [samples.map(({ at }) => at / 1000), ...lines.map((line) => samples.map(line))]
}
