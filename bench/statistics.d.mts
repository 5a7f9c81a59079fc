// Types of statistics.mjs, for its tests: the bench itself runs as plain JavaScript.

export interface Summary {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly min: number
  readonly max: number
}

export function quantile(samples: readonly number[], q: number): number
export function median(samples: readonly number[]): number
export function pairedRatio(
  runs: readonly Readonly<Record<string, number>>[],
  side?: string,
  base?: string,
): number
export function summary(samples: readonly number[], digits?: number): Summary
export function round(value: number, digits?: number): number
