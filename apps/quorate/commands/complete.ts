/**
 * `quorate __complete`: what the scripts of `quorate completion` ask. Prints candidates, a line each; prints
 * nothing where anything goes wrong, for nobody wants to read of it in the middle of a command.
 */
import { lineFor } from '../completion/candidate.js'
import { candidatesFor } from '../completion/candidates.js'
import { wordsOf } from '../completion/words.js'
import { exitCodes } from '../failure.js'
import { commandLimits } from '../limits.js'
import { mute } from '../terminal.js'

type Run = (args: readonly string[]) => Promise<number>

/**
 * @param summaries of all commands, by name.
 * @returns the command: `--line 'quorate run ap'`, up to the cursor, or `-- run ap`.
 */
export function completeOf(summaries: ReadonlyMap<string, string>): Run {
  return async ([how, ...rest]) => {
    const leave = (): never => process.exit(exitCodes.ok)
    mute(process.stderr)
    process.removeAllListeners('uncaughtException').on('uncaughtException', leave)
    setTimeout(leave, commandLimits.completeMs).unref()
    const words = how === '--line' ? wordsOf(rest[0] ?? '').slice(1) : rest
    const found = await candidatesFor(words, summaries).catch(() => [])
    const lines = found.flatMap(lineFor).slice(0, commandLimits.candidates)
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
    return exitCodes.ok
  }
}
