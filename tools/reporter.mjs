// Mocha's spec reporter, and after it what a reader of a log looks for: why each skipped test was
// skipped, and a last line `N passed, N failed` or `N passed, N failed, N skipped`.

import Mocha from 'mocha'

const { EVENT_RUN_END, EVENT_TEST_PENDING } = Mocha.Runner.constants

/** Default export, because that is how mocha takes a reporter. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const skipped = []
    runner.on(EVENT_TEST_PENDING, (test) => skipped.push(`${test.fullTitle()}: ${reasonFor(test)}`))
    // Registered after the spec reporter's own, so it comes after its summary.
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats
      if (skipped.length > 0) print(`skipped:\n${skipped.map((line) => `  ${line}\n`).join('')}`)
      const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
      print(`${passes} passed, ${failures} failed${tail}`)
    })
  }
}

/** What test/skip.ts left on the test, or on the suite whose hook was skipped. */
function reasonFor(test) {
  for (let place = test; place !== undefined; place = place.parent) {
    if (place.skipReason !== undefined) return place.skipReason
  }
  return 'no reason given'
}

function print(line) {
  Mocha.reporters.Base.consoleLog(line)
}
