/**
 * Which value a setting has, and where it comes from: the command line goes before the environment, that
 * before the file, that before the default. A text that is empty is not given: scripts pass on variables that
 * may be so.
 */
import { usage } from '../failure.js'
import type { FileProblem, SettingsFile } from './file.js'
import { allSettings } from './known.js'
import type { Reading, Setting, SettingValue } from './setting.js'

export type SourceKind = 'flag' | 'environment' | 'file' | 'default'

/** One place that has something to say of a setting. */
export interface Source<T extends SettingValue = SettingValue> {
  readonly kind: SourceKind
  /** `--count`, `QUORATE_COUNT`, `quorate.yaml:3`; '' for the default. */
  readonly where: string
  /** What a complaint begins with: where, and for a file the name of the setting. */
  readonly subject: string
  readonly line: number | undefined
  readonly reading: Reading<T>
}

export interface Given {
  /** Options that were given on the command line, by their names in camel case. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file?: SettingsFile | undefined
  /** How the path of the file is shown; whole unless told. */
  readonly fileShown?: string | undefined
}

export class SettingsInForce {
  readonly #given: Given

  constructor(given: Given) {
    this.#given = given
  }

  get file(): SettingsFile | undefined {
    return this.#given.file
  }

  /** What is wrong with the file itself, as complaints. */
  get fileProblems(): string[] {
    return (this.file?.problems ?? []).map((problem) => this.#complaintOf(problem))
  }

  /** @throws CommandFailure where the file has mistakes, whichever setting they concern. */
  requireFile(): void {
    const problems = [...this.fileProblems]
    for (const setting of allSettings) {
      const source = this.#fromFile(setting)
      if (source && 'why' in source.reading) problems.push(`${source.subject} ${source.reading.why}`)
    }
    const [first, ...more] = problems
    if (first === undefined) return
    throw usage(more.length > 0 ? `${first} (and ${more.length} more: quorate config --explain)` : first)
  }

  /** The value in force. @throws CommandFailure where what was given is none, naming it and what is. */
  of<T extends SettingValue>(setting: Setting<T>): T {
    const { reading, subject } = this.sourceOf(setting)
    if ('value' in reading) return reading.value
    throw usage(`${subject} ${reading.why}`)
  }

  /** Where the value in force comes from. */
  sourceOf<T extends SettingValue>(setting: Setting<T>): Source<T> {
    const [first] = this.sourcesOf(setting)
    return first ?? defaultOf(setting)
  }

  /** All that have something to say of a setting; the first is in force. The default is the last. */
  sourcesOf<T extends SettingValue>(setting: Setting<T>): Source<T>[] {
    const sources = [this.#fromFlag(setting), this.#fromEnvironment(setting), this.#fromFile(setting)]
    return [...sources.filter((source) => source !== undefined), defaultOf(setting)]
  }

  #fromFlag<T extends SettingValue>(setting: Setting<T>): Source<T> | undefined {
    const given = this.#given.flags[setting.name]
    if (given === undefined || given === '') return undefined
    const { flag: where } = setting
    const reading = typeof given === 'string' ? setting.readText(given) : setting.read(given)
    return { kind: 'flag', where, subject: where, line: undefined, reading }
  }

  #fromEnvironment<T extends SettingValue>(setting: Setting<T>): Source<T> | undefined {
    const { variable: where } = setting
    const given = this.#given.environment[where]
    if (given === undefined || given === '') return undefined
    return { kind: 'environment', where, subject: where, line: undefined, reading: setting.readText(given) }
  }

  #fromFile<T extends SettingValue>(setting: Setting<T>): Source<T> | undefined {
    const entry = this.file?.entries.get(setting.name)
    if (!entry) return undefined
    const where = `${this.#given.fileShown ?? this.file?.path}:${entry.line}`
    const subject = `${where}: ${setting.name}`
    return { kind: 'file', where, subject, line: entry.line, reading: setting.read(entry.given) }
  }

  #complaintOf({ line, text }: FileProblem): string {
    const shown = this.#given.fileShown ?? this.file?.path
    return line > 0 ? `${shown}:${line}: ${text}` : `${shown}: ${text}`
  }
}

function defaultOf<T extends SettingValue>({ fallback }: Setting<T>): Source<T> {
  return { kind: 'default', where: '', subject: 'the default', line: undefined, reading: { value: fallback } }
}
