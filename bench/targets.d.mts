// Types of targets.mjs, for its tests: the bench itself runs as plain JavaScript.

export interface Verdict {
  readonly what: string
  readonly measured: number
  readonly target: string
  readonly unit: string
  readonly met: boolean
}

export function verdicts(
  results: Readonly<Record<string, { readonly figures: Readonly<Record<string, number>> }>>,
): Verdict[]
