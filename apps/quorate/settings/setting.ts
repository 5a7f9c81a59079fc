/**
 * What one setting is: its names on the command line, in the environment and in the file, the value that it
 * has where nobody gives one, and which values it takes. Nothing here knows where a value came from.
 */

export type SettingValue = string | number | boolean

/** A value, or why what was given is none: a text that goes on after the name of what was read. */
export type Reading<T> = { readonly value: T } | { readonly why: string }

export interface Setting<T extends SettingValue = SettingValue> {
  /** In the file. */
  readonly name: string
  /** `--directory-port` of directoryPort. */
  readonly flag: string
  /** What follows the flag: `<port>`; '' where it stands alone. */
  readonly argument: string
  /** `QUORATE_DIRECTORY_PORT` of directoryPort. */
  readonly variable: string
  readonly help: string
  readonly fallback: T
  /** The fallback as help shows it; '' where it says nothing. */
  readonly fallbackShown: string
  /** Reads a value of the file. */
  read(given: unknown): Reading<T>
  /** Reads a text of the command line or the environment, which know nothing else. */
  readText(text: string): Reading<T>
}

interface Words {
  readonly help: string
  readonly argument?: string
  readonly fallbackShown?: string
}

/** A text that is one of a few, or of which `flawOf` says what is wrong with it. */
export function textSetting(
  name: string,
  fallback: string,
  words: Words,
  read: (given: unknown) => Reading<string> = readText,
): Setting<string> {
  return { ...named(name, fallback, words), fallback, read, readText: read }
}

/** One of a few words. */
export function choiceSetting(
  name: string,
  choices: readonly string[],
  fallback: string,
  words: Words,
): Setting<string> {
  return textSetting(name, fallback, words, (given) => {
    if (typeof given === 'string' && choices.includes(given)) return { value: given }
    return { why: `is ${shown(given)}; give ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}` }
  })
}

/** A whole number from min to max. */
export function wholeSetting(
  name: string,
  [min, max]: readonly [min: number, max: number],
  fallback: number,
  words: Words,
): Setting<number> {
  const read = (given: unknown): Reading<number> => {
    if (typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max) {
      return { value: given }
    }
    return { why: `is ${shown(given)}; give a whole number from ${min} to ${max}` }
  }
  const readText = (text: string): Reading<number> => {
    const reading = read(/^\d+$/.test(text) ? Number(text) : text)
    return 'value' in reading ? reading : read(text)
  }
  return { ...named(name, String(fallback), words), fallback, read, readText }
}

/** true or false; on the command line `--name` and `--no-name`. Off unless told. */
export function switchSetting(name: string, help: string): Setting<boolean> {
  const read = (given: unknown): Reading<boolean> => {
    if (typeof given === 'boolean') return { value: given }
    return { why: `is ${shown(given)}; give true or false` }
  }
  const readText = (text: string): Reading<boolean> => {
    if (text === 'true' || text === '1') return { value: true }
    return text === 'false' || text === '0' ? { value: false } : read(text)
  }
  return { ...named(name, '', { help, argument: '' }), fallback: false, read, readText }
}

function named(
  name: string,
  fallback: string,
  { help, argument = '<text>', fallbackShown = fallback }: Words,
) {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const variable = `QUORATE_${words.replaceAll('-', '_').toUpperCase()}`
  return { name, flag: `--${words}`, variable, help, argument, fallbackShown }
}

function readText(given: unknown): Reading<string> {
  return typeof given === 'string' ? { value: given } : { why: `is ${shown(given)}; give a text` }
}

const SHOWN_CHARS = 80

/** What was given, as JSON, in one line of bounded length. */
export function shown(given: unknown): string {
  if (given === null) return 'empty'
  const text = JSON.stringify(given) ?? String(given)
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 1)}…` : text
}
