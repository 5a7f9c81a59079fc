/**
 * Checks histories, and says what does not fit. It ends with 1 where something does not, or could not be
 * found out, and with 2 where there is no history to check.
 *
 *     node --import tsx test/linearizability/check-history.ts run-1.jsonl run-2.jsonl
 *     node --import tsx test/linearizability/check-history.ts --seeds 1:1000 --seconds 10
 *
 * Files are as history.ts says, such as those that the lab keeps; `-` is what comes in. Seeds are those of
 * the simulator.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type CheckResult, checkHistory } from './check.js'
import { CONFIGURATIONS_MOST } from './checker.js'
import { readHistory } from './history.js'
import { simulatedHistory } from './simulated.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    most: { type: 'string', default: `${CONFIGURATIONS_MOST}` },
  },
})

try {
  process.exitCode = (values.seeds === undefined ? ofFiles(positionals) : ofSeeds(values.seeds)) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}

/** Whether all fit. */
function ofFiles(paths: readonly string[]): boolean {
  if (paths.length === 0) throw new Error('which history? give files of JSON lines, or --seeds 1:100')
  const fitting = paths.filter((path) => {
    const history = readHistory(readFileSync(path === '-' ? 0 : path, 'utf8'))
    return tell(path, checkHistory(history, { most: Number(values.most) }))
  })
  return fitting.length === paths.length
}

function ofSeeds(range: string): boolean {
  const [from = Number.NaN, to = from] = range.split(':').map(Number)
  const seconds = Number(values.seconds)
  if (!(from <= to && seconds > 0))
    throw new Error(`--seeds ${range} --seconds ${values.seconds}: give numbers`)
  let [wrong, worlds, operations] = [0, 0, 0]
  for (let seed = from; seed <= to; seed++) {
    const history = simulatedHistory(seed, seconds * 1000)
    if (!history) continue
    const result = checkHistory(history.operations, { most: Number(values.most) })
    worlds++
    operations += result.operations
    if (result.misfits.length > 0) {
      wrong++
      tell(`seed ${seed}`, result)
    }
  }
  process.stdout.write(`${worlds} worlds, ${operations} operations: ${wrong} do not fit\n`)
  return wrong === 0
}

function tell(what: string, { misfits, operations, parts, configurations }: CheckResult): boolean {
  for (const { story } of misfits) process.stdout.write(`${story}\n`)
  const sum = `${operations} operations in ${parts} parts, ${configurations} configurations`
  process.stdout.write(`${what}: ${sum}: ${misfits.length === 0 ? 'fits' : `${misfits.length} do not fit`}\n`)
  return misfits.length === 0
}
