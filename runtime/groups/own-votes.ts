/**
 * Votes that a component asks for within a handler, and needs its own vote for: as long as that handler runs,
 * its hook for votes cannot.
 */
import type { Poll } from '../../groups/index.js'

export class OwnVotes {
  /** How many are under way that were asked for in a turn, by its number. */
  readonly #askedIn = new Map<number, number>()

  /** @param turn that runs now, if any. Gives what is to be called when the vote has ended. */
  asked(turn: number | undefined): () => void {
    if (turn === undefined) return () => undefined
    const change = (by: number): void => {
      const count = (this.#askedIn.get(turn) ?? 0) + by
      if (count > 0) this.#askedIn.set(turn, count)
      else this.#askedIn.delete(turn)
    }
    change(1)
    return () => change(-1)
  }

  /** Whether a poll of its own needs its vote, and was asked for in the turn that runs now, most likely. */
  isAwaited({ decidedBy, electorate }: Poll, turn: number | undefined): boolean {
    if (turn === undefined || !this.#askedIn.has(turn)) return false
    return decidedBy === 'consensus' || 2 * (electorate.length - 1) <= electorate.length
  }
}
