// Types of targets.mjs, for its tests: the bench itself runs as plain JavaScript.

export interface Judged {
  readonly measured: number
  readonly met: boolean
}

export interface Verdict {
  readonly what: string
  readonly target: string
  readonly unit: string
  /** Without keys. */
  readonly plain?: Judged
  readonly keys?: Judged
}

export type Figures = Readonly<Record<string, number>>

export interface Result {
  /** None where all is measured with keys. */
  readonly figures?: Figures
  readonly keys?: { readonly figures: Figures }
}

export function verdicts(results: Readonly<Record<string, Result>>): Verdict[]
