/**
 * What auto-trainer-api does to texts, with pyhumps 3.8.0. To keys: that is wanted. And to whole JSON texts,
 * values and all, which is not: see docs/rpc.md. A service has it only where it is to be as faithful.
 */
const SEPARATED = /(?<=[^\-_])[-_]+[^\-_]/gu
const ACRONYM = /[A-Z\d]+(?=[A-Z\d]|$)/gu
const WORD = /([-_]*[A-Z][^A-Z]*[-_]*)/u
const SPACE = /\s+/gu

/** A key as managers read it: `outer_value` is `outerValue`. One of capitals or digits alone stays. */
export function camelized(key: string): string {
  const text = key.replace(SPACE, '')
  if (isUpper(text) || /^\d+$/u.test(text)) return key
  const first = text.slice(0, 1)
  const begun = isUpper(text.slice(0, 2)) ? text : `${first.toLowerCase()}${text.slice(1)}`
  return begun.replace(SEPARATED, (match) => match.slice(-1).toUpperCase())
}

/** The same value with all its keys camelized, in objects and lists. Not deeper than so many levels. */
export function withCamelKeys(value: unknown, levels: number): unknown {
  if (levels < 0) return value
  if (Array.isArray(value)) return value.map((each) => withCamelKeys(each, levels - 1))
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [camelized(key), withCamelKeys(each, levels - 1)]),
  )
}

/** What `humps.decamelize()` makes of a text: how a device of the reference reads a request. */
export function decamelized(given: string): string {
  const text = given.replace(SPACE, '')
  if (isUpper(text) || /^\d+$/u.test(text)) return given
  const fixed = text.replace(ACRONYM, titled)
  return fixed.split(WORD).filter(Boolean).join('_').toLowerCase()
}

/** As Python's str.title(): each letter that follows none is a capital, all others are not. */
function titled(text: string): string {
  return text.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase())
}

/** As Python's str.isupper(): some letter has a case, and none is small. */
function isUpper(text: string): boolean {
  return text !== text.toLowerCase() && text === text.toUpperCase()
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
