/** Reads JSON as Python's `json.loads` does, and says what is wrong with it in its words. */
import { Float } from '../rpc/python-json.js'
import type { Json, Verbatim } from './json.js'
import { fastapiLimits } from './limits.js'

/** What is wrong, and where: characters from the first, lines and columns from 1. */
export interface JsonFlaw {
  readonly message: string
  readonly position: number
  readonly line: number
  readonly column: number
}

export type ReadJson = { readonly value: Json } | { readonly flaw: JsonFlaw }

/** Never throws. */
export function readJson(text: string): ReadJson {
  try {
    return { value: new Reader(text).document() }
  } catch (error) {
    if (error instanceof Flawed) return { flaw: placed(text, error.at, error.message) }
    throw error
  }
}

/** What was kept as its text. */
export function valueIn({ text }: Verbatim): Json {
  return new Reader(text).document()
}

class Flawed extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const BLANKS = /[ \t\n\r]*/y
const SPACE = 32
const NUMBER = /(-?(?:0|[1-9]\d*))(\.\d+)?([eE][-+]?\d+)?/y
/** To the next quote, escape or control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what JSON has not in a string.
const PLAIN = /[^"\\\u0000-\u001f]*/y
const HEX = /[0-9a-fA-F]{4}/y
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/' },
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
}
const WORDS: readonly (readonly [string, Json])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
]

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    this.#skipBlanks()
    const value = this.#value(0)
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw new Flawed('Extra data', this.#at)
    return value
  }

  #value(depth: number): Json {
    if (depth > fastapiLimits.depth) throw new Flawed('Too many levels', this.#at)
    const next = this.#text[this.#at]
    if (next === '"') return this.#string()
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#list(depth)
    for (const [word, value] of WORDS) if (this.#isTaken(word)) return value
    return this.#number()
  }

  #number(): Json {
    const begins = this.#at
    NUMBER.lastIndex = begins
    const [all, whole = '', fraction, exponent] = NUMBER.exec(this.#text) ?? []
    if (!all) throw new Flawed('Expecting value', begins)
    this.#at += all.length
    if (fraction !== undefined || exponent !== undefined) {
      const value = Number(all)
      if (Number.isFinite(value)) return new Float(value)
      throw new Flawed('Number out of range', begins)
    }
    if (whole.length > fastapiLimits.digits) throw new Flawed('Number out of range', begins)
    const value = Number(whole)
    return Number.isSafeInteger(value) ? value + 0 : BigInt(whole)
  }

  #string(): string {
    const begins = this.#at++
    let text = ''
    for (;;) {
      text += this.#take(PLAIN)
      const stop = this.#text[this.#at]
      if (stop === undefined) throw new Flawed('Unterminated string starting at', begins)
      if (stop === '"') {
        this.#at++
        return text
      }
      if (stop !== '\\') throw new Flawed('Invalid control character at', this.#at)
      text += this.#escape(begins)
    }
  }

  #escape(begins: number): string {
    const at = this.#at
    const kind = this.#text[at + 1]
    if (kind === undefined) throw new Flawed('Unterminated string starting at', begins)
    this.#at += 2
    if (kind !== 'u') {
      const meant = ESCAPES[kind]
      if (meant === undefined) throw new Flawed('Invalid \\escape', at)
      return meant
    }
    const digits = this.#take(HEX)
    // Python wants something behind the digits before it looks at them.
    if (digits === '' || this.#at >= this.#text.length) throw new Flawed('Invalid \\uXXXX escape', at + 1)
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #list(depth: number): Json[] {
    const list: Json[] = []
    this.#at++
    this.#skipBlanks()
    if (this.#isTaken(']')) return list
    for (;;) {
      list.push(this.#value(depth + 1))
      this.#skipBlanks()
      if (this.#isTaken(']')) return list
      if (!this.#isTaken(',')) throw new Flawed("Expecting ',' delimiter", this.#at)
      this.#skipBlanks()
    }
  }

  #object(depth: number): Map<string, Json> {
    const members = new Map<string, Json>()
    this.#at++
    this.#skipBlanks()
    if (this.#isTaken('}')) return members
    for (;;) {
      if (this.#text[this.#at] !== '"') {
        throw new Flawed('Expecting property name enclosed in double quotes', this.#at)
      }
      const key = this.#string()
      this.#skipBlanks()
      if (!this.#isTaken(':')) throw new Flawed("Expecting ':' delimiter", this.#at)
      this.#skipBlanks()
      members.set(key, this.#value(depth + 1))
      this.#skipBlanks()
      if (this.#isTaken('}')) return members
      if (!this.#isTaken(',')) throw new Flawed("Expecting ',' delimiter", this.#at)
      this.#skipBlanks()
    }
  }

  /** What a sticky pattern finds here; '' for nothing. */
  #take(pattern: RegExp): string {
    const begins = this.#at
    pattern.lastIndex = begins
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex
    return this.#text.slice(begins, this.#at)
  }

  #skipBlanks(): void {
    // Programs write none: looking is cheaper than a pattern.
    if (this.#text.charCodeAt(this.#at) <= SPACE) this.#take(BLANKS)
  }

  #isTaken(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }
}

/** Python counts characters, and not units of UTF-16. */
function placed(text: string, at: number, message: string): JsonFlaw {
  const before = text.slice(0, at)
  const lastLine = before.slice(before.lastIndexOf('\n') + 1)
  return {
    message,
    position: [...before].length,
    line: before.split('\n').length,
    column: [...lastLine].length + 1,
  }
}
