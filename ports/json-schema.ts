/**
 * What quorate knows of JSON Schema (draft 2020-12): which keywords hold schemas, which say nothing about the
 * values, how a local reference is followed, and the one form in which a schema is announced. It validates
 * nothing.
 */

/** A JSON Schema, as it is announced: a plain object. */
export type JsonSchema = Record<string, unknown>

/** Holds for plain objects of any content; not for arrays, and not for bytes. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

/** The value of an own field; inherited ones, as `constructor`, do not count. */
export function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

const annotations: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'id',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/**
 * True for a keyword that does not bear on which values are right. Keywords that the standard does not know
 * count as constraints, because a vocabulary of the user's own may be one; to exempt one, its name begins
 * with `x-`.
 */
export function isAnnotation(keyword: string): boolean {
  return annotations.has(keyword) || keyword.startsWith('x-')
}

/** Keywords whose value maps names to schemas: their keys are the user's words, never keywords. */
const schemaMaps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
])

/** Keywords whose value is a schema, or a list of schemas. */
const schemaHolders: ReadonlySet<string> = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'additionalProperties',
  'unevaluatedItems',
  'unevaluatedProperties',
  'propertyNames',
  'contains',
  'contentSchema',
  'not',
  'if',
  'then',
  'else',
  'anyOf',
  'oneOf',
  'allOf',
])

/** Keywords whose value is a list in which order says nothing. */
const dataSets: ReadonlySet<string> = new Set(['required', 'type', 'enum'])

/**
 * The same schema with keys in order, sets in order and annotations left out. Takes what JSON.parse returns.
 */
export function canonicalSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(canonicalSchema)
  if (!isRecord(schema)) return schema
  return mapSorted(schema, isAnnotation, (keyword, value) => {
    if (schemaHolders.has(keyword)) return canonicalSchema(value)
    if (schemaMaps.has(keyword) && isRecord(value)) {
      return mapSorted(value, undefined, (_, member) => canonicalSchema(member))
    }
    const data = canonicalData(value)
    return dataSets.has(keyword) && Array.isArray(data) ? sortedByText(data) : data
  })
}

function canonicalData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalData)
  return isRecord(value) ? mapSorted(value, undefined, (_, member) => canonicalData(member)) : value
}

function mapSorted(
  record: Record<string, unknown>,
  isLeftOut: ((key: string) => boolean) | undefined,
  map: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  const keys = Object.keys(record).sort()
  // fromEntries defines its fields, so that a key as `__proto__` stays a mere key.
  return Object.fromEntries(
    keys.filter((key) => !isLeftOut?.(key)).map((key) => [key, map(key, record[key])]),
  )
}

function sortedByText(values: readonly unknown[]): unknown[] {
  const texts = values.map((value) => ({ value, text: JSON.stringify(value) }))
  texts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
  return texts.map(({ value }) => value)
}

/**
 * What a local reference (`#`, `#/$defs/Node`) points at within `root`; undefined if nothing. Never throws.
 */
export function resolveReference(root: unknown, reference: string): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  let at: unknown = root
  for (const token of reference.slice(2).split('/')) {
    const key = decodeToken(token)
    if (key === undefined) return undefined
    if (Array.isArray(at)) at = /^\d+$/.test(key) ? at[Number(key)] : undefined
    else at = isRecord(at) ? own(at, key) : undefined
    if (at === undefined) return undefined
  }
  return at
}

function decodeToken(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return undefined
  }
}
