#!/usr/bin/env node
/** The command line: `quorate <command> …`. Commands are loaded when they are called for, one file each. */
import { fstatSync, writeFileSync } from 'node:fs'
import { describeFailure, exitCodes, lineOf } from './failure.js'
import { complain } from './terminal.js'
import { ownVersion } from './version.js'

interface CommandEntry {
  readonly summary: string
  load(): Promise<(args: readonly string[]) => Promise<number>>
}

const commands: Readonly<Record<string, CommandEntry>> = {
  run: { summary: 'start actors of an app', load: async () => (await import('./commands/run.js')).run },
  ps: { summary: 'list what is on the network', load: async () => (await import('./commands/ps.js')).ps },
  groups: {
    summary: 'list the groups on the network, and who leads them',
    load: async () => (await import('./commands/groups.js')).groups,
  },
  group: {
    summary: 'have a group vote, or its leader hand over',
    load: async () => (await import('./commands/group.js')).group,
  },
  console: {
    summary: 'command actors, and see what happens to them',
    load: async () => (await import('./commands/console.js')).console,
  },
  device: {
    summary: 'play a device of auto-trainer-api',
    load: async () => (await import('./commands/device.js')).device,
  },
  agent: {
    summary: 'start, watch and stop the actors of a node over HTTP',
    load: async () => (await import('./commands/agent.js')).agent,
  },
  agents: {
    summary: 'list the agents on the network',
    load: async () => (await import('./commands/agents.js')).agents,
  },
  deploy: {
    summary: 'bring an app to agents, and run it there',
    load: async () => (await import('./commands/deploy.js')).deploy,
  },
  undeploy: {
    summary: 'stop what was deployed',
    load: async () => (await import('./commands/undeploy.js')).undeploy,
  },
  status: {
    summary: 'show what is deployed',
    load: async () => (await import('./commands/status.js')).status,
  },
  logs: {
    summary: 'show what deployed actors have said',
    load: async () => (await import('./commands/logs.js')).logs,
  },
  bundle: {
    summary: 'make the file that an app is shipped as to agents',
    load: async () => (await import('./commands/bundle.js')).bundle,
  },
  hub: {
    summary: 'keep commands and replies between users and workers',
    load: async () => (await import('./commands/hub.js')).hub,
  },
  top: {
    summary: 'show the actors of agents and the workers of hubs',
    load: async () => (await import('./commands/top.js')).top,
  },
  doctor: {
    summary: 'find out why actors do not see each other',
    load: async () => (await import('./commands/doctor.js')).doctor,
  },
  graph: { summary: 'draw an app', load: async () => (await import('./commands/graph.js')).graph },
  new: { summary: 'make a small app', load: async () => (await import('./commands/new.js')).makeNew },
  import: {
    summary: 'make an app of a model of RIAPS',
    load: async () => (await import('./commands/import.js')).importModel,
  },
  record: {
    summary: 'write messages to a file',
    load: async () => (await import('./commands/record.js')).record,
  },
  replay: {
    summary: 'publish what a file holds',
    load: async () => (await import('./commands/replay.js')).replay,
  },
  keys: {
    summary: 'make, list and take back the keys of an app',
    load: async () => (await import('./commands/keys.js')).keys,
  },
  config: { summary: 'show the settings', load: async () => (await import('./commands/config.js')).config },
  completion: {
    summary: 'print the script by which a shell completes commands',
    load: async () => (await import('./commands/completion.js')).completion,
  },
  // Asked by an agent, and not listed.
  __describe: {
    summary: '',
    load: async () => (await import('./agent/app-description.js')).describe,
  },
  // Asked by those scripts, and not listed.
  __complete: {
    summary: '',
    load: async () => (await import('./commands/complete.js')).completeOf(summaries()),
  },
}

/** What is told of each command. */
function summaries(): Map<string, string> {
  const listed = Object.entries(commands).filter(([, { summary }]) => summary !== '')
  return new Map(listed.map(([name, { summary }]) => [name, summary]))
}

function help(): string {
  const lines = [...summaries()].map(([name, summary]) => `  ${name.padEnd(12)}${summary}`)
  return [
    'Usage: quorate <command> …',
    '',
    ...lines,
    '',
    'quorate help <command> tells more; quorate --version tells the version.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nobody reached, 130 interrupted.',
  ].join('\n')
}

async function main(args: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = args
  if (name === '--version' || name === '-V') return say(ownVersion())
  if (name === 'help' && rest[0] !== undefined) return main([...rest, '--help'])
  if (name === '--help' || name === '-h' || name === 'help') return say(help())
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const what = name.startsWith('-') ? 'option' : 'command'
    complain(`there is no ${what} ${JSON.stringify(name)}; quorate --help lists the commands`)
    return exitCodes.usage
  }
  return (await command.load())(rest)
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return exitCodes.ok
}

/** Errors of the argument parser know their exit code: 0 where help was asked for and has been printed. */
function isOfParser(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && error.name === 'CommanderError' && 'exitCode' in error
}

/** Tells what went wrong; gives the exit code. */
function failed(error: unknown): number {
  if (isOfParser(error)) {
    if (error.exitCode === 0) return exitCodes.ok
    complain(`${lineOf(error).replaceAll(/^error: |\.$/g, '')}; --help lists what there is`)
    return exitCodes.usage
  }
  const { text, exitCode } = describeFailure(error)
  complain(text)
  return exitCode
}

/** What an app file does later, when it has been loaded here, can still throw. */
async function failedLater(error: unknown): Promise<void> {
  const { describeThrown } = await import('../../runtime/index.js')
  complain(`an error was thrown: ${describeThrown(error)}`)
  end(exitCodes.failure)
}

/** Ends as soon as what was printed has been taken, or nobody reads it. */
function end(exitCode: number): void {
  process.stderr.write('', () => process.stdout.write('', () => process.exit(exitCode)))
}

/**
 * A reader that has read enough (`quorate ps | head -1`) is no failure: `run` and `ps --watch` end by it. A
 * full disk is one.
 */
function onUnwritable({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || isUnwritable) return
  isUnwritable = true
  complain(`standard output cannot be written: ${code ?? message}`)
  process.once('exit', (exitCode) => {
    if (exitCode === exitCodes.ok) process.exitCode = exitCodes.failure
  })
}

/**
 * To a file. Node itself takes a part of a text for all of it: where a disk becomes full, the rest would be
 * lost without a word.
 */
function writeWhole(text: Buffer, _encoding: unknown, done: (error?: Error) => void): void {
  try {
    writeFileSync(process.stdout.fd, text)
    done()
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)))
  }
}

let isUnwritable = false
if (fstatSync(process.stdout.fd).isFile()) process.stdout._write = writeWhole
process.stdout.on('error', onUnwritable)
process.stderr.on('error', () => undefined)
let isEnding = false
process.on('uncaughtException', (error) => {
  if (isEnding) return
  isEnding = true
  failedLater(error).catch(() => end(failed(error)))
})

main(process.argv.slice(2)).catch(failed).then(end)
