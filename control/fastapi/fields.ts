/**
 * Checks what came as pydantic 1 does, which FastAPI's services of that time rest on: what it takes, what it
 * makes of it, and its words for what it refuses.
 */
import { Float, floatText } from '../rpc/python-json.js'
import { isObject, type Json, type JsonObject, jsonText, objectOf } from './json.js'

/** Where a flaw is: `body`, then names of members and places in lists. */
export type Place = readonly (string | number)[]

/** One flaw, as it is answered. */
export interface Flaw {
  readonly place: Place
  readonly message: string
  readonly type: string
  readonly context?: JsonObject
}

type Check<T extends Json> = (value: Json, place: Place, flaws: Flaw[]) => T | undefined

/** What a JSON Schema says. */
export type JsonSchema = Readonly<Record<string, unknown>>

/**
 * What a field makes of a value; where it refuses it, it adds to the flaws, and what it gives is nothing. Its
 * schema tells whoever reads the documentation what it takes.
 */
export type Field<T extends Json = Json> = Check<T> & { readonly schema?: JsonSchema }

/** A field that tells what it takes. */
export function field<T extends Json>(schema: JsonSchema, check: Check<T>): Field<T> {
  return Object.assign(check, { schema })
}

function refused(flaws: Flaw[], place: Place, message: string, type: string): undefined {
  flaws.push({ place, message, type })
  return undefined
}

/** A required field that was not given. */
export function missing(place: Place): Flaw {
  return { place, message: 'field required', type: 'value_error.missing' }
}

function isNothing(value: Json, place: Place, flaws: Flaw[]): value is null {
  if (value !== null) return false
  refused(flaws, place, 'none is not an allowed value', 'type_error.none.not_allowed')
  return true
}

/** Numbers are taken, too, as they are written. */
export const text: Field<string> = field({ type: 'string' }, (value, place, flaws) => {
  if (isNothing(value, place, flaws)) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof Float) return floatText(value.value)
  return refused(flaws, place, 'str type expected', 'type_error.str')
})

/** One of these texts. */
export function oneOf(texts: readonly string[]): Field<string> {
  return field({ type: 'string', enum: [...texts] }, (value, place, flaws) => {
    if (typeof value === 'string' && texts.includes(value)) return value
    const permitted = texts.map((each) => `'${each}'`).join(', ')
    const message = `value is not a valid enumeration member; permitted: ${permitted}`
    flaws.push({ place, message, type: 'type_error.enum', context: objectOf({ enum_values: [...texts] }) })
    return undefined
  })
}

/** A text that begins with this one, as a pattern of Python's `re.match`. */
export function beginning(start: string): Field<string> {
  return field({ type: 'string', pattern: `^${start}` }, (value, place, flaws) => {
    if (typeof value === 'string' && value.startsWith(start)) return value
    const message = `string does not match regex "${start}"`
    flaws.push({ place, message, type: 'value_error.str.regex', context: objectOf({ pattern: start }) })
    return undefined
  })
}

const TRUE: readonly Json[] = [true, 1, '1', 'on', 't', 'true', 'y', 'yes']
const FALSE: readonly Json[] = [false, 0, '0', 'off', 'f', 'false', 'n', 'no']

export const flag: Field<boolean> = field({ type: 'boolean' }, (value, place, flaws) => {
  if (isNothing(value, place, flaws)) return undefined
  const plain = value instanceof Float ? value.value : value
  const meant = typeof plain === 'string' ? plain.toLowerCase() : plain
  if (TRUE.includes(meant)) return true
  if (FALSE.includes(meant)) return false
  return refused(flaws, place, 'value could not be parsed to a boolean', 'type_error.bool')
})

const WHOLE_OR_NONE = { type: ['integer', 'null'] }

/** A whole number, or nothing. */
export const wholeOrNone: Field<number | bigint | null> = field(WHOLE_OR_NONE, (value, place, flaws) => {
  if (value === null || typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof Float) return Math.trunc(value.value)
  if (typeof value === 'string' && /^\s*[-+]?\d{1,15}\s*$/.test(value)) return Number(value)
  return refused(flaws, place, 'value is not a valid integer', 'type_error.integer')
})

export const anything: Field = field({}, (value) => value)

export const list: Field<readonly Json[]> = field({ type: 'array', items: {} }, (value, place, flaws) => {
  if (isNothing(value, place, flaws)) return undefined
  return Array.isArray(value) ? value : refused(flaws, place, 'value is not a valid list', 'type_error.list')
})

export const object: Field<JsonObject> = field({ type: 'object' }, (value, place, flaws) => {
  if (isNothing(value, place, flaws)) return undefined
  return isObject(value) ? value : refused(flaws, place, 'value is not a valid dict', 'type_error.dict')
})

/** Each element is one of these. */
export function listOf(element: Field): Field<readonly Json[]> {
  return field({ type: 'array', items: element.schema ?? {} }, (value, place, flaws) => {
    const elements = list(value, place, flaws)
    return elements?.map((each, at) => element(each, [...place, at], flaws) ?? null)
  })
}

/** The value of each member is one of these. */
export function objectWith(member: Field): Field<JsonObject> {
  return field({ type: 'object', additionalProperties: member.schema ?? {} }, (value, place, flaws) => {
    const members = object(value, place, flaws)
    if (!members) return undefined
    return new Map(
      [...members].map(([key, each]) => [key, member(each, [...place, key], flaws) ?? null] as const),
    )
  })
}

/** The fields of a model in their order: each required, or with what it is where it is not given. */
export type Model = Readonly<Record<string, { readonly is: Field; readonly otherwise?: Json }>>

/** What a body or a form of the model may be. */
export function modelSchema(model: Model): JsonSchema {
  const properties = Object.entries(model).map(([name, { is, otherwise }]) => {
    const isTold = otherwise !== undefined && otherwise !== null
    return [name, { ...is.schema, ...(isTold && { default: JSON.parse(jsonText(otherwise)) }) }] as const
  })
  const required = Object.keys(model).filter((name) => model[name]?.otherwise === undefined)
  return { type: 'object', properties: Object.fromEntries(properties), required }
}

/** The members that the model has, in its order, or all that is wrong. Others are left out. */
export function checked(
  model: Model,
  value: Json | undefined,
  place: Place,
): { readonly members: JsonObject } | { readonly flaws: readonly Flaw[] } {
  if (value === undefined || value === null) return { flaws: [missing(place)] }
  const flaws: Flaw[] = []
  const given = object(value, place, flaws)
  if (!given) return { flaws }
  const members = new Map<string, Json>()
  for (const [name, { is, otherwise }] of Object.entries(model)) {
    const member = given.get(name)
    if (member !== undefined) members.set(name, is(member, [...place, name], flaws) ?? null)
    else if (otherwise !== undefined) members.set(name, otherwise)
    else flaws.push(missing([...place, name]))
  }
  return flaws.length > 0 ? { flaws } : { members }
}

/** The body of the answer 422. */
export function flawsBody(flaws: readonly Flaw[]): Json {
  const detail = flaws.map(({ place, message, type, context }) => {
    return objectOf({ loc: place, msg: message, type, ...(context && { ctx: context }) })
  })
  return objectOf({ detail })
}
