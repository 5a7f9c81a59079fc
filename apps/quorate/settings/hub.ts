/** Which hub actors obey, as the settings say it. */
import { accessSync, constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { lineOf, usage } from '../failure.js'
import type { SettingsInForce } from './in-force.js'
import { known } from './known.js'

export interface HubOfActors {
  readonly url: string
  /** Absolute; '' for none. */
  readonly tokenFile: string
}

/** Undefined for none. @throws CommandFailure where the token cannot be read. */
export function hubIn(settings: SettingsInForce): HubOfActors | undefined {
  const url = settings.of(known.hub)
  const named = settings.of(known.hubTokenFile)
  if (url === '') return undefined
  if (named === '') return { url, tokenFile: '' }
  const { kind, subject } = settings.sourceOf(known.hubTokenFile)
  const from = kind === 'file' && settings.file ? dirname(settings.file.path) : '.'
  const tokenFile = resolve(from, named)
  try {
    accessSync(tokenFile, constants.R_OK)
  } catch (error) {
    throw usage(`${subject} is ${named}, which cannot be read: ${lineOf(error)}`)
  }
  return { url, tokenFile }
}
