/** Which hub actors obey, and which one is dialled, as the settings say it. */
import { accessSync, constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type DialledHub, dialledHub, isDialled } from '../../../control/relay/hub-url.js'
import { lineOf, usage } from '../failure.js'
import type { SettingsInForce } from './in-force.js'
import { known } from './known.js'
import type { Setting } from './setting.js'

export interface HubOfActors {
  readonly url: string
  /** Absolute; '' for none. */
  readonly tokenFile: string
}

/** Undefined for none. @throws CommandFailure where the token cannot be read. */
export function hubIn(settings: SettingsInForce): HubOfActors | undefined {
  const url = settings.of(known.hub)
  const tokenFile = pathIn(settings, known.hubTokenFile)
  if (url === '') return undefined
  if (tokenFile === '') return { url, tokenFile }
  try {
    accessSync(tokenFile, constants.R_OK)
  } catch (error) {
    const { subject } = settings.sourceOf(known.hubTokenFile)
    throw usage(`${subject} is ${settings.of(known.hubTokenFile)}, which cannot be read: ${lineOf(error)}`)
  }
  return { url, tokenFile }
}

/** As hubIn(), for actors that ask it themselves. @throws CommandFailure for one that is dialled. */
export function hubWithHttpIn(settings: SettingsInForce): HubOfActors | undefined {
  const hub = hubIn(settings)
  if (!hub || !isDialled(hub.url)) return hub
  const { subject } = settings.sourceOf(known.hub)
  const way = 'have an agent dial it, and start them: quorate agent --hub; or give it as http://10.0.0.5:8000'
  throw usage(`${subject} is ${hub.url}, which actors do not dial; ${way}`)
}

/** The hub over which agents are reached; undefined for none. @throws CommandFailure. */
export function dialledHubIn(settings: SettingsInForce): DialledHub | undefined {
  const url = settings.of(known.hub)
  if (isDialled(url)) return dialledHubAt(url, settings.sourceOf(known.hub).subject)
  const { kind, subject } = settings.sourceOf(known.hub)
  // In a file, it is that of the actors.
  if (url === '' || kind !== 'flag') return undefined
  throw usage(
    `${subject} is ${url}, over which no agents are reached; give one that agents dial, as stcp://…`,
  )
}

/** @throws CommandFailure for what is none. */
export function dialledHubAt(url: string, subject: string): DialledHub {
  const hub = dialledHub(url)
  if (typeof hub !== 'string') return hub
  throw usage(`${subject} is ${JSON.stringify(url)}, which ${hub}`)
}

/** A path, which in the settings file is meant from there: absolute, or '' for none. */
export function pathIn(settings: SettingsInForce, setting: Setting<string>): string {
  const named = settings.of(setting)
  if (named === '') return ''
  const isOfFile = settings.sourceOf(setting).kind === 'file' && settings.file
  return resolve(isOfFile ? dirname(isOfFile.path) : '.', named)
}
