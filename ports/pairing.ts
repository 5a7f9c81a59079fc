/**
 * Pairs the members of two lists, each with at most one, as many as can be (Kuhn's augmenting paths). Greedy
 * pairing would not do: a member may fit several of the other list, and only the best pairing tells if all
 * find one.
 */

export interface Pairing {
  /** Places in the left list that found no partner. */
  readonly left: readonly number[]
  /** Places in the right list that found no partner. */
  readonly right: readonly number[]
}

/** The members left over by a largest pairing. `fits` is asked often about the same two: let it remember. */
export function pairOff(
  leftCount: number,
  rightCount: number,
  fits: (l: number, r: number) => boolean,
): Pairing {
  const holders: (number | undefined)[] = new Array(rightCount).fill(undefined)
  const place = (l: number, tried: Set<number>): boolean => {
    // The same place first: lists are mostly in the same order, and then each member is asked about one
    // other.
    for (let step = -1; step < rightCount; step++) {
      const r = step === -1 ? l : step
      if (r >= rightCount || tried.has(r) || !fits(l, r)) continue
      tried.add(r)
      const holder = holders[r]
      if (holder !== undefined && !place(holder, tried)) continue
      holders[r] = l
      return true
    }
    return false
  }
  const left = range(leftCount).filter((l) => !place(l, new Set()))
  return { left, right: range(rightCount).filter((r) => holders[r] === undefined) }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at)
}
