/**
 * Where the settings file is looked for: in the app file's folder; in the working folder and upward to the
 * root of the project; in the user's folder of settings. The first that is there is the one; files are not
 * merged. Nothing above the project is looked at: a file that somebody left in /tmp is nobody's setting.
 */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

export const SETTINGS_FILE = 'quorate.yaml'

export interface SettingsPlace {
  /** Absolute. */
  readonly path: string
  readonly what: string
}

export interface SearchedFrom {
  readonly appFile?: string | undefined
  /** The working folder. */
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** The places in the order in which they are asked, each once. */
export function settingsPlaces({
  appFile,
  folder = process.cwd(),
  environment = process.env,
}: SearchedFrom): SettingsPlace[] {
  const places: SettingsPlace[] = []
  const add = (where: string, what: string): void => {
    const path = join(where, SETTINGS_FILE)
    if (!places.some((place) => place.path === path)) places.push({ path, what })
  }
  if (appFile !== undefined) add(dirname(resolve(folder, appFile)), "the app file's folder")
  const root = projectRootOf(folder)
  for (const each of upwardFrom(folder)) {
    add(each, each === folder ? 'the working folder' : each === root ? 'the root of the project' : 'above it')
    if (each === root) break
  }
  add(userFolder(environment), "the user's settings")
  return places
}

/** Of the version control, else of the package; a folder that is in neither is a project of its own. */
function projectRootOf(folder: string): string {
  const folders = upwardFrom(folder)
  const having = (name: string): string | undefined => folders.find((each) => existsSync(join(each, name)))
  return having('.git') ?? having('package.json') ?? folder
}

function upwardFrom(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwardFrom(parent)]
}

function userFolder({ XDG_CONFIG_HOME: named = '' }: Readonly<Record<string, string | undefined>>): string {
  // A relative one is to be ignored, says the standard: it would be another in every folder.
  return join(isAbsolute(named) ? named : join(homedir(), '.config'), 'quorate')
}
