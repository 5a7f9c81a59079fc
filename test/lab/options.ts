/** The command line of the lab. */
import { parseArgs } from 'node:util'

export interface LabCommand {
  readonly full: boolean
  /** Part of the names of what is to run. */
  readonly only: string | undefined
  readonly trials: number | undefined
  readonly seed: number
}

export const USAGE = `npm run lab -- [option …]      as root, on Linux, with ip, nft and python3

  --full         all trials, and the results into docs/evidence/lab.json
  --only NAME    the scenarios with that in their names; with --full, what is no scenario is put in its place
  --trials N     so many trials of each
  --seed N       another chance than 1`

/** Undefined where only help was asked for. @throws Error that says what makes no sense. */
export function labCommand(args: readonly string[]): LabCommand | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      trials: { type: 'string' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const { full, only, trials, seed } = values
  return {
    full,
    only,
    trials: trials === undefined ? undefined : count('trials', trials),
    seed: count('seed', seed),
  }
}

function count(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new Error(`--${name} is a number from 1, not ${JSON.stringify(text)}`)
}
