/**
 * How one node of a JSON Schema reads: where its references lead, which values, fields and elements it speaks
 * of. Takes anything at all, since schemas come from the network; a keyword of a form that makes no sense
 * counts as absent.
 */
import type { ComparisonBudget } from './comparison-budget.js'
import { isAnnotation, isRecord, type JsonSchema, own, resolveReference } from './json-schema.js'
import { literal, wordsFor } from './schema-words.js'

const REFERENCES_IN_A_ROW = 32
const REFERENCE_CHARS = 512

/** Where a chain of references ended that leads nowhere. */
export class DeadEnd {
  readonly reference: string

  constructor(reference: string) {
    this.reference = reference
  }
}

/**
 * The end of the chain of local references at `schema`: a schema without one, or with other keywords beside
 * it; a DeadEnd where one leads nowhere, round in a circle, or further than is bearable. Each reference costs
 * of the budget; means nothing once that is spent.
 */
export function follow(root: unknown, schema: unknown, budget: ComparisonBudget): unknown {
  let at = schema
  for (let hops = 0; isRecord(at); hops++) {
    const reference = own(at, '$ref')
    if (!isLocal(reference) || !budget.take(1)) return at
    const isBounded = hops < REFERENCES_IN_A_ROW && reference.length <= REFERENCE_CHARS
    const target = isBounded ? resolveReference(root, reference) : undefined
    if (target === undefined) return new DeadEnd(reference)
    if (!saysOnly(at, '$ref')) return at
    at = target
  }
  return at
}

function saysOnly(schema: JsonSchema, keyword: string): boolean {
  return Object.keys(schema).every(
    (key) => key === keyword || key === '$defs' || key === 'definitions' || isAnnotation(key),
  )
}

/** True for a reference into the schema it stands in. */
export function isLocal(reference: unknown): reference is string {
  return typeof reference === 'string' && reference.startsWith('#')
}

/** What `follow` came to, in words. */
export function wordsForEnd(end: unknown): string {
  return end instanceof DeadEnd ? `a $ref that leads nowhere (${literal(end.reference)})` : wordsFor(end)
}

/** One form for what lets everything through (`{}`), and one for what lets nothing (`false`). */
export function normal(schema: unknown): unknown {
  if (schema === true) return {}
  if (!isRecord(schema) || !Object.hasOwn(schema, 'not')) return schema
  return saysOnly(schema, 'not') && isOpen(schema.not) ? false : schema
}

/** True for a schema that lets everything through. */
export function isOpen(schema: unknown): boolean {
  return schema === true || (isRecord(schema) && Object.keys(schema).every(isAnnotation))
}

/** A keyword's value as a list where one value may stand for itself. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? value : [value]
}

/** The only values that a schema lets through, where it lists them. */
export function allowedValues(schema: JsonSchema): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, 'const')) return [schema.const]
  return asList(own(schema, 'enum'))
}

/** What a schema says of objects. */
export interface Fields {
  readonly properties: JsonSchema
  readonly required: ReadonlySet<string>
  /** What `additionalProperties` says, undefined where it is not there. */
  readonly others: unknown
}

/** Reads the keywords about objects. */
export function fieldsOf(schema: JsonSchema): Fields {
  const properties = own(schema, 'properties')
  const required = own(schema, 'required')
  return {
    properties: isRecord(properties) ? properties : {},
    required: new Set(Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []),
    others: own(schema, 'additionalProperties'),
  }
}

/** How a schema takes the property `name`, in words. */
export function presence(name: string, { properties, required, others }: Fields): string {
  if (required.has(name)) return 'required'
  if (Object.hasOwn(properties, name)) return 'optional'
  return others === false ? 'not allowed' : 'not known'
}

/** What a schema says of lists. */
export interface Elements {
  /** The schemas of the first elements, one each. */
  readonly places: readonly unknown[]
  /** What the elements after the named places are, undefined where nothing is said. */
  readonly rest: unknown
}

/** Reads the keywords about lists. */
export function elementsOf(schema: JsonSchema): Elements {
  const items = own(schema, 'items')
  // The form before draft 2020-12.
  if (Array.isArray(items)) return { places: items, rest: own(schema, 'additionalItems') }
  const places = own(schema, 'prefixItems')
  return { places: Array.isArray(places) ? places : [], rest: items }
}
