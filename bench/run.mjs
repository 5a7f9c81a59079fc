// `npm run bench`: measures the public API of the packed package, each side in processes of its own, without
// keys and with them, against the raw baseline in the same minutes. Progress goes to stderr, the tables to
// stdout. A missed target fails nothing; a message that is lost or changed does, and a socket that is in
// clear where it should be locked.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLab } from './lab.mjs'
import { load, machineFacts, packageVersions, sourceState } from './machine.mjs'
import { agent } from './measures/agent.mjs'
import { ask } from './measures/ask.mjs'
import { bytes } from './measures/bytes.mjs'
import { commands } from './measures/commands.mjs'
import { peers } from './measures/communicator/peers.mjs'
import { schemes } from './measures/communicator/schemes.mjs'
import { crash } from './measures/crash.mjs'
import { crowd } from './measures/crowd.mjs'
import { deploy } from './measures/deploy.mjs'
import { action } from './measures/groups/action.mjs'
import { cutoff, failover, handover } from './measures/groups/failover.mjs'
import { forming } from './measures/groups/forming.mjs'
import { broadcast, polls, trip } from './measures/groups/talk.mjs'
import { thirty } from './measures/groups/thirty.mjs'
import { hub } from './measures/hub.mjs'
import { idle } from './measures/idle.mjs'
import { internal } from './measures/internal.mjs'
import { page } from './measures/page.mjs'
import { soak } from './measures/soak.mjs'
import { spawning } from './measures/spawning.mjs'
import { throughput } from './measures/throughput.mjs'
import { timer } from './measures/timer.mjs'
import { GROUPS, HELP, readOptions, UsageError } from './options.mjs'
import { Processes } from './processes.mjs'
import { report } from './report.mjs'
import { verdicts } from './targets.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const EVIDENCE = join('docs', 'evidence')
const GROUND = { throughput, internal, ask, bytes, spawn: spawning, crash, idle, timer, crowd, soak }
const OF_GROUPS = { forming, failover, handover, cutoff, broadcast, trip, polls, action, thirty }
const RUNS = { ...GROUND, ...OF_GROUPS, commands, hub, agent, deploy, page, schemes, peers }
const SIGNALS = { SIGINT: 130, SIGTERM: 143 }

function tell(text) {
  process.stderr.write(`bench: ${text}\n`)
}

async function main(options) {
  const profile = options.profile && resolve(options.profile)
  // Before anything is measured: what is told of the sources is what was packed.
  const source = options.tarball === undefined ? sourceState(root) : { commit: null, changed: null }
  const lab = await openLab(root, { ...options, tell })
  if (lab.noLimit) tell(lab.noLimit)
  const processes = new Processes(lab.folder, { profile })
  const clear = () => {
    processes.killAll()
    lab.remove()
  }
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      clear()
      process.exit(code)
    })
  }
  try {
    const facts = { at: new Date().toISOString(), ...source, machine: machineFacts(), loadBefore: load() }
    const versions = packageVersions(lab.folder)
    const results = await measureAll(options, source, {
      ...{ processes, locked: processes.withKeys(), lab },
      ...{ quick: options.quick, tell },
    })
    finish(options, { ...facts, versions, quick: options.quick, verdicts: verdicts(results), results })
  } finally {
    clear()
  }
}

async function measureAll(options, source, context) {
  const results = {}
  for (const name of options.only) {
    const measured = { at: new Date().toISOString(), ...source, loadBefore: load() }
    results[name] = { measured, ...(await RUNS[name](context)) }
  }
  return results
}

function finish(options, found) {
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : report(found))
  const isFit = !options.quick && !options.tarball && !options.profile
  const whole = Object.entries(GROUPS).filter(([, names]) =>
    options.amend
      ? names.some((name) => options.only.includes(name))
      : names.every((name) => options.only.includes(name)),
  )
  if (!isFit || whole.length === 0) {
    tell(`${EVIDENCE} is left as it is: only a complete run of this checkout is evidence`)
    return
  }
  mkdirSync(join(root, EVIDENCE), { recursive: true })
  for (const [group, names] of whole) {
    const file = join(EVIDENCE, `bench-${group}.json`)
    // What else is in it stays, with what it says of when it was measured.
    const before = options.amend ? JSON.parse(readFileSync(join(root, file), 'utf8')) : found
    const results = Object.fromEntries(
      names.map((name) => [name, found.results[name] ?? before.results[name]]),
    )
    const evidence = { ...before, verdicts: verdicts(results), results }
    writeFileSync(join(root, file), `${JSON.stringify(evidence, null, 1)}\n`)
    tell(`wrote ${file}`)
  }
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) process.stdout.write(HELP)
  else await main(options)
} catch (error) {
  tell(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof UsageError ? 2 : 1
}
