/**
 * `quorate graph`: draws an app: actors, components, ports, and who connects to whom. The components are made
 * as an actor makes them, and that is all: nothing is started, nothing opened.
 */
import type { Command } from 'commander'
import {
  type ActorOutline,
  type AppDefinition,
  describeThrown,
  outlineOf,
  resolveParams,
} from '../../../runtime/index.js'
import { compileApp } from '../compile.js'
import { CommandFailure, describeFailure, exitCodes, usage } from '../failure.js'
import { type AppGraph, appGraph, type GraphPort } from '../graph/app-graph.js'
import { type GraphOptions, graphCommand } from '../graph/command.js'
import { dotLines } from '../graph/dot.js'
import { graphJson } from '../graph/graph-json.js'
import { mermaidLines } from '../graph/mermaid.js'
import { withStandIns } from '../graph/stand-ins.js'
import { loadAppQuietly, quietly } from '../load.js'
import { asksForHelp, findAppFile, readRunArguments, runCommandOf } from '../run-arguments.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'
import { complain } from '../terminal.js'

const DRAWINGS: Readonly<Record<GraphOptions['format'], (graph: AppGraph) => string[]>> = {
  mermaid: mermaidLines,
  dot: dotLines,
}

/** Runs the command; resolves with the exit code. */
export async function graph(args: readonly string[]): Promise<number> {
  const appFile = findAppFile(args, graphCommand())
  if (!appFile) {
    if (!asksForHelp(args)) throw usage('which app? quorate graph <app file>')
    graphCommand().outputHelp()
    return exitCodes.ok
  }
  const app = await loadAppQuietly(await compileApp(appFile, 'graph'), appFile)
  const command = runCommandOf(app, graphCommand())
  const { actors, params, settings } = readRunArguments(command, app, args)
  const isJson = wantsJson(command, settings)
  const names = actors.length > 0 ? [...new Set(actors)] : Object.keys(app.actors)
  const outlines = await quietly(() => names.map((name) => outline(app, name, params, appFile)))
  const drawn = appGraph(app.name, app.version, outlines)
  tellRefused(drawn)
  const { format } = command.opts<GraphOptions>()
  const lines = isJson ? [JSON.stringify(graphJson(drawn))] : DRAWINGS[format](drawn)
  process.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.ok
}

/** A language that is asked for goes before what is set for all commands. */
function wantsJson(command: Command, settings: SettingsInForce): boolean {
  const isFlag = settings.sourceOf(known.json).kind === 'flag'
  return settings.of(known.json) && (isFlag || command.getOptionValueSource('format') !== 'cli')
}

function tellRefused({ links }: AppGraph): void {
  for (const { from, to, isAsked, refused } of links) {
    if (!refused) continue
    // "here", in the reason, is who connects.
    const [here, there] = isAsked ? [from, to] : [to, from]
    complain(`${portName(here)} and ${portName(there)} do not connect: ${refused}`)
  }
}

function portName({ kind, component, name, actor }: GraphPort): string {
  return `${kind} ${component}.${name} of ${actor}`
}

/** @throws CommandFailure where the components cannot be made. */
function outline(
  app: AppDefinition,
  name: string,
  given: Readonly<Record<string, unknown>>,
  appFile: string,
): ActorOutline {
  const definition = app.actors[name]
  if (!definition) throw usage(`the app ${app.name} has no actor ${name}`)
  const { params, assumed } = withStandIns(definition, given)
  const resolved = { ...resolveParams(definition.params, params, `actor ${name}`) }
  const values = assumed.map((param) => `--${param} ${String(resolved[param])}`).join(' ')
  try {
    const made = outlineOf(app, name, resolved)
    if (assumed.length > 0) complain(`${name} is drawn with ${values}; give what you want instead`)
    return made
  } catch (error) {
    const { exitCode } = describeFailure(error)
    const hint = assumed.length > 0 ? `; it was given ${values}, for want of other values` : ''
    throw new CommandFailure(exitCode, `${appFile}: actor ${name}: ${describeThrown(error)}${hint}`)
  }
}
