/** The command line of the simulator. */
import { parseArgs } from 'node:util'
import { type TimingProfile, timings } from '../../groups/timing.js'
import { checkers } from './checkers/checkers.js'
import type { SwarmOptions } from './swarm.js'

export interface SimOptions {
  readonly from: number
  readonly to: number
  readonly swarm: SwarmOptions
  readonly trace: boolean
  /** The one checker that checks. */
  readonly checker: string | undefined
  readonly workers: number
  readonly planted: boolean
  /** Names of planted bugs; none for all. */
  readonly names: readonly string[]
  readonly evidence: boolean
  /** The name of a script that is to be told, or a part of it. */
  readonly script: string | undefined
  /** The names of all scripts are to be told. */
  readonly list: boolean
}

export const USAGE = `npm run sim -- [option …] [planted bug …]

  --seeds A:B        these seeds; each draws its group, its times, its clocks and its faults
  --quorum N --seats N --observers N --profile NAME --seconds N     what is not to be drawn
  --trace            tells the stories, to the byte the same each time; with --script, all messages too
  --workers N        in so many threads
  --checker NAME     with that checker only
  --planted          hunts the planted bugs that are named, or all, with these seeds; of one that is named
                     it tells the smallest story
  --script NAME      tells a script; a part of its name will do. --list tells the names of all
  --evidence         writes what was found into docs/evidence; seeds that go on where those there end,
                     of the same sources, are added to them`

/** Undefined where only help was asked for. @throws Error that says what makes no sense. */
export function simOptions(args: readonly string[]): SimOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      quorum: { type: 'string' },
      seats: { type: 'string' },
      observers: { type: 'string' },
      profile: { type: 'string' },
      seconds: { type: 'string', default: '12' },
      checker: { type: 'string' },
      workers: { type: 'string', default: '1' },
      trace: { type: 'boolean', default: false },
      planted: { type: 'boolean', default: false },
      evidence: { type: 'boolean', default: false },
      script: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const { trace, planted, evidence, checker, script, list } = values
  const [stray] = positionals
  if (stray !== undefined && !planted) throw new Error(`${stray}: only --planted takes names`)
  if (checker !== undefined && checker !== 'liveness' && !(checker in checkers)) {
    throw new Error(`there is no checker ${checker}; take liveness, ${Object.keys(checkers).join(', ')}`)
  }
  const [from, to] = seedsOf(values.seeds ?? (planted ? '1:2000' : '1:1000'))
  return {
    from,
    to,
    swarm: {
      quorum: numberOf('quorum', values.quorum, 2),
      seats: numberOf('seats', values.seats, 1),
      observers: numberOf('observers', values.observers, 0),
      timing: timingOf(values.profile),
      faultsMs: (numberOf('seconds', values.seconds, 1) ?? 12) * 1000,
    },
    trace,
    checker,
    workers: numberOf('workers', values.workers, 1) ?? 1,
    planted,
    names: positionals,
    ...{ evidence, script, list },
  }
}

function numberOf(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (Number.isInteger(number) && number >= least) return number
  throw new Error(`--${name} ${text}: give a whole number, ${least} or more`)
}

/** `7` is one seed, `1:1000` a thousand. */
function seedsOf(text: string): [from: number, to: number] {
  const [from = Number.NaN, to = from] = text.split(':').map(Number)
  if (!Number.isInteger(from) || !Number.isInteger(to) || to < from) {
    throw new Error(`--seeds ${text}: give one seed, or two with a colon between`)
  }
  return [from, to]
}

function timingOf(name: string | undefined): SwarmOptions['timing'] {
  if (name === undefined) return undefined
  if (!isTimingProfile(name)) {
    throw new Error(`there is no profile ${name}; take one of ${Object.keys(timings).join(', ')}`)
  }
  return timings[name]
}

function isTimingProfile(name: string): name is TimingProfile {
  return name in timings
}
