/**
 * `quorate console`: commands actors and shows what happens to them, at a terminal or by a script.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import { Arrivals } from '../console/arrivals.js'
import { Connections, type ConnectionsOptions } from '../console/connections.js'
import { linesIn } from '../console/line.js'
import { Prompt } from '../console/prompt.js'
import { runScript } from '../console/script.js'
import { Session } from '../console/session.js'
import { eventLine } from '../console/show.js'
import { exitCodes, lineOf, usage } from '../failure.js'
import { parseOptions, withSettings } from '../options.js'
import { settingsOf } from '../settings/find.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { observedBy } from '../settings/observed.js'
import { complain, screenOf } from '../terminal.js'

export function consoleCommand(): Command {
  const command = new Command('quorate console')
    .description('command actors, and see what happens to them')
    .argument('[actor]', 'its name, its id, or host:port of its commands')
    .addOption(new Option('--exec <lines>', 'carry these out, one after another, between them ;'))
    .addOption(new Option('--file <path>', 'carry out the lines of a file; - is standard input'))
  const { discovery, interface: network, app, keys, wait, json } = known
  return withSettings(command, [discovery, network, app, keys, wait, json], {
    json: 'of scripts: one JSON object a line',
  })
}

interface Given {
  readonly exec?: string
  readonly file?: string
}

/** Runs the command; resolves with the exit code. */
export async function console(args: readonly string[]): Promise<number> {
  const command = consoleCommand()
  parseOptions(command, args)
  const settings = settingsOf(command)
  const given: Given = command.opts()
  if (given.exec !== undefined && given.file !== undefined) throw usage('give --exec or --file, not both')
  const arrivals = new Arrivals()
  let prompt: Prompt | undefined
  const connections = connectionsOf(settings, {
    event: (message) => arrivals.take(message),
    told: (text) => {
      if (prompt) prompt.above(text)
      else complain(text)
    },
  })
  const session = new Session({
    connections,
    columns: () => screenOf(process.stdout).columns,
    showEvents: (on) => arrivals.show(on),
    lineBegins: () => arrivals.lineBegins(),
    waitFor: (kind, withinMs) => arrivals.next(kind, withinMs),
    used: (name) => prompt?.name(name),
  })
  try {
    const lines = linesOf(given)
    if (!lines) prompt = promptOf(session, arrivals)
    const [target] = command.args
    if (target !== undefined) {
      const outcome = await session.run(`use ${target}`)
      if (outcome.problem !== undefined) {
        complain(outcome.problem)
        return outcome.exitCode
      }
    }
    if (lines)
      return await runScript(session, lines.each, { json: settings.of(known.json), source: lines.source })
    return (await prompt?.run()) ?? exitCodes.ok
  } finally {
    await connections.close()
  }
}

function connectionsOf(
  settings: SettingsInForce,
  events: Pick<ConnectionsOptions, 'event' | 'told'>,
): Connections {
  return new Connections({ ...observedBy(settings), waitMs: settings.of(known.wait), ...events })
}

function promptOf(session: Session, arrivals: Arrivals): Prompt {
  const prompt = new Prompt(session, process.stdin, process.stdout)
  const screen = screenOf(process.stdout)
  arrivals.shown = (message) => {
    const line = eventLine(screen, message)
    if (line !== undefined) prompt.above(line)
  }
  return prompt
}

interface Lines {
  readonly source: string
  readonly each: Iterable<string> | AsyncIterable<string>
}

/** Of a script; undefined where somebody types them. */
function linesOf({ exec, file }: Given): Lines | undefined {
  if (exec !== undefined) return { source: '--exec', each: linesIn(exec) }
  if (file !== undefined && file !== '-') return { source: file, each: readScript(file) }
  if (file === undefined && process.stdin.isTTY && process.stdout.isTTY) return undefined
  return { source: 'standard input', each: linesOfInput() }
}

/** Read only when somebody takes them: what is read before is lost. */
async function* linesOfInput(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin })
}

function readScript(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    throw usage(`the script cannot be read: ${lineOf(error)}`)
  }
}
