/**
 * Loaded by `npm test` for the tests that only compute, which are less urgent than all others: what a test
 * says that it takes is true of a machine that is its own, and here the others come first.
 */
import type { Context } from 'mocha'

const LEAST_MS = 120_000

export const mochaHooks = {
  beforeEach(this: Context) {
    const test = this.currentTest
    if (test !== undefined && test.timeout() < LEAST_MS) test.timeout(LEAST_MS)
  },
}
