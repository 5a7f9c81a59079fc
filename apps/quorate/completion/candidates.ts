/** What may come next: the heart of completion, without the shell. */
import type { Command, Option } from 'commander'
import type { AppDefinition } from '../../../runtime/index.js'
import { appOf } from './app-of.js'
import { type Candidate, word } from './candidate.js'
import { commands } from './commands.js'
import { pathsFrom, withHome } from './paths.js'
import { type Place, placeIn } from './place.js'
import { valuesOf } from './values.js'

const HELP = word('--help', 'what there is')

/**
 * All that may stand where the last of the words is, and begins as it does.
 * @param words after `quorate`; the last one is to be completed, and may be ''.
 * @param summaries of all commands, by name.
 */
export async function candidatesFor(
  words: readonly string[],
  summaries: ReadonlyMap<string, string>,
): Promise<Candidate[]> {
  const last = words.at(-1) ?? ''
  const all = await everyCandidate(words, summaries)
  return all.filter(({ value }) => value.startsWith(last) && value !== '')
}

async function everyCandidate(
  [name = '', ...rest]: readonly string[],
  summaries: ReadonlyMap<string, string>,
): Promise<Candidate[]> {
  const named = [...summaries].map(([each, summary]) => word(each, summary))
  const help = word('help', 'what a command does')
  if (rest.length === 0) return [...named, help, HELP, word('--version', 'which version this is')]
  if (name === 'help') return rest.length === 1 ? named : []
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  return load ? ofCommand(await load(), rest) : []
}

/** What may stand behind the name of a command that has commands of its own, as `quorate keys`. */
async function ofNested(
  { commands }: Command,
  [name = '', ...rest]: readonly string[],
): Promise<Candidate[]> {
  if (rest.length === 0) return [...commands.map((each) => word(each.name(), each.description())), HELP]
  const found = commands.find((each) => each.name() === name)
  return found ? ofCommand(found, rest) : []
}

async function ofCommand(plain: Command, words: readonly string[]): Promise<Candidate[]> {
  if (plain.commands.length > 0) return ofNested(plain, words)
  const place = placeIn(plain, words)
  const [file] = place.given
  // Values of options that every app has need no app.
  if (file === undefined || place.option?.required || !takesApp(plain)) return at(place, plain, undefined)
  const app = await appOf(withHome(file))
  if (!app) return at(place, plain, undefined)
  const { runCommandOf } = await import('../run-arguments.js')
  const command = runCommandOf(app, plain)
  return at(placeIn(command, words), command, app)
}

/** Whether actors of the app, and their parameters, may follow its file. */
function takesApp(command: Command): boolean {
  return command.registeredArguments[1]?.name() === 'actors'
}

async function at(place: Place, command: Command, app: AppDefinition | undefined): Promise<Candidate[]> {
  const { option, typed, before, isArgument } = place
  const values = option ? await valuesOf(option, typed) : []
  if (before) return values.map((each) => ({ ...each, value: before + each.value }))
  if (option?.required) return values
  const options = isArgument ? [] : optionsOf(place, command, app)
  if (!isArgument && typed.startsWith('-')) return options
  const found = [...values, ...(await argumentsOf(place, command, app))]
  return found.length > 0 ? found : options
}

function optionsOf({ used, given }: Place, command: Command, app: AppDefinition | undefined): Candidate[] {
  const isOf = (option: Option): boolean => !app || isFor(option.name(), app, given.slice(1))
  const left = command.options.filter((option) => !option.hidden && !used.has(option) && isOf(option))
  return [...left.flatMap(({ long, description }) => (long ? [word(long, shortly(description))] : [])), HELP]
}

/** Without the facts at the end, as `(default: 1)`. */
function shortly(description: string): string {
  return description.replace(/ \([^()]*\)$/, '')
}

/** False for a parameter that none of the actors chosen has. */
function isFor(option: string, { actors }: AppDefinition, chosen: readonly string[]): boolean {
  const owners = Object.keys(actors).filter((actor) => Object.hasOwn(actors[actor]?.params ?? {}, option))
  return chosen.length === 0 || owners.length === 0 || owners.some((owner) => chosen.includes(owner))
}

async function argumentsOf(
  { given, typed }: Place,
  { registeredArguments: all }: Command,
  app: AppDefinition | undefined,
): Promise<Candidate[]> {
  const last = all.at(-1)
  const argument = all[given.length] ?? (last?.variadic ? last : undefined)
  if (!argument) return []
  const name = argument.name()
  if (argument.argChoices) return argument.argChoices.map((choice) => word(choice))
  if (name === 'app') return pathsFrom(typed, 'app file')
  if (name === 'app file' || name === 'file' || name === 'folder') return pathsFrom(typed, name)
  if (name !== 'actors' || !app) return []
  const actors = Object.keys(app.actors).filter((actor) => !given.slice(1).includes(actor))
  return actors.map((actor) => word(actor, `actor of ${app.name}`))
}
