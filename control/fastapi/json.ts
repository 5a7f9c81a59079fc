/**
 * JSON as Python has it: whole numbers of any size, and floats that stay floats (`6.0`); objects whose
 * members keep their order, whatever they are called.
 */
import { Float, floatText } from '../rpc/python-json.js'

export type Json = null | boolean | string | number | bigint | Float | Verbatim | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>
/** An object as it is written in a program. */
export type Members = Readonly<Record<string, Json>>

/** A value of which there is only the text: it is handed on, and nobody looks into it. */
export class Verbatim {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export function verbatim(value: Json): Verbatim {
  return new Verbatim(jsonText(value))
}

/**
 * An object that is only handed on: it costs a fraction of one that can be looked into. Its names are those
 * of a program, which no escape is needed for; what comes later follows what comes first.
 */
export function composed(...parts: readonly Members[]): Verbatim {
  let text = ''
  for (const members of parts) {
    for (const name of Object.keys(members)) {
      text += `${text === '' ? '' : ','}"${name}":${jsonText(members[name] ?? null)}`
    }
  }
  return new Verbatim(`{${text}}`)
}

/** The text of a value, without white space, as FastAPI answers. */
export function jsonText(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : floatText(value)
  if (value instanceof Float) return floatText(value.value)
  if (value instanceof Verbatim) return value.text
  if (isObject(value)) {
    let text = ''
    for (const [key, each] of value) {
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${jsonText(each)}`
    }
    return `{${text}}`
  }
  return `[${value.map(jsonText).join(',')}]`
}

export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map
}

/** What was written as an object: its members in their order. */
export function objectOf(members: Members): JsonObject {
  return new Map(Object.entries(members))
}
