/**
 * The arguments of `quorate run`. The parameters of the actors are options, too; so the app file is looked
 * for first, loaded, and then everything is read, helped with and checked as one.
 */
import { Command, Option } from 'commander'
import type { AppDefinition, Param } from '../../runtime/index.js'
import { usage } from './failure.js'
import { commandLimits } from './limits.js'
import { type NetworkOptions, parseOptions, wholeNumber, withNetworkOptions } from './options.js'

export interface RunOptions extends NetworkOptions {
  readonly count: number
  readonly directoryPort: number
  readonly logLevel: string
  readonly json: boolean
}

export interface RunArguments {
  readonly actors: readonly string[]
  readonly options: RunOptions
  /** Parameters as they were given: texts, or true for a bare option. */
  readonly params: Readonly<Record<string, unknown>>
}

const HELP: readonly string[] = ['--help', '-h']
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error']

/** The command without the parameters of an app. */
export function runCommand(): Command {
  const command = new Command('quorate run')
    .description('start actors of an app, each in a process of its own')
    .argument('<app file>', 'TypeScript or JavaScript, with an app as its default export')
    .argument('[actors...]', 'which actors; all of the app unless told')
    .usage('<app file> [actor …] [options]')
    .option(
      '--count <n>',
      'processes of each actor; a parameter `instance` tells them apart',
      wholeNumber('--count', 1, commandLimits.count),
      1,
    )
  return withNetworkOptions(command)
    .option(
      '--directory-port <port>',
      'TCP port of the directory, for one actor; 0 is a free one',
      wholeNumber('--directory-port', 0, 65_535),
      0,
    )
    .addOption(new Option('--log-level <level>', 'what is logged').choices(LEVELS).default('info'))
    .option('--json', 'events as JSON lines on standard output')
}

/**
 * The app file among the arguments: the first that is neither an option nor the value of one. Only the app
 * knows which of its parameters take a value, so those come after it.
 * @throws CommandFailure where they come before.
 */
export function findAppFile(args: readonly string[]): string | undefined {
  const fixed = runCommand().options
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') return args[i + 1]
    if (!arg.startsWith('-')) return arg
    if (HELP.includes(arg)) continue
    const [name = ''] = arg.split('=', 1)
    const option = fixed.find(({ long }) => long === name)
    if (!option) {
      const order = `quorate run <app file> ${arg} …`
      throw usage(`${name} is no option of quorate run; parameters of an app come after its file: ${order}`)
    }
    if (option.required && arg === name) i++
  }
  return undefined
}

/** Whether help is asked for. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.some((arg) => HELP.includes(arg))
}

/** The command with the parameters of the app's actors as options. */
export function runCommandOf(app: AppDefinition): Command {
  const command = runCommand()
  for (const [name, { param, actors }] of paramsOf(app)) {
    const value = param.type === 'boolean' ? '[true|false]' : `<${param.type}>`
    command.addOption(new Option(`--${name} ${value}`, describe(param, actors)))
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
      const known = all.get(name)
      if (known) known.actors.push(actor)
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
  const { count, discovery, interface: wanted, directoryPort, logLevel, json, ...rest } = command.opts()
  const params: Record<string, unknown> = {}
  for (const name of paramsOf(app).keys()) {
    // commander turns names with dashes into camel case.
    const given = rest[command.options.find((option) => option.name() === name)?.attributeName() ?? name]
    if (given !== undefined) params[name] = given
  }
  const actors = command.args.slice(1)
  for (const actor of actors) {
    if (!Object.hasOwn(app.actors, actor)) {
      const known = Object.keys(app.actors).join(', ')
      throw usage(`the app ${app.name} has no actor ${JSON.stringify(actor)}; it has ${known}`)
    }
  }
  return {
    actors,
    params,
    options: { count, discovery, interface: wanted, directoryPort, logLevel, json: json === true },
  }
}
