/** `quorate import`: makes an app of a model of RIAPS. */
import { basename, dirname, join, relative, resolve } from 'node:path'
import { exitCodes, usage } from '../failure.js'
import { ownPackage, specOf } from '../new/own-package.js'
import { parseOptions } from '../options.js'
import { checkModel } from '../riaps/check.js'
import { type ImportOptions, importCommand, joinsIn } from '../riaps/command.js'
import { differencesOf } from '../riaps/differences.js'
import { importFiles } from '../riaps/import-files.js'
import { type Imported, imported, type Join } from '../riaps/imported.js'
import { joinsInPython } from '../riaps/joins-in-python.js'
import type { AppModel } from '../riaps/model.js'
import { notesOf } from '../riaps/notes.js'
import { placeFiles, requireFolderOf } from '../riaps/place-files.js'
import { lineOf, ModelRefused } from '../riaps/problem.js'
import { capnpBeside, folderOf, readModel } from '../riaps/read-model.js'
import { shapesOf } from '../riaps/shapes.js'
import { harmless } from '../terminal.js'

/** Runs the command; resolves with the exit code. */
export async function importModel(args: readonly string[]): Promise<number> {
  const command = importCommand()
  parseOptions(command, args)
  const [file = ''] = command.args
  try {
    await importFile(file, command.opts<ImportOptions>())
    return exitCodes.ok
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error
    tell(process.stderr, error.problems)
    return error.exitCode
  }
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const apps = chosen(file, await readModel(file), options.only)
  const joins = joinsIn(options.join)
  for (const app of apps) {
    const { errors, warnings } = checkModel(app)
    if (errors.length > 0) throw new ModelRefused(file, errors)
    tell(
      process.stderr,
      warnings.map((warning) => `${lineOf(file, warning)} (a warning)`),
    )
  }
  requireJoins(apps, joins)
  const capnp = await capnpBeside(file)
  for (const app of apps) {
    const shapes = shapesOf(
      app.messages.map(({ name }) => name),
      capnp,
    )
    const found = await joinsInPython(file, app)
    const given = joins.filter((each) => app.components.some(({ name }) => name === each.component))
    const isGiven = ({ component }: Join) => given.some((each) => each.component === component)
    const own = [...given, ...found.joins.filter((each) => !isGiven(each))]
    const folder = folderFor(file, app, apps.length > 1, options)
    const way = inComment(relative(folder, resolve(file)).replaceAll('\\', '/'))
    const model = imported(app, { shapes, joins: own, source: inComment(basename(file)), way })
    await importApp(model, [...notesOf(model), ...found.notes], folder, options)
  }
}

/** As it can stand in a comment, and in a page. */
function inComment(path: string): string {
  return harmless(path).replaceAll('*/', '* /').replaceAll('`', "'")
}

function folderFor(file: string, { name }: AppModel, isOneOfMany: boolean, { out }: ImportOptions): string {
  if (out === undefined) return join(dirname(resolve(file)), folderOf(name))
  return isOneOfMany ? join(resolve(out), folderOf(name)) : resolve(out)
}

async function importApp(
  model: Imported,
  notes: readonly string[],
  folder: string,
  options: ImportOptions,
): Promise<void> {
  const force = options.force === true
  if (options.check !== true) {
    await requireFolderOf(folder, model.app.name, force)
    const own = await ownPackage()
    const files = importFiles(model, notes, own, await specOf(own, folder))
    const placed = await placeFiles(folder, files, force)
    const way = relative(process.cwd(), folder) || '.'
    say([`${model.names.app}: ${placed.written.join(', ') || 'nothing has changed'} in ${way}`])
    say(differencesOf(model, files, placed).map((text) => `to do: ${text}`))
  }
  say(notes.map((note) => `note: ${note}`))
}

/** @throws CommandFailure where the model has no app of the name that is asked for. */
function chosen(file: string, apps: readonly AppModel[], name: string | undefined): readonly AppModel[] {
  if (name === undefined) return apps
  const found = apps.filter((app) => app.name === name)
  if (found.length > 0) return found
  throw usage(`${file} has no app ${name}; it has ${apps.map((app) => app.name).join(', ')}`)
}

/** @throws CommandFailure for a component or group of no app. */
function requireJoins(apps: readonly AppModel[], joins: readonly Join[]): void {
  for (const { component, group } of joins) {
    const owners = apps.filter((app) => app.components.some(({ name }) => name === component))
    if (owners.length === 0) throw usage(`--join: the model has no component ${component}`)
    if (owners.some((app) => app.groups.some(({ name }) => name === group))) continue
    throw usage(`--join: the app of ${component} has no group ${group}`)
  }
}

function say(lines: readonly string[]): void {
  tell(process.stdout, lines)
}

/** Whoever wrote the model is no reason to trust it. */
function tell(stream: NodeJS.WriteStream, lines: readonly string[]): void {
  for (const line of lines) stream.write(`${harmless(line)}\n`)
}
