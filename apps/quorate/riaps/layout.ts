/**
 * Lays out generated code as Biome formats this project: what fits into a line stands in it, of what does not
 * each item has a line of its own.
 */
import { commandLimits } from '../limits.js'

/** A list between brackets; `isOpen` where each item has a line of its own however short it is. */
export interface List {
  readonly open: string
  readonly items: readonly Code[]
  readonly close: string
  readonly isOpen?: boolean
}

/** A text without line breaks, a list, or several that follow each other. */
export type Code = string | List | readonly Code[]

const STEP = 2

export function list(open: string, items: readonly Code[], close: string): List {
  return { open, items, close }
}

/** A list of which each item has its line. */
export function lines(open: string, items: readonly Code[], close: string): List {
  return { open, items, close, isOpen: items.length > 0 }
}

/** The text of code that begins after `indent` blanks. */
export function layOut(code: Code, indent = 0): string {
  return ' '.repeat(indent) + place(code, indent, indent, 0)
}

/** `before` and `after`: characters in its line that stand before and behind it. */
function place(code: Code, indent: number, before: number, after: number): string {
  if (typeof code === 'string') return code
  if (isList(code)) return placeList(code, indent, before, after)
  let text = ''
  code.forEach((part, index) => {
    const behind = code.slice(index + 1).reduce<number>((sum, each) => sum + headWidth(each), after)
    const last = text.slice(text.lastIndexOf('\n') + 1)
    const start = text.includes('\n') ? last.length : before + text.length
    text += place(part, indent, start, behind)
  })
  return text
}

function placeList(code: List, indent: number, before: number, after: number): string {
  const whole = flat(code)
  if (whole !== undefined && before + whole.length + after <= commandLimits.generatedColumns) return whole
  const inner = indent + STEP
  const rows = code.items.map((item) => `${' '.repeat(inner)}${place(item, inner, inner, 1)},\n`)
  return `${code.open.trimEnd()}\n${rows.join('')}${' '.repeat(indent)}${code.close.trimStart()}`
}

/** In one line; undefined where that is not wanted. */
function flat(code: Code): string | undefined {
  if (typeof code === 'string') return code
  if (!isList(code)) return joined(code, '')
  if (code.isOpen) return undefined
  if (code.items.length === 0) return code.open.trimEnd() + code.close.trimStart()
  const inner = joined(code.items, ', ')
  return inner === undefined ? undefined : code.open + inner + code.close
}

function joined(parts: readonly Code[], between: string): string | undefined {
  const texts = parts.map(flat)
  return texts.includes(undefined) ? undefined : texts.join(between)
}

/** What of it stays in the line where it begins, if it is broken up. */
function headWidth(code: Code): number {
  if (typeof code === 'string') return code.length
  if (isList(code)) return code.open.trimEnd().length
  return code.reduce<number>((sum, each) => sum + headWidth(each), 0)
}

function isList(code: List | readonly Code[]): code is List {
  return !Array.isArray(code)
}

/** A text as a literal in single quotes, or in double ones where that saves escapes. */
export function quoted(text: string): string {
  const json = JSON.stringify(text)
  const inner = json.slice(1, -1).replaceAll('\\"', '"')
  if (!text.includes("'")) return `'${inner}'`
  return text.includes('"') ? `'${inner.replaceAll("'", "\\'")}'` : json
}

/** A key of an object. */
export function key(name: string): string {
  // As a plain key it would say what the object inherits from.
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

/** In the order that Biome has for what is imported: by letter, capitals first. */
export function inImportOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => compare(bare(a), bare(b)))
}

function bare(name: string): string {
  return name.replace(/^type /, '')
}

function compare(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left, right] = [a.charAt(i), b.charAt(i)]
    if (left === right) continue
    const [lower, other] = [left.toLowerCase(), right.toLowerCase()]
    if (lower !== other) return lower < other ? -1 : 1
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

/** `import { a, type B } from 'c'`; nothing where nothing is imported. */
export function importOf(names: Iterable<string>, from: string): string[] {
  const all = inImportOrder(names)
  if (all.length === 0) return []
  const allTypes = all.every((name) => name.startsWith('type '))
  const shown = allTypes ? all.map(bare) : all
  const word = allTypes ? 'import type ' : 'import '
  return [layOut([word, list('{ ', shown, ' }'), ` from ${quoted(from)}`])]
}
