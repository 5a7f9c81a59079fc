/**
 * What must hold whatever happens: nobody acts while another does, and who acts later does so by a higher
 * token. Of a lease it is known from when to when it surely was one: what is found here is certain.
 */
import { compareTokens, type Token, tokenText } from './token.js'

/** A host was allowed to act at both moments, and between them. Milliseconds of one clock. */
export interface Lease extends Token {
  readonly host: number
  readonly sinceMs: number
  readonly untilMs: number
}

/** Pairs that acted at one time. @param errorMs of the clocks by which their times were told */
export function overlaps(leases: readonly Lease[], errorMs = 0): readonly string[] {
  return pairs(leases).flatMap(([a, b]) => {
    const sharedMs = Math.min(a.untilMs, b.untilMs) - Math.max(a.sinceMs, b.sinceMs) - 2 * errorMs
    if (a.host === b.host || sharedMs <= 0) return []
    return [`${named(a)} and ${named(b)} acted at one time, for ${sharedMs.toFixed(1)} ms`]
  })
}

/** Pairs of which the later acted by an older token, or by that of another. */
export function tokensBack(leases: readonly Lease[], errorMs = 0): readonly string[] {
  return pairs(leases).flatMap(([a, b]) => {
    if (compareTokens(a, b) === 0)
      return a.host === b.host ? [] : [`${named(a)} and ${named(b)} share a token`]
    const [older, newer] = compareTokens(a, b) < 0 ? [a, b] : [b, a]
    // Both may have begun before anybody looked.
    if (older.untilMs <= newer.sinceMs + 2 * errorMs) return []
    return [`${named(older)} acted after ${named(newer)}`]
  })
}

function pairs<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((one, n) => all.slice(n + 1).map((other): [T, T] => [one, other]))
}

function named(lease: Lease): string {
  return `host ${lease.host} (${tokenText(lease)})`
}
