/** Explains each setting: its value, where it comes from, and why it is refused or what follows from it. */
import type { InterfaceChoice, ReadInterfaces } from '../../../discovery/index.js'
import { lineOf } from '../failure.js'
import { HUB_TOKEN_VARIABLE } from './hub-token.js'
import type { SettingsInForce, Source } from './in-force.js'
import { interfaceOf, whyInterface } from './interface.js'
import { allSettings, directoriesOf, known, meantBy } from './known.js'
import { reasonOf } from './reasons.js'
import type { Setting, SettingValue } from './setting.js'
import { shown } from './setting.js'

export interface Explained {
  readonly setting: Setting
  readonly source: Source
  /** Undefined where what was given is refused. */
  readonly value: SettingValue | undefined
  /** Of a refusal, or what follows from the value; '' where nothing is to be said. */
  readonly reason: string
  /** Where else it is given, in vain: `--interface`, `quorate.yaml:3`. */
  readonly instead: readonly string[]
}

/** All settings. Never throws. */
export function explainAll(settings: SettingsInForce, read?: ReadInterfaces): Explained[] {
  return allSettings.map((setting) => explain(settings, setting, read))
}

function explain(settings: SettingsInForce, setting: Setting, read?: ReadInterfaces): Explained {
  const [source = settings.sourceOf(setting), ...others] = settings.sourcesOf(setting)
  const instead = others.filter(({ kind }) => kind !== 'default').map(({ where }) => where)
  const told = { setting, source, instead }
  const refusal = refusalOf(source) ?? others.map(refusalOfFile).find(Boolean)
  if (refusal !== undefined || !('value' in source.reading)) {
    return { ...told, value: undefined, reason: refusal ?? '' }
  }
  const { value } = source.reading
  try {
    return { ...told, ...derive(settings, setting, value, read) }
  } catch (error) {
    return { ...told, value: undefined, reason: lineOf(error) }
  }
}

function refusalOf({ subject, reading }: Source): string | undefined {
  return 'why' in reading ? `${subject} ${reading.why}` : undefined
}

/** A file is refused for any of its mistakes, whether the setting is in force or not. */
function refusalOfFile(source: Source): string | undefined {
  return source.kind === 'file' ? refusalOf(source) : undefined
}

/** What a value comes to on this host. @throws CommandFailure where it comes to nothing. */
function derive(
  settings: SettingsInForce,
  setting: Setting,
  value: SettingValue,
  read?: ReadInterfaces,
): { value: SettingValue; reason: string } {
  if (setting === known.interface) {
    const choice = interfaceOf(settings, read)
    return { value: value || choice.name, reason: whyInterface(String(value), choice, read) }
  }
  if (setting === known.seats && value === '') return { value, reason: whyNoSeats(settings, read) }
  if (setting === known.discovery) return { value, reason: whyDiscovery(settings, String(value), read) }
  return { value, reason: reasonOf(setting, value) }
}

function whyNoSeats(settings: SettingsInForce, read?: ReadInterfaces): string {
  const choice = interfaceIfAny(settings, read)
  if (!choice) return ''
  if (choice.loopback) return 'all seats are here: nothing leaves this host'
  return settings.of(known.interface)
    ? 'none: components may only observe groups until it is said which seats are here'
    : 'nobody said which are here: an app whose groups elect stays on the loopback, and has all there'
}

function whyDiscovery(settings: SettingsInForce, value: string, read?: ReadInterfaces): string {
  const directories = directoriesOf(value)
  if (!directories) {
    const choice = interfaceIfAny(settings, read)
    return choice ? `multicast on ${choice.name} (${choice.address})` : ''
  }
  if (directories.length === 0) return 'nobody is dialled: the others must be given the directory of this one'
  return `dials ${directories.length} of the others; no multicast`
}

/** Undefined where it is refused, which is said where it was given and nowhere else. */
function interfaceIfAny(settings: SettingsInForce, read?: ReadInterfaces): InterfaceChoice | undefined {
  try {
    return interfaceOf(settings, read)
  } catch {
    return undefined
  }
}

const variables: ReadonlyMap<string, Setting> = new Map(
  allSettings.map((setting) => [setting.variable, setting]),
)

/** Variables that look as if they were meant for quorate, and are not. */
export function strayVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const stray = Object.keys(environment).filter(
    (name) => name.startsWith('QUORATE_') && name !== HUB_TOKEN_VARIABLE && !variables.has(name),
  )
  return stray.sort().map((name) => {
    const meant = meantBy(name, variables)
    const hint = meant ? `write ${meant.variable}` : 'quorate config --help lists those of settings'
    return `${shown(name)} is the variable of no setting; ${hint}`
  })
}
