/** Milliseconds by which the two clocks may differ: one has no parts of a millisecond. */
const SAME_MS = 2

let originMs = performance.timeOrigin

/**
 * Milliseconds since 1970, with parts of one, of a time of performance.now(); now unless told. It follows the
 * clock of the host, also where that is set while the process lives, as on a board that starts without
 * knowing the time.
 */
export function wallTime(atMs?: number): number {
  const nowMs = performance.now()
  const wall = Date.now()
  if (Math.abs(originMs + nowMs - wall) > SAME_MS) originMs = wall - nowMs
  return originMs + (atMs ?? nowMs)
}
