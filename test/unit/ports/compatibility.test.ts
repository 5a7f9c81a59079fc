import { expect } from 'chai'
import { z } from 'zod'
import type { JsonSchema } from '../../../ports/json-schema.js'
import { message } from '../../../ports/message.js'
import { between, here, number, object, string, there, verdict } from './verdict.js'

const betweenZod = (mine: z.ZodType, theirs: z.ZodType) => verdict(message('M', mine), message('M', theirs))

describe('types with the same fingerprint or without a JSON Schema', () => {
  it('are compatible when the fingerprints are equal, whatever else they hold', () => {
    expect(verdict(here(string), { ...there(number), fingerprint: 'aaaa' })).to.equal(undefined)
    expect(verdict(message('M'), message('M'))).to.equal(undefined)
  })

  it('are not compatible when one side has no JSON Schema to compare', () => {
    const bare = { name: 'M', fingerprint: 'cccc' }
    const expected = 'fingerprint aaaa here, cccc there (no JSON Schema to compare)'
    expect(verdict(here(string), bare)).to.equal(expected)
    expect(verdict({ ...bare, fingerprint: 'aaaa' }, bare)).to.equal(expected)
  })

  it('are not compatible under different names', () => {
    expect(verdict(here(string), { ...here(string), name: 'N' })).to.equal('message M here, N there')
  })
})

describe('fields of objects', () => {
  const Base = z.object({ value: z.object({ unit: z.string() }), at: z.number() })

  it('must have the same types', () => {
    const Other = z.object({ value: z.object({ unit: z.number() }), at: z.number() })
    expect(betweenZod(Base, Other)).to.equal('at value.value.unit: string here, number there')
  })

  it('may be known to one side only where they are optional', () => {
    expect(betweenZod(Base, Base.extend({ note: z.string().optional() }))).to.equal(undefined)
    expect(betweenZod(Base, Base.extend({ note: z.string().default('') }))).to.equal(undefined)
    expect(
      betweenZod(Base.extend({ a: z.string().optional() }), Base.extend({ b: z.int().optional() })),
    ).to.equal(undefined)
  })

  it('may not be known to one side only where they are required', () => {
    expect(betweenZod(Base, Base.extend({ note: z.string() }))).to.equal(
      'at value.note: not known here, required there',
    )
  })

  it('must be required on both sides or on none', () => {
    expect(betweenZod(Base, Base.extend({ at: z.number().optional() }))).to.equal(
      'at value.at: required here, optional there',
    )
  })

  it('are refused by a strict side that does not know them', () => {
    const Strict = z.strictObject({ at: z.number() })
    const Longer = z.object({ at: z.number(), note: z.string().optional() })
    expect(betweenZod(Strict, Longer)).to.equal('at value.note: not allowed here, optional there')
    expect(betweenZod(z.object({ at: z.number() }), z.strictObject(Longer.shape))).to.equal(undefined)
  })

  it('are compared with what the other side says of all others, where that is a schema', () => {
    const record = object({}, [], { additionalProperties: number })
    expect(between(record, object({ a: number }, [], { additionalProperties: number }))).to.equal(undefined)
    expect(between(record, object({ a: string }, [], { additionalProperties: number }))).to.equal(
      'at value.a: number here, string there',
    )
    expect(betweenZod(z.record(z.string(), z.number()), z.record(z.string(), z.string()))).to.equal(
      'at value.*: number here, string there',
    )
  })

  it('beyond those named may be refused by one side unless the other says it takes them', () => {
    expect(betweenZod(z.object({}), z.strictObject({}))).to.equal(undefined)
    expect(betweenZod(z.object({}), z.looseObject({}))).to.equal(undefined)
    expect(betweenZod(z.looseObject({}), z.strictObject({}))).to.equal(
      'at value.*: anything here, nothing there',
    )
  })

  it('may have any names: those of prototypes and of keywords are names too', () => {
    const odd = JSON.parse('{"properties":{"__proto__":{"type":"string"},"title":{"type":"string"}}}')
    const other = JSON.parse('{"properties":{"__proto__":{"type":"number"},"title":{"type":"string"}}}')
    expect(between(odd, odd)).to.equal(undefined)
    expect(between(odd, other)).to.equal('at value.__proto__: string here, number there')
    expect(between(object({ title: string }), object({ title: number }))).to.equal(
      'at value.title: string here, number there',
    )
    expect(between({}, { properties: { constructor: string } })).to.equal(undefined)
    expect(between({}, { required: ['constructor'] })).to.equal(
      'at value.constructor: not known here, required there',
    )
  })
})

