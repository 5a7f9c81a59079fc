/** `npm run sim -- …`: simulates groups, and says what it found. `--help` tells what can be said. */
import { campaign } from './campaign.js'
import { checkers } from './checkers/checkers.js'
import { writeCampaign, writePlanted } from './evidence.js'
import { hunt } from './hunt.js'
import { type Hunted, hunted } from './hunted.js'
import { type SimOptions, simOptions, USAGE } from './options.js'
import { plantedBugs } from './planted.js'
import { scripts } from './scripts/index.js'
import { story } from './story.js'
import { scriptNamed, transcript } from './transcript.js'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

// Whoever reads may have read enough.
process.stdout.on('error', () => process.exit())

const options = asked(process.argv.slice(2))
if (options) await run(options)

/** What was asked for; where it makes no sense, one line says why. */
function asked(args: readonly string[]): SimOptions | undefined {
  try {
    const options = simOptions(args)
    if (!options) print(USAGE)
    const planted = plantedBugs().map(({ name }) => name)
    const strange = options?.names.find((name) => !planted.includes(name))
    if (strange !== undefined)
      throw new Error(`no bug ${strange} is planted; there are ${planted.join(', ')}`)
    if (options?.script !== undefined) scriptNamed(options.script)
    return options
  } catch (error) {
    process.stderr.write(`sim: ${error instanceof Error ? error.message : error}; see --help\n`)
    process.exitCode = 2
    return undefined
  }
}

async function run(options: SimOptions): Promise<void> {
  if (options.list) for (const { name } of scripts) print(name)
  else if (options.script !== undefined) {
    if (!transcript(scriptNamed(options.script), options.trace, print)) process.exitCode = 1
  } else if (options.planted) await huntAll(options)
  else if (options.trace) traceAll(options)
  else await simulate(options)
}

function traceAll({ from, to, swarm, checker }: SimOptions): void {
  for (let seed = from; seed <= to; seed++) {
    const { violation } = story(seed, { ...swarm, only: checker, tell: print })
    if (violation) process.exitCode = 1
  }
}

async function simulate(options: SimOptions): Promise<void> {
  const beganAt = performance.now()
  const result = await campaign(options)
  const wallMs = performance.now() - beganAt
  const { seeds, findings, counts } = result
  for (const { seed, message } of findings.slice(0, 20)) print(`seed ${seed}: ${message.slice(0, 300)}`)
  for (const [what, times] of counts) print(`${String(Math.round(times)).padStart(12)} ${what}`)
  print(`${seeds} seeds, ${findings.length} violations, ${(wallMs / 1000).toFixed(1)} s`)
  if (options.evidence) print(`written: ${writeCampaign(options, result, wallMs)}`)
  if (findings.length > 0) process.exitCode = 1
}

/** A bug that neither a seed nor a script finds is a failure of the simulator. */
async function huntAll(options: SimOptions): Promise<void> {
  const { names, from, to, swarm, evidence, checker } = options
  const bugs = plantedBugs().filter(({ name }) => names.length === 0 || names.includes(name))
  const hunting = { from, to, faultsMs: swarm.faultsMs, only: checker }
  const all: Hunted[] = []
  // Each checker is to find something without the others.
  const alone = new Set(evidence ? [...Object.keys(checkers), 'liveness'] : [])
  for (const bug of bugs) {
    const each = await hunted(bug, { ...hunting, alone, tell: print })
    all.push(each)
    for (const [name, seed] of Object.entries(each.alone)) if (seed !== undefined) alone.delete(name)
  }
  const [bug] = bugs
  if (names.length === 1 && bug) (await hunt(bug, hunting))?.shrunk().retell(print)
  const missed = all.filter(({ seed, scripts }) => seed === undefined && scripts.length === 0)
  print(`${all.length - missed.length} of ${all.length} found`)
  if (evidence) print(`written: ${writePlanted(options, all)}`)
  if (missed.length > 0) process.exitCode = 1
}
