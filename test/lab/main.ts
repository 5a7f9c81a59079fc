/**
 * `npm run lab`: plays the scenarios, tells of each trial, and ends with 1 where anything was not as it must
 * be.
 */
import '../support/settings-home.js'
import { Campaign } from './campaign.js'
import { amendEvidence, type Results, writeEvidence } from './evidence.js'
import { labMissing } from './missing.js'
import { type LabCommand, labCommand, USAGE } from './options.js'
import { type Piece, pieces, type Shown } from './pieces.js'
import { scenarios } from './scenarios.js'
import type { Trial } from './trial.js'

/** Of the leaders that are stopped between look and write, so many have to be refused by the store. */
const REFUSED_PART = 0.8
const PROVOKED_LEAST = 5

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

const command = labCommand(process.argv.slice(2))
if (!command) tell(USAGE)
else process.exitCode = await run(command)

async function run({ full, only = '', trials, seed }: LabCommand): Promise<number> {
  const missing = labMissing()
  if (missing !== undefined) {
    tell(`no lab: ${missing}`)
    return 1
  }
  const startedMs = performance.now()
  const all: Trial[] = []
  const skipped: { name: string; why: string }[] = []
  const shown: { piece: Piece; shown: Shown }[] = []
  const campaign = new Campaign({
    seed,
    patience: 1,
    trialsOf: (scenario) => trials ?? scenario.trials[full ? 1 : 0],
    onTrial: (trial) => {
      all.push(trial)
      tell(lineOf(trial))
    },
    onSkip: ({ name }, why) => {
      skipped.push({ name, why })
      tell(`skipped: ${name}: ${why}`)
    },
  })
  for (const piece of pieces.filter(({ name }) => name.includes(only))) {
    const each = await piece.run(trials ?? piece.trials[full ? 1 : 0], seed)
    shown.push({ piece, shown: each })
    tell(`${piece.name}: ${each.text}${each.isSo ? '' : '\n  PROBLEM it is not so'}`)
  }
  process.once('SIGINT', () => void campaign.end().then(() => process.exit(130)))
  await campaign.run(scenarios.filter(({ name }) => name.includes(only)))
  const results: Results = { seed, trials: all, skipped, shown, wallMs: performance.now() - startedMs }
  if (full && only === '') tell(`written to ${writeEvidence(results, scenarios)}`)
  else if (full && shown.length > 0 && all.length === 0) tell(`put into ${amendEvidence(results)}`)
  else if (full) tell('docs/evidence is left as it is: scenarios are evidence together')
  return isGood(results) ? 0 : 1
}

/** Tells the sum, and whether all is as it must be. */
function isGood({ trials, shown, wallMs }: Results): boolean {
  const bad = trials.filter(({ problems }) => problems.length > 0).length
  const notSo = shown.filter((each) => !each.shown.isSo).length
  const seconds = Math.round(wallMs / 1000)
  tell(`${trials.length} trials in ${seconds} s, ${bad} with problems; ${notSo} of ${shown.length} not so`)
  const provoked = trials.filter((trial) => trial.provoked)
  const refused = provoked.filter(({ staleRefused }) => staleRefused > 0).length
  tell(`${refused} of ${provoked.length} leaders tried to act when another did, and were refused`)
  const isToothless = provoked.length >= PROVOKED_LEAST && refused < REFUSED_PART * provoked.length
  const judged = trials.flatMap(({ history }) => history ?? [])
  const operations = judged.reduce((all, each) => all + each.operations, 0)
  const misfits = judged.reduce((all, each) => all + each.misfits + each.unknown, 0)
  tell(`${judged.length} histories of ${operations} operations, ${misfits} misfits`)
  if (isToothless) tell('PROBLEM too few: the store shows nothing')
  return bad + notSo === 0 && !isToothless
}

function lineOf(trial: Trial): string {
  const { scenario, seed, faultMs, electedMs, settledMs, reconnectMs, problems } = trial
  const facts = [
    `seed ${seed}`,
    `faults ${faultMs} ms`,
    electedMs === undefined ? 'nobody else led' : `another led after ${electedMs} ms`,
    `settled ${settledMs} ms`,
    `ports ${reconnectMs.middle} to ${reconnectMs.most} ms`,
    `${trial.staleRefused} refused`,
    ...(trial.history ? [`${trial.history.operations} operations, ${trial.history.open} open`] : []),
    ...(trial.starvedMs > 0 ? [`a process got no time for ${trial.starvedMs} ms`] : []),
  ]
  return [`${scenario}: ${facts.join(', ')}`, ...problems.map((each) => `  PROBLEM ${each}`)].join('\n')
}