describe('lists and tuples', () => {
  it('must have elements of the same types', () => {
    expect(betweenZod(z.array(z.string()), z.array(z.number()))).to.equal(
      'at value[]: string here, number there',
    )
    expect(between({ type: 'array' }, { type: 'array', items: string })).to.equal(
      'at value[]: anything here, string there',
    )
  })

  it('must have the same places', () => {
    const pair = z.tuple([z.string(), z.number()])
    expect(betweenZod(pair, z.tuple([z.string(), z.string()]))).to.equal(
      'at value[1]: number here, string there',
    )
    expect(betweenZod(pair, z.tuple([z.string()]))).to.equal(
      'at value: a tuple of 2 here, a tuple of 1 there',
    )
    expect(betweenZod(pair, z.tuple([z.string(), z.number()], z.string()))).to.match(
      /^at value\[\]: nothing here/,
    )
  })

  it('may be written in the form before draft 2020-12', () => {
    expect(
      between({ items: [string], additionalItems: false }, { prefixItems: [string], items: false }),
    ).to.equal(undefined)
    expect(between({ items: [string] }, { items: [number] })).to.equal(
      'at value[0]: string here, number there',
    )
  })
})

describe('values and constraints', () => {
  it('of an enum or const must be the same sets', () => {
    expect(between({ enum: ['a', 'b'] }, { enum: ['b', 'a', 'b'] })).to.equal(undefined)
    expect(between({ enum: ['a'] }, { const: 'a' })).to.equal(undefined)
    expect(between({ const: { x: 1, y: [2] } }, { const: { y: [2], x: 1 } })).to.equal(undefined)
    expect(between({ const: 1 }, { const: '1' })).to.equal('at value: 1 here, "1" there')
    expect(betweenZod(z.enum(['a', 'b']), z.enum(['a']))).to.equal(
      'at value: one of "a", "b" here, "a" there',
    )
    expect(between({ ...string, const: 'a' }, string)).to.equal('at value: "a" here, any value there')
  })

  it('must be the same, and the text names the one that differs', () => {
    expect(betweenZod(z.number().min(0), z.number().min(1))).to.equal(
      'at value: minimum 0 here, minimum 1 there',
    )
    expect(betweenZod(z.string(), z.url())).to.equal('at value: no format here, format "uri" there')
    expect(between({ 'own-rule': 1 }, { 'own-rule': 2 })).to.equal(
      'at value: ["own-rule"] 1 here, ["own-rule"] 2 there',
    )
  })

  it('do not count where they are annotations', () => {
    expect(between({ ...string, title: 'a', 'x-form': 1 }, { ...string, description: 'b' })).to.equal(
      undefined,
    )
    expect(between({ title: 'any' }, {})).to.equal(undefined)
  })

  it('that apply schemas are compared as schemas', () => {
    const names = (minLength: number) => ({ propertyNames: { minLength } })
    expect(between(names(1), names(2))).to.equal(
      'at value (propertyNames): minLength 1 here, minLength 2 there',
    )
    expect(between(names(1), {})).to.equal('at value (propertyNames): present here, absent there')
    expect(
      between({ patternProperties: { '^a': string } }, { patternProperties: { '^a': number } }),
    ).to.equal('at value (patternProperties)["^a"]: string here, number there')
  })

  it('have the same words on both sides and still differ: then the text says so', () => {
    const long = 'x'.repeat(50)
    expect(between({ pattern: `${long}1` }, { pattern: `${long}2` })).to.match(
      / on both sides, but not the same$/,
    )
  })
})

describe('unions', () => {
  const variant = (kind: string, extra: z.ZodRawShape = {}) => z.object({ kind: z.literal(kind), ...extra })

  it('may list their alternatives in any order', () => {
    const one = z.union([variant('a'), variant('b'), z.string()])
    expect(betweenZod(one, z.union([z.string(), variant('b'), variant('a')]))).to.equal(undefined)
    expect(between({ type: ['string', 'null'] }, { type: ['null', 'string'] })).to.equal(undefined)
  })

  it('name the path within the one alternative that differs', () => {
    const one = z.union([variant('a', { v: z.string() }), variant('b')])
    const two = z.union([variant('b'), variant('a', { v: z.number() })])
    expect(betweenZod(one, two)).to.equal('at value.v: string here, number there')
  })

  it('name the alternatives that only one side knows', () => {
    const [a, b, c] = [variant('a'), variant('b'), variant('c')]
    expect(
      betweenZod(z.discriminatedUnion('kind', [a, b]), z.discriminatedUnion('kind', [b, c, a])),
    ).to.equal('at value: no such alternative here, the alternative {kind: "c"} there')
    expect(betweenZod(z.string(), z.string().nullable())).to.equal(
      'at value: string here, null or string there',
    )
  })

  it('are paired as a whole, also where the first that fits is the wrong one', () => {
    const open = object({ a: number }, [])
    const strict = object({}, [], { additionalProperties: false })
    const plain = object({}, [])
    // `plain` fits both, `open` fits only `plain`: whoever takes the first that fits leaves one alone.
    expect(between({ anyOf: [plain, open] }, { anyOf: [plain, strict] })).to.equal(undefined)
    expect(between({ anyOf: [open, plain] }, { anyOf: [strict, plain] })).to.equal(undefined)
  })

  it('differ from single types and from other kinds of union', () => {
    expect(between({ anyOf: [string, number] }, string)).to.equal(
      'at value: string or number here, string there',
    )
    expect(between({ anyOf: [string, number] }, { oneOf: [string, number] })).to.be.a('string')
  })
})

