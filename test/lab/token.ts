/** By what a leader acts: every leader of a group has a higher one. */
export interface Token {
  readonly epoch: number
  readonly term: number
}

/** Below 0 where the first is older, 0 where both are one, above where it is newer. */
export function compareTokens(a: Token, b: Token): number {
  return a.epoch - b.epoch || a.term - b.term
}

export function tokenText({ epoch, term }: Token): string {
  return `${epoch}.${term}`
}
