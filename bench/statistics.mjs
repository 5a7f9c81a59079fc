// The few statistics of the bench: quantiles, medians, and the median of paired ratios. Pure.

/**
 * The smallest sample that at least the fraction `q` of all samples does not exceed (nearest rank: always
 * a value that was measured). NaN for no samples.
 */
export function quantile(samples, q) {
  const sorted = Float64Array.from(samples).sort()
  const rank = Math.ceil(q * sorted.length)
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank - 1))] ?? Number.NaN
}

/** The middle sample, or the mean of the two in the middle. NaN for no samples. */
export function median(samples) {
  const sorted = Float64Array.from(samples).sort()
  const half = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/**
 * The median of `side / base` over runs that were made side by side, so that what slows the machine for
 * a while slows both of a pair.
 */
export function pairedRatio(runs, side = 'ours', base = 'raw') {
  return median(runs.map((run) => run[side] / run[base]))
}

/** `{ count, p50, p99, min, max }` of samples, each rounded. */
export function summary(samples, digits = 1) {
  const at = (q) => round(quantile(samples, q), digits)
  return { count: samples.length, p50: at(0.5), p99: at(0.99), min: at(0), max: at(1) }
}

/** A number with so many digits after the point. */
export function round(value, digits = 1) {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}
