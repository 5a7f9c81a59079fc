/** The breaker between an inverter and the public grid. However often it is told of a move, it moves once. */
import type { Grid, Move } from './agreed.js'

export class Breaker {
  #last: Move | undefined

  /** Of its last move; 0 before the first. */
  get sequence(): number {
    return this.#last?.sequence ?? 0
  }

  get isOpen(): boolean {
    return this.#last?.to === 'islanded'
  }

  /** False where it has made this move, or a later one, already. */
  make(move: Move): boolean {
    if (move.sequence <= this.sequence) return false
    this.#last = move
    return true
  }

  /** Takes the place that the others are in; false where it is there already. */
  follow({ mode, sequence }: Grid): boolean {
    return sequence > 0 && this.make({ to: mode, sequence })
  }
}
