/** The console without a terminal: lines of a script, one after another, until one fails. */
import { exitCodes } from '../failure.js'
import { complain } from '../terminal.js'
import type { Outcome } from './outcome.js'
import type { Session } from './session.js'
import { valueText } from './show.js'

export interface ScriptOptions {
  readonly json: boolean
  /** Where lines come from, for what is told of one that fails. */
  readonly source: string
}

/** Carries out lines; gives the exit code of the first that fails. */
export async function runScript(
  session: Session,
  lines: Iterable<string> | AsyncIterable<string>,
  { json, source }: ScriptOptions,
): Promise<number> {
  let number = 0
  for await (const line of lines) {
    number++
    const outcome = await session.run(line)
    print(line, outcome, json)
    if (outcome.problem !== undefined) complain(`${source}:${number}: ${outcome.problem}`)
    if (outcome.exitCode !== exitCodes.ok) return outcome.exitCode
    if (outcome.isOver) break
  }
  return exitCodes.ok
}

function print(line: string, { text, value, problem, exitCode }: Outcome, json: boolean): void {
  if (json) {
    if (line.trim() === '') return
    process.stdout.write(`${JSON.stringify({ v: 1, line, exit: exitCode, value, text, problem })}\n`)
    return
  }
  const shown = text ?? valueText(value)
  if (shown !== '') process.stdout.write(`${shown}\n`)
}
