/**
 * The clock that the leases and words of groups are counted on. It is one clock for all threads of a process
 * and all processes of a host, until the host boots again:
 *
 *     Linux       CLOCK_MONOTONIC: never set, but its rate follows the wall clock's where a time service
 *                 adjusts it. It stands still while the machine is suspended, by which suspension.ts sees it.
 *                 Processes of another time namespace are off by what that was given; threads never are.
 *     elsewhere   macOS and Windows have clocks that run on while suspended: a lease runs out meanwhile
 *
 * `process.hrtime` is that clock, with nothing added. `performance.now()` counts from a start of its own, and
 * `performance.timeOrigin` is a time of the wall clock, which is set: their sum is no such clock.
 */
import type { Moment } from '../core.js'

/** Milliseconds of the host's monotonic clock, in steps of less than 1 µs. Costs some 50 ns. */
export function hostNowMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

/** Both clocks, as `GroupCore.step()` wants them. */
export function hostMoment(): Moment {
  return { monoMs: hostNowMs(), wallUs: Date.now() * 1e3 }
}
