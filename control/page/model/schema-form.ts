/**
 * The form that a JSON Schema asks for: its fields, as far as a form can have them; what is beyond is typed
 * as JSON. Schemas come from anywhere, so all is bounded here. Pure.
 */

import type { NodeApp } from '../../fleet/models.js'
import { pageLimits } from '../limits.js'

interface FieldBase {
  /** Of the member; '' of the whole, and of those of a list. */
  readonly name: string
  readonly help: string
  readonly isRequired: boolean
  /** What stands for nothing typed. */
  readonly isNullable: boolean
  /** What the schema says it is unless told. */
  readonly initial?: unknown
}

export type Field = FieldBase &
  (
    | {
        readonly kind: 'text'
        readonly least: number
        readonly most: number
        readonly pattern?: string | undefined
      }
    | {
        readonly kind: 'number'
        readonly isWhole: boolean
        readonly min?: number | undefined
        readonly max?: number | undefined
      }
    | { readonly kind: 'flag' }
    | { readonly kind: 'choice'; readonly options: readonly unknown[] }
    | { readonly kind: 'list'; readonly of: Field; readonly least: number; readonly most: number }
    | { readonly kind: 'group'; readonly fields: readonly Field[] }
    | { readonly kind: 'json' }
  )

type Schema = Readonly<Record<string, unknown>>

export function fieldOf(schema: unknown, name = '', isRequired = true): Field {
  return read(schema, { name, isRequired, root: schema, depth: 0 })
}

/** The form of the parameters of an app's actor. */
export function fieldOfParameters(parameters: NodeApp['actors'][string]): Field {
  const fields = Object.entries(parameters).map(([name, { type, default: initial, help }]) => {
    const schema = { type, description: help, ...(initial !== null && { default: initial }) }
    return fieldOf(schema, name, initial === null)
  })
  return { ...baseOf({}, { name: '', isRequired: true }), kind: 'group', fields }
}

interface Place {
  readonly name: string
  readonly isRequired: boolean
  readonly root: unknown
  readonly depth: number
}

function read(given: unknown, place: Place): Field {
  const { schema, isNullable } = withoutNull(resolved(given, place.root))
  const base = { ...baseOf(schema, place), isNullable }
  const options = optionsIn(schema)
  if (options) return { ...base, kind: 'choice', options }
  switch (schema.type) {
    case 'string':
      return { ...base, kind: 'text', ...lengths(schema, 'Length', Infinity), pattern: patternIn(schema) }
    case 'number':
    case 'integer':
      return { ...base, kind: 'number', isWhole: schema.type === 'integer', ...bounds(schema) }
    case 'boolean': {
      const isPlain = (place.isRequired && !isNullable) || base.initial !== undefined
      return isPlain ? { ...base, kind: 'flag' } : { ...base, kind: 'choice', options: [true, false] }
    }
    case 'array': {
      const of = read(schema.items, { ...place, name: '', isRequired: true, depth: place.depth + 1 })
      const isFlat = place.depth < pageLimits.formDepth && schema.items !== undefined && of.kind !== 'list'
      return isFlat
        ? { ...base, kind: 'list', of, ...lengths(schema, 'Items', pageLimits.formItems) }
        : { ...base, kind: 'json' }
    }
    case 'object':
      return groupOf(schema, base, place)
    default:
      return { ...base, kind: 'json' }
  }
}

function groupOf(schema: Schema, base: FieldBase, place: Place): Field {
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : []
  const required = Array.isArray(schema.required) ? schema.required : []
  const isOpen = isObject(schema.additionalProperties) && properties.length === 0
  if (place.depth >= pageLimits.formDepth || properties.length > pageLimits.formFields || isOpen)
    return { ...base, kind: 'json' }
  const fields = properties.map(([name, each]) => {
    return read(each, { ...place, name, isRequired: required.includes(name), depth: place.depth + 1 })
  })
  return { ...base, kind: 'group', fields }
}

function baseOf(schema: Schema, { name, isRequired }: Pick<Place, 'name' | 'isRequired'>): FieldBase {
  const help = typeof schema.description === 'string' ? schema.description : ''
  const initial = schema.default === undefined ? {} : { initial: schema.default }
  return { name, help, isRequired, isNullable: false, ...initial }
}

/** What `#/$defs/…` means, which may mean another. */
function resolved(given: unknown, root: unknown): Schema {
  let found = given
  for (let at = 0; at < pageLimits.formDepth && isObject(found) && typeof found.$ref === 'string'; at++) {
    const path = found.$ref.replace(/^#\/?/, '').split('/').filter(Boolean)
    found = path.reduce((inner: unknown, part) => (isObject(inner) ? inner[part] : undefined), root)
  }
  return isObject(found) ? found : {}
}

function withoutNull(schema: Schema): { readonly schema: Schema; readonly isNullable: boolean } {
  const { type, anyOf } = schema
  if (Array.isArray(type) && type.length === 2 && type.includes('null')) {
    return { schema: { ...schema, type: type.find((each) => each !== 'null') }, isNullable: true }
  }
  if (Array.isArray(anyOf) && anyOf.length === 2) {
    const other = anyOf.find((each) => isObject(each) && each.type !== 'null')
    const hasNull = anyOf.some((each) => isObject(each) && each.type === 'null')
    if (hasNull && isObject(other))
      return { schema: { ...schema, anyOf: undefined, ...other }, isNullable: true }
  }
  return { schema, isNullable: false }
}

function optionsIn(schema: Schema): readonly unknown[] | undefined {
  if (schema.const !== undefined) return [schema.const]
  if (Array.isArray(schema.enum) && schema.enum.length <= pageLimits.formChoices) return schema.enum
  const { anyOf } = schema
  if (!Array.isArray(anyOf) || anyOf.length === 0 || anyOf.length > pageLimits.formChoices) return undefined
  const constants = anyOf.flatMap((each) => (isObject(each) && each.const !== undefined ? [each.const] : []))
  return constants.length === anyOf.length ? constants : undefined
}

function patternIn({ pattern }: Schema): string | undefined {
  return typeof pattern === 'string' && pattern.length <= pageLimits.patternChars ? pattern : undefined
}

function lengths(schema: Schema, of: 'Length' | 'Items', otherwise: number): { least: number; most: number } {
  const [least, most] = [numberIn(schema, `min${of}`), numberIn(schema, `max${of}`)]
  return { least: least ?? 0, most: Math.min(most ?? otherwise, otherwise) }
}

/** Bounds that are excluded are told by the actor where they are met. */
function bounds(schema: Schema): { min?: number | undefined; max?: number | undefined } {
  return {
    min: within(numberIn(schema, 'minimum') ?? numberIn(schema, 'exclusiveMinimum')),
    max: within(numberIn(schema, 'maximum') ?? numberIn(schema, 'exclusiveMaximum')),
  }
}

/** What every whole number is within says nothing. */
function within(bound: number | undefined): number | undefined {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined
}

function numberIn(schema: Schema, name: string): number | undefined {
  const value = schema[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
