/**
 * Rings at a moment of the host's monotonic clock, to a fraction of a millisecond: a timer up to shortly
 * before it, then the thread sleeps, and at last it looks at nothing but the clock. It sleeps rather than
 * turns, for where more processes than cores wait for the same moment, those that turn are held up when it
 * comes.
 */
import { hostNowMs } from '../../groups/index.js'
import { runtimeLimits } from '../limits.js'

/** Calls at the moment, or soon where it has passed. Gives what takes it back. */
export type SetAlarm = (atMs: number, ring: () => void) => () => void

/** The longest delay that Node's timers know. */
const LONGEST_DELAY_MS = 2 ** 31 - 1
/** Timers are of whole milliseconds, and fire up to one late. */
const TIMER_STEP_MS = 1

/** Nobody ever wakes who sleeps here. */
const asleep = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** By the host's monotonic clock. */
export const alarmAt: SetAlarm = (atMs, ring) => {
  const { alarmSleepMs, alarmSpinMs } = runtimeLimits
  let timer: NodeJS.Timeout | undefined
  const approach = (): void => {
    const leftMs = atMs - hostNowMs()
    if (leftMs > alarmSleepMs) {
      const delayMs = Math.max(TIMER_STEP_MS, Math.floor(leftMs - alarmSleepMs))
      timer = setTimeout(approach, Math.min(delayMs, LONGEST_DELAY_MS))
      return
    }
    if (leftMs > alarmSpinMs) Atomics.wait(asleep, 0, 0, leftMs - alarmSpinMs)
    while (hostNowMs() < atMs);
    ring()
  }
  timer = setTimeout(approach, 0)
  return () => clearTimeout(timer)
}
