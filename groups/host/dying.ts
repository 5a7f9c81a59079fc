/** Looking at what gave a sign of death: the end of a process takes time after its first sign. */
import { setTimeout as pause } from 'node:timers/promises'
import { hostLimits } from './limits.js'
import { hostNowMs } from './monotonic.js'

/**
 * Looks at once, and again in short steps until it is settled; after `hostLimits.dyingMs` gives what was seen
 * last. Rejects when the signal aborts.
 */
export async function lookWhileDying<T>(
  look: () => T | Promise<T>,
  isSettled: (seen: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  const untilMs = hostNowMs() + hostLimits.dyingMs
  let stepMs: number = hostLimits.dyingLookMs
  for (;;) {
    signal.throwIfAborted()
    const seen = await look()
    if (isSettled(seen) || hostNowMs() >= untilMs) return seen
    // Asking without a pause would take the core from the threads that are about to end.
    await pause(stepMs, undefined, { signal })
    stepMs = Math.min(stepMs * 2, hostLimits.dyingLookMaxMs)
  }
}
