/**
 * Whether a machine stood still between two looks at its clocks. On Linux the monotonic one stands while the
 * machine is suspended, and the wall clock comes back late; a wall clock that is set looks the same, and a
 * group cannot know which it was.
 */
import type { Moment } from './effects.js'
import { groupLimits } from './limits.js'

/** True where the wall clock ran away from the monotonic one, in either direction. */
export function wasSuspended(from: Moment, to: Moment): boolean {
  const ranMs = to.monoMs - from.monoMs
  const offMs = Math.abs((to.wallUs - from.wallUs) / 1e3 - ranMs)
  return offMs > groupLimits.suspensionMs + groupLimits.suspensionPart * ranMs
}
