/**
 * Tests that a machine with root can always run once CI has installed what they need: there, what is missing
 * is a failure. Elsewhere they are skipped, with the reason.
 */
import type { Context } from 'mocha'
import { skip } from '../skip.js'

/** Call it in a `before` hook. @param missing why the tests can't run here. @throws Error in CI as root. */
export function needed(context: Context, missing: string | undefined): void {
  if (missing === undefined) return
  const isCi = process.env.CI === 'true' && process.getuid?.() === 0
  if (isCi) throw new Error(`no test is to be skipped in CI as root: ${missing}`)
  skip(context, missing)
}
