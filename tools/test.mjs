// Runs all tests, in four mochas at once: those that share the multicast of the host, one file after another,
// because actors of one test must not be found by another; those that only compute; those that wait more
// than they compute; and all others, whose output is printed live, and that of the rest after it. At the end
// stand what failed, and the sum.

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'

/** Tests whose actors find each other over mDNS on this host, or look at all there are. */
const COMMANDS = 'doctor|json|life|ps|record'
const INTEGRATION = `discovery|runtime|cli.(${COMMANDS})`
const SHARING = new RegExp(`^test.(apps|compliance|faults.processes|package|integration.(${INTEGRATION}))\\b`)
/** Those of them that make networks of their own. */
const APART = /.(doctor-networks|lan)\.test\.ts$/

/** Tests that only compute: nobody waits for them, and they hardly wait. */
const COMPUTING = /^test.(fuzz|linearizability|sim|unit)\b/

/** Tests that wait for processes and threads of theirs; and the models, whose verifiers are less urgent. */
const WAITING = /^test.(faults|integration.(groups|ports|rollout|rows)|lab|model)\b/

function kind(file) {
  if (SHARING.test(file) && !APART.test(file)) return 'sharing'
  if (COMPUTING.test(file)) return 'computing'
  return WAITING.test(file) ? 'waiting' : 'other'
}

/** As of nice(1). */
const LESS_URGENT = 5

/** Who is less urgent gets little of a slow machine while the others are at it: seconds say nothing. */
const PATIENT = ['--timeout', '120000', '--require', './test/support/patience.ts']

/** How long all tests of a mocha may take, many times what they take, and its end after the last. */
const MOST_MS = 45 * 60_000
const LEFT_OPEN_MS = 30_000

const COUNTS = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m
const FAILURES = /^ +\d+ failing$.*(?=^\d+ passed, )/ms

/** Simulates in several threads: last, when others have ended. */
const LAST = /^test.sim\b/

const files = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .sort((one, other) => LAST.test(one) - LAST.test(other) || (one < other ? -1 : 1))
const mochas = ['other', 'waiting', 'sharing', 'computing'].map((each) =>
  mocha(
    files.filter((file) => kind(file) === each),
    each === 'computing' ? PATIENT : [],
  ),
)
// The others measure times.
setPriority(mochas[3].pid, LESS_URGENT)
for (const each of mochas) {
  each.release()
  await each.ended
}
for (const each of mochas) process.stdout.write(each.failures())
const [passed, failed, skipped] = [1, 2, 3].map((part) =>
  mochas.reduce((sum, { counted }) => sum + (counted()[part] ?? 0), 0),
)
process.stdout.write(`\nall together:\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = mochas.some(({ code }) => code() !== 0) ? 1 : 0

/**
 * A mocha over these files. Its output is kept, and printed from `release()` on. One that does not end by
 * itself, because a test left something open or loops for ever, is ended: it has failed.
 */
function mocha(files, flags) {
  const args = [
    'node_modules/mocha/bin/mocha.js',
    ...flags,
    ...files,
    ...(process.stdout.isTTY ? ['--color'] : []),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let kept = ''
  let isLive = false
  const print = (text) => {
    kept += text
    if (isLive) process.stdout.write(text)
  }
  const end = (why) => {
    print(`\nthis mocha was ended: ${why}\n`)
    child.kill('SIGKILL')
  }
  const patience = setTimeout(end, MOST_MS, `it ran for ${MOST_MS / 60_000} minutes`)
  let afterwards
  child.stdout.setEncoding('utf8').on('data', (text) => {
    print(text)
    if (COUNTS.test(kept)) {
      afterwards ??= setTimeout(end, LEFT_OPEN_MS, 'its tests were through, but something was left open')
    }
  })
  const ended = new Promise((resolve) => child.once('close', resolve)).finally(() => {
    clearTimeout(patience)
    clearTimeout(afterwards)
  })
  return {
    pid: child.pid,
    ended,
    code: () => child.exitCode,
    counted: () => [...(COUNTS.exec(kept) ?? [])].map((part) => Number(part ?? 0)),
    failures: () => FAILURES.exec(kept)?.[0] ?? '',
    release: () => {
      process.stdout.write(kept)
      isLive = true
    },
  }
}
