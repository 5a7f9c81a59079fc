/**
 * Tests of one file that wait more than they work, and share nothing: they run side by side, and are told one
 * by one. What a test uses it makes and ends itself, for no hook is around it alone.
 */
import { skip } from '../skip.js'

type Body = () => Promise<void>

/** As `it()`; `whyNot` tells why it is to be skipped. */
type Test = (title: string, body: Body, whyNot?: () => string | undefined) => void

/**
 * `const test = sideBySide(4)` in a suite, then `test('…', async () => { … })`. The first test begins all of
 * them, in their order, so many at a time. Each has its time-out for itself: it has begun when it is told of,
 * for those before it have ended, or used up theirs.
 */
export function sideBySide(atOnce: number): Test {
  const waiting: Body[] = []
  let hasBegun = false
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next()
  }
  const begin = (): void => {
    if (hasBegun) return
    hasBegun = true
    for (let worker = 0; worker < atOnce; worker++) void work()
  }
  return (title, body, whyNot) => {
    const ended = new Promise<void>((resolve, reject) => {
      waiting.push(async () => {
        if (whyNot?.() === undefined) await body().then(resolve, reject)
      })
    })
    // Its own test, which tells of it, may be yet to come.
    ended.catch(() => undefined)
    it(title, function () {
      const why = whyNot?.()
      if (why !== undefined) skip(this, why)
      begin()
      return ended
    })
  }
}
