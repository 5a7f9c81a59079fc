/**
 * How a test is skipped: `skip(this, 'needs root')`, in the test or in a hook of its suite (then with
 * `function`, not an arrow). The reporter prints the reason. `it.skip` and `describe.skip` carry none
 * and are refused by the tidy test.
 */

import type { Context } from 'mocha'

/** Ends the running test as skipped, or, called in a hook, the tests that the hook is for. Never returns. */
export function skip(context: Context, reason: string): never {
  Object.assign(subjectOf(context), { skipReason: reason })
  return context.skip()
}

/** A `before` hook stands for its whole suite, a `beforeEach` hook for the test that comes next. */
function subjectOf(context: Context): object {
  const running = context.test
  if (running === undefined) throw new Error('skip() outside of a test or hook')
  const isHook = 'type' in running && running.type === 'hook'
  if (!isHook) return running
  // In a `before` hook, mocha's currentTest is the first of the tests that it is for.
  const one = running.title.startsWith('"before all"') ? running.parent : context.currentTest
  return one ?? running
}
