/**
 * The vote of an observer that makes no difference. Polls count observers, so one that does not vote keeps
 * a consensus from ever being reached, and asks more of a majority. With n others a majority needs
 *
 *     without it   floor(n / 2) + 1 of n
 *     with it      floor((n + 1) / 2) + 1 of n + 1
 *
 * which for an odd n is one vote more, and for an even n the same number: so it says yes to an odd number of
 * others, and no to an even one. Then the others decide what they would have, as early as they would have.
 */
import type { PollKind } from '../../runtime/index.js'

/** @param voters how many are asked, it among them */
export function neutralVote(kind: PollKind, voters: number): 'yes' | 'no' {
  const others = voters - 1
  return kind === 'consensus' || others % 2 === 1 ? 'yes' : 'no'
}
