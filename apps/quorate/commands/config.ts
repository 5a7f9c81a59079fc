/**
 * `quorate config`: the settings in force, as a settings file would have them; with `--explain`, where each
 * comes from, and why. It takes the options of all commands, and shows what they would come to.
 */
import { lstatSync } from 'node:fs'
import { Command } from 'commander'
import { stringify } from 'yaml'
import { requireAppFile } from '../app-file.js'
import { exitCodes } from '../failure.js'
import { parseOptions, withSettings } from '../options.js'
import { type Explained, explainAll, strayVariables } from '../settings/explain.js'
import { type FoundSettings, findSettings, pathShown } from '../settings/find.js'
import { allSettings, known } from '../settings/known.js'
import type { SettingsPlace } from '../settings/places.js'
import { lineOfRow, widthsOf } from '../table.js'
import { complain, paint, type Screen, screenOf } from '../terminal.js'

export function configCommand(): Command {
  const command = new Command('quorate config')
    .description('show the settings in force')
    .argument('[app file]', 'for this app: its folder may have a settings file')
    .usage('[app file] [options]')
    .option('--explain', 'where each value comes from, and why')
  return withSettings(command, allSettings, { json: 'one JSON object with everything' })
}

/** Runs the command; resolves with the exit code: 0, or 2 where something is refused. */
export async function config(args: readonly string[]): Promise<number> {
  const command = configCommand()
  parseOptions(command, args)
  const [appFile] = command.args
  if (appFile !== undefined) await requireAppFile(appFile)
  const found = findSettings(command, { appFile })
  const all = explainAll(found.inForce)
  const stray = strayVariables(process.env)
  const json = all.find(({ setting }) => setting === known.json)
  if (json?.value) print([JSON.stringify(objectOf(found, all, stray))])
  else if (command.opts().explain) print(explanation(found, all, stray, screenOf(process.stdout)))
  else {
    print(all.flatMap(({ setting, value }) => (value === undefined ? [] : yamlOf(setting.name, value))))
    const refused = all.filter(({ value }) => value === undefined)
    for (const problem of found.inForce.fileProblems) complain(problem)
    for (const { reason } of refused) complain(reason)
    for (const each of stray) complain(each)
  }
  return isRefused(found, all) ? exitCodes.usage : exitCodes.ok
}

function isRefused({ inForce }: FoundSettings, all: readonly Explained[]): boolean {
  return inForce.fileProblems.length > 0 || all.some(({ value }) => value === undefined)
}

function yamlOf(name: string, value: unknown): string {
  return stringify({ [name]: value }, { lineWidth: 0 }).trimEnd()
}

/** A row for each setting, what is to be said of it below, and where files were looked for. */
function explanation(
  { places, inForce }: FoundSettings,
  all: readonly Explained[],
  stray: readonly string[],
  screen: Screen,
): string[] {
  const rows = all.map(({ setting, value, source }) => [
    setting.name,
    value === undefined ? 'refused' : JSON.stringify(value).replaceAll(/^"(.+)"$/g, '$1'),
    [source.kind, source.where].filter(Boolean).join(' '),
  ])
  const widths = widthsOf(rows, screen.columns)
  const lines = all.flatMap(({ value, reason, instead }, index) => {
    const row = lineOfRow(rows[index] ?? [], widths)
    const notes = [reason, instead.length > 0 ? `goes before ${instead.join(' and ')}` : ''].filter(Boolean)
    return [
      value === undefined ? paint(screen, 'red', row) : row,
      ...notes.map((note) => `${' '.repeat((widths[0] ?? 0) + 2)}→ ${note}`),
    ]
  })
  const { file } = inForce
  const looked = places.map(
    (place) => `  ${pathShown(place.path)}  ${place.what}: ${stateOf(place, places, file)}`,
  )
  return [
    ...lines,
    '',
    'Settings file:',
    ...looked,
    ...inForce.fileProblems.map((text) => `  → ${text}`),
    ...stray,
  ]
}

function stateOf(
  { path }: SettingsPlace,
  places: readonly SettingsPlace[],
  file: FoundSettings['inForce']['file'],
): string {
  if (path === file?.path) return 'used'
  const isAsked =
    !file ||
    places.findIndex((place) => place.path === path) < places.findIndex((place) => place.path === file.path)
  if (isAsked) return 'not there'
  return lstatSync(path, { throwIfNoEntry: false }) ? 'there, but not used' : 'not there'
}

function objectOf({ places, inForce }: FoundSettings, all: readonly Explained[], stray: readonly string[]) {
  const settings = all.map(({ setting, source, value, reason, instead }) => ({
    name: setting.name,
    value: value ?? null,
    ok: value !== undefined,
    source: source.kind,
    where: source.where,
    ...(source.kind === 'file' ? { file: inForce.file?.path, line: source.line } : {}),
    reason,
    instead,
    flag: setting.flag,
    variable: setting.variable,
  }))
  return {
    v: 1,
    t: Date.now(),
    ok: inForce.fileProblems.length === 0 && all.every(({ value }) => value !== undefined),
    file: inForce.file?.path ?? null,
    places: places.map(({ path, what }) => ({ path, what })),
    settings,
    problems: [...inForce.fileProblems],
    notes: stray,
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}
