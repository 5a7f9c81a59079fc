/**
 * Reads a settings file. It is checked whole, whatever of it is used: a key that is no setting, a value of
 * the wrong type, or anything that YAML does not allow is told with its line, and what is allowed instead.
 */
import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { isMap, isScalar, Lexer, LineCounter, Parser, parseDocument } from 'yaml'
import { lineOf } from '../failure.js'
import { commandLimits } from '../limits.js'
import { allSettings, meantBy, settingNamed } from './known.js'
import { shown } from './setting.js'

export interface FileEntry {
  readonly given: unknown
  readonly line: number
}

export interface FileProblem {
  /** 0 where the whole file is meant. */
  readonly line: number
  readonly text: string
}

export interface SettingsFile {
  /** Absolute. */
  readonly path: string
  /** What is given for settings that there are, by their names; it may be ill-typed. */
  readonly entries: ReadonlyMap<string, FileEntry>
  /** What is wrong, but for ill-typed values of settings, which their reader finds. */
  readonly problems: readonly FileProblem[]
}

/** The file at this path; undefined where there is none. Never throws. */
export function readSettingsFile(path: string): SettingsFile | undefined {
  const refused = (text: string): SettingsFile => ({
    path,
    entries: new Map(),
    problems: [{ line: 0, text }],
  })
  try {
    const facts = statSync(path)
    if (!facts.isFile()) return refused('this is no file')
    if (facts.size > commandLimits.settingsBytes) {
      return refused(
        `the file has ${facts.size} bytes; a settings file has ${commandLimits.settingsBytes} at most`,
      )
    }
    return parseSettings(path, readFileSync(path, 'utf8'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return refused(`cannot be read: ${lineOf(error)}`)
    const target = targetOf(path)
    return target === undefined ? undefined : refused(`this is a link to ${target}, which is not there`)
  }
}

/** Where a link leads; undefined where there is none at this path. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}

/** What YAML says in its own terms. */
const EXPLAINED: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a value that ends with a colon, or has one before a space, needs quotes: "static:"',
  DUPLICATE_KEY: 'this setting is given twice',
  MULTIPLE_DOCS: 'a settings file is one document; take out the line `---`',
}

/** The settings in a text. @throws Error for an alias of nothing, or for too many. */
export function parseSettings(path: string, text: string): SettingsFile {
  if (isTooDeep(text)) {
    const problem = `values are nested more than ${commandLimits.settingsDepth} deep; no setting is`
    return { path, entries: new Map(), problems: [{ line: 0, text: problem }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' })
  const { contents, errors, warnings } = document
  const lineAt = (offset: number): number => lines.linePos(offset).line
  const problems: FileProblem[] = [...errors, ...warnings]
    .slice(0, commandLimits.settingsProblems)
    .map(({ code, message, pos: [from] }) => ({ line: lineAt(from), text: EXPLAINED[code] ?? message }))
  const entries = new Map<string, FileEntry>()
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null)
  if (problems.length > 0 || isEmpty) return { path, entries, problems }
  if (!isMap(contents))
    return { path, entries, problems: [{ line: 1, text: 'give one `setting: value` a line' }] }
  for (const { key, value } of contents.items) {
    const line = lineAt(key.range[0])
    const name = isScalar(key) ? key.value : undefined
    if (typeof name === 'string' && settingNamed(name)) {
      // What it refers to elsewhere in the file is looked up; in vain, it throws.
      entries.set(name, { line, given: value?.toJS(document) ?? null })
    } else if (problems.length < commandLimits.settingsProblems) {
      problems.push({ line, text: unknownKey(name) })
    }
  }
  return { path, entries, problems }
}

/** Asked of the lexemes, before anything recurses: running out of stack can end the process. */
function isTooDeep(text: string): boolean {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    // Its tokens are made anew by parseDocument().
    for (const _token of parser.next(lexeme));
    if (parser.stack.length > commandLimits.settingsDepth) return true
  }
  return false
}

const names = allSettings.map(({ name }) => name)
const byName: ReadonlyMap<string, string> = new Map(names.map((name) => [name, name]))

function unknownKey(key: unknown): string {
  const meant = typeof key === 'string' ? meantBy(key, byName) : undefined
  const hint = meant ? `write ${meant}` : `there are ${names.join(', ')}`
  return `there is no setting ${shown(key)}; ${hint}`
}
