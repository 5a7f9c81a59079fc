// Types of columns.mjs, for its tests: the bench itself runs as plain JavaScript.

/** What differs from column to column. */
export interface Places<P> {
  readonly processes: P
  readonly locked: P
}

export interface Columns<T> {
  readonly plain: T
  readonly keys: T
}

export function roundOf<P, T>(
  places: Places<P>,
  index: number,
  run: (processes: P, program: string) => Promise<T>,
): Promise<{ raw: T; ours: T; keys: T }>

export function inTurns<P, T>(
  places: Places<P>,
  trials: Columns<number>,
  blocks: number,
  block: (processes: P, count: number, samples: T[]) => Promise<void>,
): Promise<Columns<T[]>>

export function inColumns<T, R extends object>(
  samples: Columns<T>,
  resultOf: (samples: T) => R,
): R & { keys: R }
