/** Of which app, and in which folder, the keys are that a command is about. */
import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { isAppName } from '../../../ports/index.js'
import { ANY_ACTOR, type KeyFolder, keyFolderOf } from '../../../ports/security/index.js'
import { usage } from '../failure.js'
import { settingsOf } from '../settings/find.js'
import type { SettingsInForce } from '../settings/in-force.js'
import { known } from '../settings/known.js'

export interface KeysPlace {
  readonly app: string
  readonly folder: KeyFolder
  readonly settings: SettingsInForce
  /** The names of the app's actors, where its file was given. */
  readonly actors: readonly string[] | undefined
}

/** What a command that was read is about; its first argument is the app. @throws CommandFailure */
export async function placeOf(command: Command): Promise<KeysPlace> {
  const [given = ''] = command.args
  // No name has a dot or a slash in it, which a file always has.
  if (isAppName(given)) return { ...at(command, given), actors: undefined }
  const { compileApp } = await import('../compile.js')
  const { loadAppQuietly } = await import('../load.js')
  const app = await loadAppQuietly(await compileApp(given, 'keys'), given)
  return { ...at(command, app.name, given), actors: Object.keys(app.actors) }
}

/** The folder of an app's keys by what is set, and all that is. @throws CommandFailure */
export function at(command: Command, app: string, appFile?: string): Omit<KeysPlace, 'actors'> {
  const settings = settingsOf(command, appFile)
  const named = settings.of(known.keys)
  const isOfFile = settings.sourceOf(known.keys).kind === 'file'
  // In a file it is meant from there.
  const from = isOfFile && settings.file ? dirname(settings.file.path) : '.'
  const folder = keyFolderOf(app, named === '' ? {} : { folder: resolve(from, named) })
  return { app, folder, settings }
}

/** Names of actors, each once. @throws CommandFailure for one that is none, or that the app does not have. */
export function actorsIn(names: readonly string[], { app, actors }: KeysPlace): readonly string[] {
  for (const name of names) {
    if (name === ANY_ACTOR) continue
    if (!isAppName(name)) throw usage(`${JSON.stringify(name)} names no actor; '*' stands for any`)
    if (!actors || actors.includes(name)) continue
    throw usage(`the app ${app} has no actor ${JSON.stringify(name)}; it has ${actors.join(', ')}`)
  }
  return [...new Set(names)]
}

/** The number of days of an option; undefined where it is not given. @throws CommandFailure */
export function daysIn(text: string | undefined, most: number, least = 1): number | undefined {
  if (text === undefined) return undefined
  const days = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN
  if (days >= least && days <= most) return days
  throw usage(`--days is ${JSON.stringify(text)}; give a whole number from ${least} to ${most}`)
}
