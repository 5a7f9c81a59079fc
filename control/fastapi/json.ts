/**
 * JSON as Python has it: whole numbers of any size, and floats that stay floats (`6.0`); objects whose
 * members keep their order, whatever they are called.
 */
import { Float, floatText } from '../rpc/python-json.js'

export type Json = null | boolean | string | number | bigint | Float | Verbatim | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

/** A value that is kept as its text: it is only handed on. */
export class Verbatim {
  readonly text: string

  constructor(value: Json) {
    this.text = jsonText(value)
  }
}

/** The text of a value, without white space, as FastAPI answers. */
export function jsonText(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value)
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Verbatim) return value.text
  if (isObject(value)) {
    return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`).join(',')}}`
  }
  return `[${value.map(jsonText).join(',')}]`
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map
}

/** What was written as an object: its members in their order. */
export function objectOf(members: Readonly<Record<string, Json>>): JsonObject {
  return new Map(Object.entries(members))
}