describe('references', () => {
  interface Tree {
    label: unknown
    kids: Tree[]
  }
  const tree = (label: z.ZodType, extra: z.ZodRawShape = {}): z.ZodType<Tree> => {
    const node: z.ZodType<Tree> = z.object({ label, ...extra, kids: z.array(z.lazy(() => node)) })
    return node
  }
  const $ref = (name: string) => ({ $ref: `#/$defs/${name}` })

  it('are followed in recursive schemas, and the comparison ends', () => {
    expect(betweenZod(tree(z.string()), tree(z.string(), { note: z.string().optional() }))).to.equal(
      undefined,
    )
    expect(betweenZod(tree(z.string()), tree(z.number()))).to.equal(
      'at value.label: string here, number there',
    )
    expect(betweenZod(z.object({ t: tree(z.string()) }), z.object({ t: tree(z.number()) }))).to.equal(
      'at value.t.label: string here, number there',
    )
  })

  it('may have other names, and may be unrolled, on the other side', () => {
    const mine = { ...$ref('Node'), $defs: { Node: object({ next: $ref('Node') }, []) } }
    const theirs = object({ next: $ref('A') }, [], {
      $defs: { A: object({ next: $ref('B') }, []), B: object({ next: { $ref: '#' } }, []) },
    })
    expect(between(mine, theirs)).to.equal(undefined)
  })

  it('hold nothing for the same that was only so under an assumption that proved false', () => {
    // P and P there are met first: A counts as A there as long as P does as P there. Then `z` proves P
    // different, the union is paired crosswise, and A must not have stayed the same.
    const schema = (p: JsonSchema, q: JsonSchema) => ({
      ...object({ either: { anyOf: [$ref('P'), $ref('Q')] }, last: $ref('A') }),
      $defs: {
        P: object({ a: $ref('A'), z: p }),
        A: object({ node: $ref('P') }),
        Q: object({ a: $ref('B'), z: q }),
        B: object({ node: $ref('Q') }),
      },
    })
    expect(between(schema(number, string), schema(number, string))).to.equal(undefined)
    expect(between(schema(number, string), schema(string, number))).to.equal(
      'at value.last.node.z: number here, string there',
    )
  })

  it('that lead nowhere, round in a circle, or depend on the way make types incompatible', () => {
    const circle = { $defs: { a: $ref('b'), b: $ref('a') } }
    for (const bad of [{ $ref: '#/none' }, { $ref: '#name' }, { $ref: '#/%' }, { ...$ref('a'), ...circle }]) {
      expect(between(bad, string)).to.match(
        /^at value: a \$ref that leads nowhere \(.*\) here, string there$/,
      )
      expect(between(bad, bad)).to.match(/on both sides, but not the same$/)
    }
    expect(between({ $dynamicRef: '#x' }, { $dynamicRef: '#x' })).to.be.a('string')
  })

  it('to elsewhere must be the same text', () => {
    const $ref = 'https://example.org/a'
    expect(between({ $ref }, { $ref })).to.equal(undefined)
    expect(between({ $ref }, { $ref: `${$ref}b` })).to.be.a('string')
  })

  it('with keywords beside them are compared together with those', () => {
    const schema = (minimum: number, type: JsonSchema) => ({ ...$ref('N'), minimum, $defs: { N: type } })
    expect(between(schema(1, number), schema(1, number))).to.equal(undefined)
    expect(between(schema(1, number), schema(2, number))).to.equal(
      'at value: minimum 1 here, minimum 2 there',
    )
    expect(between(schema(1, number), schema(1, string))).to.equal('at value: number here, string there')
    expect(between({ $ref: '#', minimum: 1 }, { $ref: '#', minimum: 1 })).to.equal(undefined)
  })

  it('resolve escaped and encoded tokens, and places in lists', () => {
    const schema = (reference: string) => ({
      properties: { x: { $ref: reference } },
      $defs: { 'a/b~c d': string, list: { anyOf: [number, string] } },
    })
    expect(between(schema('#/$defs/a~1b~0c%20d'), schema('#/$defs/list/anyOf/1'))).to.equal(undefined)
  })
})
