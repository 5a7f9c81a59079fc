/**
 * Writes JSON as Python's `json.dumps` does: a space after `,` and `:`, and no byte above 126. Bounded in
 * depth and length, for what is sent may refer to itself.
 */
import { unencodable } from './errors.js'
import { rpcLimits } from './limits.js'

/** A number that Python calls a float: it is written with a point, even where nothing follows it. */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** What stands between members, and after their names. */
export interface JsonLayout {
  readonly comma: string
  readonly colon: string
}

/** As `json.dumps` writes it. */
export const SPACED: JsonLayout = { comma: ', ', colon: ': ' }
/** Without white space, as replies are. */
export const COMPACT: JsonLayout = { comma: ',', colon: ':' }

const NOT_ASCII = /[\u007f-\uffff]/g
/** What Python writes with an exponent. */
const SMALLEST = 1e-4
const LARGEST = 1e16

/**
 * The text of a value. A Date is seconds since 1970, a bigint an integer; members that are undefined are left
 * out. @throws RpcError `rpc-unencodable` for what JSON has no form of, and what is too deep or too long.
 */
export function jsonText(value: unknown, layout: JsonLayout = SPACED): string {
  const writer = new Writer(layout)
  writer.write(value, 0)
  return writer.text
}

/** One UTF-16 unit as `\u00e9`. */
export function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

class Writer {
  text = ''
  readonly #layout: JsonLayout

  constructor(layout: JsonLayout) {
    this.#layout = layout
  }

  write(value: unknown, depth: number): void {
    if (typeof value === 'object' && value !== null) this.#object(value, depth)
    else this.#add(plainText(value))
  }

  #object(value: object, depth: number): void {
    const text = momentText(value)
    if (text !== undefined) this.#add(text)
    else if (depth >= rpcLimits.depth) throw unencodable(`it has more than ${rpcLimits.depth} levels`)
    else if (Array.isArray(value)) this.#list(value, depth)
    else if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
      throw unencodable(`JSON has no ${value.constructor.name}`)
    } else this.#members(Object.entries(value), depth)
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#add('[')
    for (const [at, each] of list.entries()) {
      if (at > 0) this.#add(this.#layout.comma)
      this.write(each ?? null, depth + 1)
    }
    this.#add(']')
  }

  #members(members: readonly (readonly [string, unknown])[], depth: number): void {
    const { comma, colon } = this.#layout
    let between = ''
    this.#add('{')
    for (const [key, value] of members) {
      if (value === undefined) continue
      this.#add(`${between}${quoted(key)}${colon}`)
      this.write(value, depth + 1)
      between = comma
    }
    this.#add('}')
  }

  #add(text: string): void {
    this.text += text
    if (this.text.length > rpcLimits.messageBytes) {
      throw unencodable(`it takes more than ${rpcLimits.messageBytes} bytes`)
    }
  }
}

/** Of what is no object. */
function plainText(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  throw unencodable(`JSON has no ${typeof value}`)
}

/** Of objects that stand for a number. */
function momentText(value: object): string | undefined {
  if (value instanceof Float) return floatText(value.value)
  return value instanceof Date ? floatText(value.getTime() / 1000) : undefined
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(NOT_ASCII, escaped)
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw unencodable(`JSON has no ${value}`)
  if (!Number.isInteger(value) || Object.is(value, -0)) return floatText(value)
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString()
}

/** The shortest digits that mean the number, put as Python's repr() puts them. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) throw unencodable(`JSON has no ${value}`)
  const size = Math.abs(value)
  if (size !== 0 && (size < SMALLEST || size >= LARGEST)) {
    const [digits = '', power = ''] = value.toExponential().split('e')
    return `${digits}e${power.slice(0, 1)}${power.slice(1).padStart(2, '0')}`
  }
  const text = Object.is(value, -0) ? '-0' : String(value)
  return text.includes('.') ? text : `${text}.0`
}
