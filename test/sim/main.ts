/**
 * `npm run sim -- …`: simulates groups, and says what it found.
 *
 *     --seeds A:B          these seeds; each draws its group, its times, its clocks and its faults
 *     --quorum --seats --observers --profile --seconds        what is not to be drawn
 *     --trace              tells the stories, to the byte the same each time
 *     --workers N          in so many threads
 *     --checker name       with that checker only
 *     --planted [name …]   hunts planted bugs, all or these, and tells their smallest stories
 *     --evidence           writes what was found into docs/evidence; seeds that go on where those there end,
 *                          of the same sources, are added to them
 */
import { campaign } from './campaign.js'
import { checkers } from './checkers/checkers.js'
import { writeCampaign, writePlanted } from './evidence.js'
import { hunt } from './hunt.js'
import { type Hunted, hunted } from './hunted.js'
import { type SimOptions, simOptions } from './options.js'
import { plantedBugs } from './planted.js'
import { story } from './story.js'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

await run(simOptions(process.argv.slice(2)))

async function run(options: SimOptions): Promise<void> {
  if (options.planted) await huntAll(options)
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
  const { names, to, swarm, evidence, checker } = options
  const bugs = plantedBugs().filter(({ name }) => names.length === 0 || names.includes(name))
  const strange = names.find((name) => bugs.every((bug) => bug.name !== name))
  if (strange !== undefined) throw new Error(`no bug ${strange} is planted`)
  const hunting = { seedsMost: to, faultsMs: swarm.faultsMs, only: checker }
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
