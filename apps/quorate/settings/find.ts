/** Finds the settings of one call of the command line. */
import { isAbsolute, relative } from 'node:path'
import type { Command } from 'commander'
import { readSettingsFile, type SettingsFile } from './file.js'
import { SettingsInForce } from './in-force.js'
import { type SearchedFrom, type SettingsPlace, settingsPlaces } from './places.js'

export interface FoundSettings {
  readonly inForce: SettingsInForce
  /** Where the file was looked for, in order. */
  readonly places: readonly SettingsPlace[]
}

/** What the command's arguments, the environment and the settings file give. Never throws. */
export function findSettings(command: Command, from: SearchedFrom = {}): FoundSettings {
  const places = settingsPlaces(from)
  const file = firstFile(places)
  const { environment = process.env, folder = process.cwd() } = from
  const flags: Record<string, unknown> = command.opts()
  const fileShown = file && pathShown(file.path, folder)
  return { places, inForce: new SettingsInForce({ flags, environment, file, fileShown }) }
}

/** The settings in force, of a file without a mistake. @throws CommandFailure */
export function settingsOf(command: Command, appFile?: string): SettingsInForce {
  const { inForce } = findSettings(command, { appFile })
  inForce.requireFile()
  return inForce
}

/** As it is called from the working folder, where it is in it. */
export function pathShown(path: string, folder = process.cwd()): string {
  const short = relative(folder, path)
  return short.startsWith('..') || isAbsolute(short) ? path : short
}

function firstFile(places: readonly SettingsPlace[]): SettingsFile | undefined {
  for (const { path } of places) {
    const file = readSettingsFile(path)
    if (file) return file
  }
  return undefined
}
