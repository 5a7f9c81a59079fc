// What `npm start`, `npm test` and their like do first: bring a checkout from whatever state it is in
// to installed and compiled, do nothing where nothing is to do, and never disturb another that does
// the same at this moment.
//
//   node tools/setup.mjs [--packages-only] [script [argument …]]
//
// Then becomes the script, in this very process: a signal reaches it, its exit code is ours.
// Progress and failures go to stderr. Plain JavaScript without packages: it runs before the install.

import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildStep } from './build.mjs'
import { runQuietly } from './child.mjs'
import { withLock } from './lock.mjs'
import { packagesStep } from './packages.mjs'

const NODE_VERSION_MIN = [20, 19]
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }
const root = dirname(dirname(fileURLToPath(import.meta.url)))

class SetupFailure extends Error {
  constructor(message, { exitCode = 1, output = '' } = {}) {
    super(message)
    this.exitCode = exitCode
    this.output = output
  }
}

async function main(args) {
  const packagesOnly = args[0] === '--packages-only'
  const [script, ...rest] = packagesOnly ? args.slice(1) : args
  try {
    checkNodeVersion()
    await setUp(packagesOnly ? [packagesStep(root)] : [packagesStep(root), buildStep(root)])
    if (script !== undefined) checkScript(script)
  } catch (error) {
    fail(error)
    return
  }
  // Outside of the try: errors of the script are its own.
  if (script !== undefined) await become(resolve(root, script), rest)
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [majorMin, minorMin] = NODE_VERSION_MIN
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return
  const wanted = NODE_VERSION_MIN.join('.')
  throw new SetupFailure(`Node.js ${process.versions.node} is too old: install ${wanted} or newer`)
}

async function setUp(steps) {
  if (!steps.some((step) => step.isDue())) return
  const onWait = (pid) => tell(`quorate: waiting for the set-up that process ${pid} is doing …\n`)
  await withLock(join(root, '.setup-lock'), onWait, async (admit) => {
    // Asked again: whoever held the lock before may have done it all.
    for (const step of steps) if (step.isDue()) await perform(step, admit)
  })
}

async function perform(step, admit) {
  const startedAt = performance.now()
  tell(`quorate: ${step.name} …`)
  const command = step.command()
  const result = await runQuietly(command, admit).catch((error) => ({
    code: `\`${command.command}\` could not be run: ${error.message}`,
    output: '',
  }))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (result.code === 0) step.finish()
  tell(` ${seconds} s\n`)
  if (result.interrupted !== undefined) {
    throw new SetupFailure(`${step.name} was interrupted`, { exitCode: EXIT_CODES[result.interrupted] })
  }
  if (result.code === 0) return
  const where = result.output === '' ? '' : ': what it printed is above'
  throw new SetupFailure(`${step.name} failed (${result.code})${where}`, { output: result.output })
}

function checkScript(script) {
  if (!existsSync(resolve(root, script))) throw new SetupFailure(`there is no ${script} to run`)
}

async function become(script, args) {
  process.argv = [process.execPath, script, ...args]
  await import(pathToFileURL(script).href)
}

function fail(error) {
  if (error.output) tell(`${error.output.trimEnd()}\n`)
  tell(`quorate: ${error.message}\n`)
  process.exitCode = error.exitCode ?? 1
}

function tell(text) {
  process.stderr.write(text)
}

await main(process.argv.slice(2))
