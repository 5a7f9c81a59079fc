/** `quorate completion`: prints the script by which a shell completes what is typed after `quorate`. */
import { BASH } from '../completion/bash.js'
import { completionCommand, SHELLS, type Shell } from '../completion/command.js'
import { FISH } from '../completion/fish.js'
import { ZSH } from '../completion/zsh.js'
import { exitCodes } from '../failure.js'
import { parseOptions } from '../options.js'

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

/** Runs the command; resolves with the exit code. */
export async function completion(args: readonly string[]): Promise<number> {
  const command = completionCommand()
  parseOptions(command, args)
  const shell = SHELLS.find((each) => each === command.args[0])
  if (shell) process.stdout.write(SCRIPTS[shell])
  return exitCodes.ok
}
