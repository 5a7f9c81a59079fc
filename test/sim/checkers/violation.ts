/** Something that must never be. */
import type { Ballot } from '../../../groups/ballot.js'

export class Violation extends Error {
  /** Which checker found it. */
  readonly checker: string

  constructor(checker: string, message: string) {
    super(`${checker}: ${message}`)
    this.checker = checker
  }
}

export function named({ epoch, term }: Ballot): string {
  return `(${epoch}, ${term})`
}
