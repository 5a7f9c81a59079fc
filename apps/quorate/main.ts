#!/usr/bin/env node
/** The command line: `quorate <command> …`. Commands are loaded when they are called for, one file each. */
import { CommanderError } from 'commander'
import { describeFailure, exitCodes } from './failure.js'
import { paint, screenOf } from './terminal.js'

interface CommandEntry {
  readonly summary: string
  load(): Promise<(args: readonly string[]) => Promise<number>>
}

const commands: Readonly<Record<string, CommandEntry>> = {
  run: { summary: 'start actors of an app', load: async () => (await import('./commands/run.js')).run },
  ps: { summary: 'list what is on the network', load: async () => (await import('./commands/ps.js')).ps },
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return ['Usage: quorate <command> …', '', ...lines, '', 'quorate <command> --help tells more.'].join('\n')
}

async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${help()}\n`)
    return exitCodes.ok
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    complain(`there is no command ${JSON.stringify(name)}; quorate --help lists them`)
    return exitCodes.usage
  }
  return (await command.load())(rest)
}

function complain(text: string): void {
  process.stderr.write(`${paint(screenOf(process.stderr), 'red', 'quorate:')} ${text}\n`)
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    if (error instanceof CommanderError) {
      // Help was asked for and has been printed; else it says what was wrong.
      if (error.exitCode === 0) process.exit(exitCodes.ok)
      complain(error.message.replace(/^error: /, ''))
      process.exit(exitCodes.usage)
    }
    const { text, exitCode } = describeFailure(error)
    complain(text)
    process.exit(exitCode)
  },
)
