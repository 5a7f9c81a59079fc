import { expect } from 'chai'
import fc from 'fast-check'
import type { JsonSchema } from '../../../ports/json-schema.js'
import { between, number, object, string } from './verdict.js'

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null

type Edit = (schema: JsonSchema) => JsonSchema

const edits: readonly Edit[] = [
  (schema) => ({ ...schema, required: [] }),
  (schema) => ({ ...schema, additionalProperties: false }),
  (schema) => ({ ...schema, type: 'number' }),
  (schema) => (Array.isArray(schema.anyOf) ? { ...schema, anyOf: [...schema.anyOf].reverse() } : schema),
  (schema) =>
    isObject(schema.properties) ? { ...schema, properties: { a: {}, ...schema.properties } } : schema,
]

/** The schema with the edit done at one of the schemas in it. */
function edited(schema: JsonSchema, place: number, edit: Edit): JsonSchema {
  let met = 0
  return JSON.parse(JSON.stringify(schema), (_, value: unknown) => {
    const isSchema = isObject(value) && (typeof value.type === 'string' || Array.isArray(value.anyOf))
    return isSchema && met++ === place ? edit(value) : value
  })
}

/** The rules word for word, for the keywords that the generator above uses; tries all pairings of a union. */
function naivelyCompatible(mine: unknown, theirs: unknown): boolean {
  const [m, t] = [reading(mine), reading(theirs)]
  if (mine === false || theirs === false) return mine === theirs
  if (JSON.stringify(m.rest) !== JSON.stringify(t.rest)) return false
  if ((m.anyOf === undefined) !== (t.anyOf === undefined)) return false
  if (!someOrder(t.anyOf ?? [], (order) => alike(m.anyOf ?? [], order))) return false
  if (!alike(m.prefixItems, t.prefixItems)) return false
  if (m.items !== t.items && !naivelyCompatible(m.items, t.items)) return false
  for (const name of ['a', 'b', 'c']) {
    if (m.required.includes(name) !== t.required.includes(name)) return false
    const [left, right] = [m.properties[name], t.properties[name]]
    if (left !== undefined && right !== undefined && !naivelyCompatible(left, right)) return false
    if (left === undefined && right !== undefined && m.others === false) return false
    if (left !== undefined && right === undefined && t.others === false) return false
  }
  const others = [m.others, t.others]
  return !(others.includes(false) && others.some(isObject))
}

const listIn = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined)

function reading(schema: unknown) {
  const read = isObject(schema) ? schema : {}
  return {
    rest: [read.type ?? 0, read.minimum ?? 0, read.const ?? 0],
    anyOf: listIn(read.anyOf),
    prefixItems: listIn(read.prefixItems) ?? [],
    items: read.items ?? true,
    properties: isObject(read.properties) ? read.properties : {},
    required: listIn(read.required) ?? [],
    others: read.additionalProperties,
  }
}

function alike(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((member, at) => naivelyCompatible(member, right[at]))
}

function someOrder(members: readonly unknown[], test: (order: readonly unknown[]) => boolean): boolean {
  const permute = (chosen: readonly unknown[], left: readonly unknown[]): boolean =>
    left.length === 0
      ? test(chosen)
      : left.some((member, at) => permute([...chosen, member], [...left.slice(0, at), ...left.slice(at + 1)]))
  return permute([], members)
}

