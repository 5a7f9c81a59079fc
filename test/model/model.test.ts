/**
 * The models of groups, each explored to its last state by Spin: of the rules as they are, with no error; and
 * once with each fault that can be planted in them, where an error must be found. What a model is, and what
 * it leaves out, stands at its head.
 */
import { type ExecFileOptions, execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { projectRoot } from '../project.js'
import { skip } from '../skip.js'

interface Model {
  readonly name: string
  readonly shows: string
  /** Each explored by itself, as `-D` of the preprocessor. */
  readonly settings: readonly (readonly string[])[]
  /** With what makes it fail; `WITNESS` is what must be possible, so that all the rest says something. */
  readonly faults: readonly (readonly string[])[]
}

const MODELS: readonly Model[] = [
  {
    name: 'lease',
    shows: 'never do two act at one time',
    settings: [[]],
    faults: [
      ['WITNESS'],
      ['NO_BIRTH_WORD'],
      ['SHORT_WORD'],
      ['NO_WORD'],
      ['LEASE_FROM_ANSWER'],
      ['KEEPS_ACTING'],
      ['FALSE_DEATH'],
      ['SLEEP_VOIDS_LEASE'],
      ['FOUR_SEATS'],
    ],
  },
  {
    name: 'tokens',
    shows: 'whoever acts later acts with a higher token',
    settings: [
      ['EPOCHS=1', 'TERMS=2'],
      ['EPOCHS=2', 'TERMS=1'],
    ],
    faults: [
      ['WITNESS'],
      ['NO_BIRTH_WORD'],
      ['EPOCH_WITHOUT_CLOCK'],
      ['EPOCH_BEFORE_ANSWERS'],
      ['NO_PROMISE'],
      ['DOUBLE_VOTE', 'EPOCHS=1', 'TERMS=2'],
    ],
  },
  {
    name: 'polls',
    shows: 'a poll never ends both yes and no',
    settings: [
      ['BALLOTS=3', 'CRASHES=0'],
      ['BALLOTS=2', 'CRASHES=1'],
      ['BALLOTS=4', 'CRASHES=0', 'ONE_FORMATION'],
    ],
    faults: [
      ['WITNESS'],
      ['OLD_POLL_DECIDED'],
      ['UNDECIDED_KEPT'],
      ['REQUESTED_AGAIN'],
      ['ANY_LOG_ELECTED'],
      ['DOUBLE_VOTE'],
      ['OLD_BALLOT_COUNTED', 'BALLOTS=4', 'ONE_FORMATION'],
    ],
  },
  {
    name: 'votes',
    shows: 'no vote counts twice',
    settings: [[]],
    faults: [['WITNESS'], ['COUNTED_TWICE'], ['ANYBODY_COUNTS'], ['KEPT_COUNT'], ['SILENCE_AGREES']],
  },
]

/** Steps of the longest run that is followed; memory, in megabytes; time of one model, many times its own. */
const DEPTH_MAX = 1_000_000
const MEMORY_MB_MAX = 3000
const TIME_MS_MAX = 300_000

/** As of nice(1): whole cores of computing, while tests beside it measure times. */
const LESS_URGENT = 5

/** What a program says. */
async function run(program: string, args: readonly string[], options: ExecFileOptions): Promise<string> {
  const running = promisify(execFile)(program, args, { ...options, encoding: 'utf8' })
  const { pid } = running.child
  if (pid !== undefined) setPriority(pid, LESS_URGENT)
  return (await running).stdout
}

/** What the verifier says of a model; it ends at the first error, to which the way is short. */
async function explore(name: string, defines: readonly string[], folder: string, level = 1): Promise<string> {
  const model = join(projectRoot, 'test', 'model', `${name}.pml`)
  const options = { cwd: folder, timeout: TIME_MS_MAX }
  await run('spin', ['-a', ...defines.map((define) => `-D${define}`), model], options)
  // One process and no claim: what reduces the orders of processes would only cost.
  const flags = [`-O${level}`, '-w', '-DSAFETY', '-DNOREDUCE', `-DMEMLIM=${MEMORY_MB_MAX}`]
  await run('cc', [...flags, '-o', 'pan', 'pan.c'], options)
  return run(join(folder, 'pan'), [`-m${DEPTH_MAX}`], options)
}

/** What is missing here to explore anything. */
function missing(): string | undefined {
  try {
    execFileSync('spin', ['-V'], { stdio: 'ignore' })
  } catch {
    return 'needs `spin`'
  }
  try {
    execFileSync('cc', ['-E', '-'], { input: '#include <stdio.h>\n', stdio: ['pipe', 'ignore', 'ignore'] })
  } catch {
    return 'needs `cc` and the headers of C'
  }
  return undefined
}

describe('the models of groups', function () {
  this.timeout(TIME_MS_MAX + 10_000)
  let folder = ''

  before(function () {
    const why = missing()
    if (why !== undefined) skip(this, why)
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-model-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  for (const { name, shows, settings, faults } of MODELS) {
    for (const setting of settings) {
      it(`${name}: ${[shows, ...setting].join(', ')}`, async () => {
        const said = await explore(name, setting, folder, 2)
        const states = /([\d.e+]+) states, stored/.exec(said)?.[1]
        console.log(`      ${states} states`)
        expect(said)
          .to.match(/errors: 0$/m)
          .and.not.match(/assertion violated|not completed|too small|MEMLIM/)
        expect(Number(states)).to.be.above(1000)
      })
    }

    for (const fault of faults) {
      it(`${name}: finds ${fault.join(', ')}`, async () => {
        expect(await explore(name, fault, folder)).to.match(/assertion violated/)
      })
    }
  }
})
