/** Numbers of a lease that show by themselves whether they belong together. */
import type { PublishedLease } from '../../../../groups/host/index.js'

/** The n-th: all follow from its term, and change in most of their bits from one to the next. */
export function numbersOf(n: number): PublishedLease {
  return {
    leads: true,
    ballot: { epoch: n * 1_000_003_000_007, term: n },
    untilMs: Math.PI * n,
    at: { monoMs: Math.E * n, wallUs: Math.SQRT2 * n * 1e9 },
  }
}

export function belongTogether({ leads, ballot, untilMs, at }: PublishedLease): boolean {
  if (!leads) return ballot.term === 0 && ballot.epoch === 0 && untilMs === Number.NEGATIVE_INFINITY
  const whole = numbersOf(ballot.term)
  return (
    ballot.epoch === whole.ballot.epoch &&
    untilMs === whole.untilMs &&
    at.monoMs === whole.at.monoMs &&
    at.wallUs === whole.at.wallUs
  )
}
