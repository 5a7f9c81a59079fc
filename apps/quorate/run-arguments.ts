/**
 * The arguments of `quorate run`. The parameters of the actors are options, too; so the app file is looked
 * for first, loaded, and then everything is read, helped with and checked as one.
 */
import { Command, Option } from 'commander'
import type { AppDefinition, Param } from '../../runtime/index.js'
import { usage } from './failure.js'
import { parseOptions, withSettings } from './options.js'
import { settingsOf } from './settings/find.js'
import type { SettingsInForce } from './settings/in-force.js'
import { known } from './settings/known.js'

export interface RunArguments {
  readonly actors: readonly string[]
  readonly settings: SettingsInForce
  /** Parameters as they were given: texts, or true for a bare option. */
  readonly params: Readonly<Record<string, unknown>>
}

const HELP: readonly string[] = ['--help', '-h']
/** The options that stand for parameters of an app. */
const paramOptions = new WeakSet<Option>()

/** The command without the parameters of an app. */
export function runCommand(): Command {
  const command = new Command('quorate run')
    .description('start actors of an app, each in a process of its own')
    .argument('<app file>', 'TypeScript or JavaScript, with an app as its default export')
    .argument('[actors...]', 'which actors; all of the app unless told')
    .usage('<app file> [actor …] [options]')
  const { count, discovery, interface: network, directoryPort, keys, seats, logLevel, json } = known
  const { insecure, yesInsecureNetwork, rpc, rpcHost, hub, hubTokenFile } = known
  const secrets = [keys, insecure, yesInsecureNetwork]
  const commanded = [rpc, rpcHost, hub, hubTokenFile]
  const help = { json: 'events as JSON lines on standard output' }
  return withSettings(
    command,
    [count, discovery, network, directoryPort, ...secrets, seats, ...commanded, logLevel, json],
    help,
  )
}

/**
 * The app file among the arguments: the first that is neither an option nor the value of one. Only the app
 * knows which of its parameters take a value, so those come after it.
 * @param command without the parameters of an app.
 * @throws CommandFailure where they come before.
 */
export function findAppFile(args: readonly string[], command = runCommand()): string | undefined {
  const fixed = command.options
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') return args[i + 1]
    if (!arg.startsWith('-')) return arg
    if (HELP.includes(arg)) continue
    const [name = ''] = arg.split('=', 1)
    const option = fixed.find(({ long }) => long === name)
    if (!option) {
      const own = command.name()
      const order = `${own} <app file> ${arg} …`
      throw usage(`${name} is no option of ${own}; parameters of an app come after its file: ${order}`)
    }
    if (option.required && arg === name) i++
  }
  return undefined
}

/** Whether help is asked for. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.some((arg) => HELP.includes(arg))
}

/**
 * The command with the parameters of the app's actors as options, but for those that are options of its own
 * (no parameter is named as an option of `run`).
 */
export function runCommandOf(app: AppDefinition, command = runCommand()): Command {
  const own = new Set(command.options.map((option) => option.name()))
  for (const [name, { param, actors }] of paramsOf(app)) {
    if (own.has(name)) continue
    const value = param.type === 'boolean' ? '[true|false]' : `<${param.type}>`
    const option = new Option(`--${name} ${value}`, describe(param, actors))
    paramOptions.add(option)
    command.addOption(option)
  }
  command.addHelpText('after', `\nActors of ${app.name}: ${Object.keys(app.actors).join(', ')}`)
  return command
}

function describe(param: Param, actors: readonly string[]): string {
  const facts = [`parameter of ${actors.join(', ')}`]
  if (param.fallback === undefined) facts.push('required')
  else facts.push(`default ${JSON.stringify(param.fallback)}`)
  return `${param.help ? `${param.help} ` : ''}(${facts.join('; ')})`
}

function paramsOf(app: AppDefinition): Map<string, { param: Param; actors: string[] }> {
  const all = new Map<string, { param: Param; actors: string[] }>()
  for (const [actor, { params }] of Object.entries(app.actors)) {
    for (const [name, param] of Object.entries(params)) {
      const earlier = all.get(name)
      if (earlier) earlier.actors.push(actor)
      else all.set(name, { param, actors: [actor] })
    }
  }
  return all
}

/** Reads the arguments. @throws CommandFailure, or commander's own error, for what makes no sense. */
export function readRunArguments(
  command: Command,
  app: AppDefinition,
  args: readonly string[],
): RunArguments {
  parseOptions(command, args)
  return { ...actorsAndParams(command, app), settings: settingsOf(command, command.args[0]) }
}

/** What the command has read of actors and of their parameters. @throws CommandFailure for no actor. */
function actorsAndParams(command: Command, app: AppDefinition): Pick<RunArguments, 'actors' | 'params'> {
  const values = command.opts()
  const params: Record<string, unknown> = {}
  for (const option of command.options) {
    // commander turns names with dashes into camel case.
    const given = values[option.attributeName()]
    if (paramOptions.has(option) && given !== undefined) params[option.name()] = given
  }
  const actors = command.args.slice(1)
  for (const actor of actors) {
    if (!Object.hasOwn(app.actors, actor)) {
      const there = Object.keys(app.actors).join(', ')
      throw usage(`the app ${app.name} has no actor ${JSON.stringify(actor)}; it has ${there}`)
    }
  }
  return { actors, params }
}
