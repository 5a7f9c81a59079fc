/**
 * What every driver of a communicator owes, as tests for any framework:
 *
 * ```ts
 * const checks = driverCompliance({ driver: () => new MyDriver(), url: () => 'my://127.0.0.1:0' })
 * for (const { name, run } of checks) it(name, run)
 * ```
 */
import { endChecks } from './driver-compliance/end-checks.js'
import { exchangeChecks } from './driver-compliance/exchange-checks.js'
import { listenChecks } from './driver-compliance/listen-checks.js'
import { type DriverUnderTest, Rig } from './driver-compliance/rig.js'
import { roomChecks } from './driver-compliance/room-checks.js'

export type { DriverUnderTest } from './driver-compliance/rig.js'

/** One test of a driver: the title of it, and how it goes. */
export interface ComplianceCheck {
  /** What a driver does, or ought to. */
  readonly name: string
  /** Within a minute or so, mostly in less than a second. @throws AssertionError where it does not. */
  run(): Promise<void>
}

/** The checks of a driver; each listens, connects and ends by itself. */
export function driverCompliance(underTest: DriverUnderTest): readonly ComplianceCheck[] {
  const checks = { ...exchangeChecks, ...roomChecks, ...endChecks, ...listenChecks }
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: () => conclude(check, new Rig(underTest)),
  }))
}

async function conclude(check: (rig: Rig) => Promise<void>, rig: Rig): Promise<void> {
  try {
    await check(rig)
  } catch (error) {
    // What it leaves behind follows from this.
    await rig.end().catch(() => undefined)
    throw error
  }
  await rig.end()
}
