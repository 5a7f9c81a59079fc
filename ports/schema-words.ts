/**
 * Short words for a JSON Schema, for the texts that tell people how two schemas differ. They look one level
 * deep at most, take anything at all, and are bounded; they are never compared to decide something.
 */
import { oneLine, pathStep } from './foreign-text.js'
import { isRecord, type JsonSchema, own } from './json-schema.js'

const WORD_CHARS = 60
const UNION_CHARS = 80
const LISTED = 4

/**
 * What values a schema lets through, in a word: `string`, `one of "a", "b"`, `string or null`, `anything`.
 */
export function wordsFor(schema: unknown): string {
  return oneLine(isRecord(schema) ? (shallow(schema) ?? union(schema)) : bare(schema), WORD_CHARS)
}

/** The same for one alternative of a union, where `object` alone would not tell it from the others. */
function wordsForAlternative(schema: unknown): string {
  if (!isRecord(schema)) return wordsFor(schema)
  const properties = own(schema, 'properties')
  if (!isRecord(properties)) return wordsFor(schema)
  const fields = Object.keys(properties).slice(0, LISTED)
  const words = fields.map((field) => {
    const member = properties[field]
    const name = pathStep(field).replace(/^\./, '')
    return isRecord(member) && Object.hasOwn(member, 'const') ? `${name}: ${literal(member.const)}` : name
  })
  return oneLine(`{${words.join(', ')}}`, WORD_CHARS)
}

/** What an enum or const lets through, and `any value` where there is neither. */
export function wordsForValues(values: readonly unknown[] | undefined): string {
  if (!values) return 'any value'
  if (values.length === 1) return literal(values[0])
  return oneLine(`one of ${listed(values, literal, ', ')}`, WORD_CHARS)
}

/** What a schema says under one keyword: `minimum 0`, or `no minimum`. */
export function wordsForKeyword(schema: JsonSchema, keyword: string): string {
  const value = own(schema, keyword)
  const name = pathStep(keyword).replace(/^\./, '')
  return value === undefined ? `no ${name}` : `${name} ${literal(value)}`
}

/** The members of a union, at the places `alone`, that the other side has nothing like. */
export function wordsForAlone(members: readonly unknown[], alone: readonly number[]): string {
  if (alone.length === 0) return 'no such alternative'
  const words = alone.slice(0, 2).map((at) => wordsForAlternative(members[at]))
  const more = alone.length > 2 ? ' and more' : ''
  return oneLine(`the alternative ${words.join(' and ')}${more}`, UNION_CHARS)
}

/** One value, quoted as in JSON where it is a scalar. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(oneLine(value, WORD_CHARS / 2))
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function bare(schema: unknown): string {
  if (schema === true || schema === undefined) return 'anything'
  return schema === false ? 'nothing' : 'no schema'
}

function shallow(schema: Record<string, unknown>): string | undefined {
  if (Object.hasOwn(schema, 'const')) return wordsForValues([schema.const])
  const values = own(schema, 'enum')
  if (Array.isArray(values)) return wordsForValues(values)
  const type = own(schema, 'type')
  if (typeof type === 'string') return literalType(type)
  if (Array.isArray(type)) return listed(type, literalType, ' or ')
  return typeof own(schema, '$ref') === 'string' ? 'a reference' : undefined
}

function union(schema: Record<string, unknown>): string {
  const members = own(schema, 'anyOf') ?? own(schema, 'oneOf')
  if (Array.isArray(members)) return listed(members, unionMember, ' or ')
  if (Array.isArray(own(schema, 'allOf'))) return 'an intersection'
  return Object.hasOwn(schema, 'not') ? 'a negation' : 'anything'
}

function unionMember(member: unknown): string {
  return isRecord(member) ? (shallow(member) ?? 'a union') : bare(member)
}

function literalType(type: unknown): string {
  return typeof type === 'string' ? oneLine(type, WORD_CHARS / 2) : literal(type)
}

function listed(values: readonly unknown[], word: (value: unknown) => string, separator: string): string {
  const words = values.slice(0, LISTED).map(word)
  if (values.length > LISTED) words.push('…')
  return words.join(separator)
}