describe('the verdict', () => {
  const keyword = fc.constantFrom(
    ...[
      'type',
      'enum',
      'const',
      'properties',
      'required',
      'additionalProperties',
      'items',
      'prefixItems',
      'anyOf',
    ],
    ...[
      'oneOf',
      'allOf',
      'not',
      'patternProperties',
      '$ref',
      '$defs',
      '$dynamicRef',
      'minimum',
      'title',
      'a',
      'b',
    ],
  )
  const scalar = fc.oneof(
    fc.constantFrom(
      'string',
      'number',
      'a',
      'b',
      '#',
      '#/$defs/a',
      '#/$defs/b',
      '#/properties/a',
      '#/anyOf/0',
    ),
    fc.constantFrom(true, false, null, 0, 1, -0, Number.NaN, 7n, undefined),
  )
  /** Anything at all, with the words of JSON Schema in all places, right and wrong. */
  const { junk } = fc.letrec<{ junk: unknown; list: unknown[]; record: JsonSchema }>((tie) => ({
    junk: fc.oneof({ maxDepth: 5, withCrossShrink: true }, scalar, tie('list'), tie('record'), tie('record')),
    list: fc.array(tie('junk'), { maxLength: 4 }),
    record: fc.dictionary(keyword, tie('junk'), { maxKeys: 5 }),
  }))
  const junkSchema = fc.dictionary(keyword, junk, { maxKeys: 6 })

  /** Schemas as libraries write them, references included. */
  const { schema } = fc.letrec<{ schema: JsonSchema; fields: JsonSchema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<JsonSchema>({}, string, number, { type: 'integer', minimum: 0 }, { const: 'a' }),
      fc.constantFrom<JsonSchema>({ $ref: '#' }, { $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }),
      tie('fields'),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ prefixItems: fc.array(tie('schema'), { maxLength: 3 }), items: fc.constant(false) }),
    ),
    fields: fc
      .record({
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }),
        required: fc.subarray(['a', 'b', 'c']),
        others: fc.constantFrom<JsonSchema>(
          {},
          { additionalProperties: false },
          { additionalProperties: {} },
        ),
      })
      .map(({ properties, required, others }) => {
        const names = required.filter((name) => Object.hasOwn(properties, name))
        return { ...object(properties, names), ...others }
      }),
  }))
  const rooted = fc
    .record({ root: schema, a: schema, b: schema })
    // A root or definition that is a mere reference may lead round in a circle, and fits nothing.
    .filter((parts) => Object.values(parts).every((part) => !Object.hasOwn(part, '$ref')))
    .map(({ root, a, b }): JsonSchema => ({ ...root, $defs: { a, b } }))

  it('is a text or undefined, and mirrored at the other end, for any content at all', () => {
    fc.assert(
      fc.property(junkSchema, junkSchema, (mine, theirs) => {
        expect(between(mine, theirs)).to.satisfy(
          (text: unknown) => text === undefined || typeof text === 'string',
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('is mirrored at the other end for schemas as libraries write them', () => {
    fc.assert(
      fc.property(rooted, rooted, (mine, theirs) => {
        between(mine, theirs)
      }),
      { numRuns: 1000 },
    )
  })

  it('is that a schema is compatible with itself, the fingerprint aside', () => {
    fc.assert(
      fc.property(rooted, (schema) => {
        expect(between(schema, structuredClone(schema))).to.equal(undefined)
      }),
      { numRuns: 1000 },
    )
  })

  const plain = schema.filter((candidate) => !JSON.stringify(candidate).includes('$ref'))

  /** Two schemas, of which the second is the first with a few small changes. */
  const near = fc
    .tuple(plain, fc.array(fc.tuple(fc.nat(6), fc.constantFrom(...edits)), { maxLength: 3 }))
    .map(([mine, changes]): [JsonSchema, JsonSchema] => [
      mine,
      changes.reduce((theirs, [place, edit]) => edited(theirs, place, edit), mine),
    ])

  it('is that of a naive comparison without references, for every pair', () => {
    const verdicts = { compatible: 0, not: 0 }
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(plain, plain)), ([mine, theirs]) => {
        const isCompatible = between(mine, theirs) === undefined
        expect(isCompatible).to.equal(naivelyCompatible(mine, theirs))
        verdicts[isCompatible ? 'compatible' : 'not']++
      }),
      { numRuns: 2000 },
    )
    expect(Math.min(verdicts.compatible, verdicts.not), 'cases of the rarer verdict').to.be.above(200)
  })
})
