import { createHash } from 'node:crypto'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { encode } from '../../../ports/codec.js'
import { identityOf, KEPT_SCHEMA_CHARS, KEPT_SCHEMA_DEPTH } from '../../../ports/fingerprint.js'

function withJsonSchema(input: () => unknown): StandardSchemaV1 {
  const standard = { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) }
  return { '~standard': Object.assign(standard, { jsonSchema: { input } }) }
}

const printOf = (jsonSchema: unknown, name = 'M'): string =>
  identityOf(
    name,
    withJsonSchema(() => jsonSchema),
    '',
  ).fingerprint

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

describe('the fingerprint of a message type', () => {
  it('is the first 8 bytes of a SHA-256 over the name and the canonical JSON Schema', () => {
    const schema = z.object({ value: z.number(), at: z.number() })
    const text =
      '{"properties":{"at":{"type":"number"},"value":{"type":"number"}},' +
      '"required":["at","value"],"type":"object"}'
    expect(identityOf('M', schema, '')).to.deep.equal({
      fingerprint: digest(`M\nschema\n${text}`),
      jsonSchema: JSON.parse(text),
    })
  })

  it('is the same whatever the order of keys, of required fields, of types and of enum members', () => {
    const one = {
      type: ['string', 'null'],
      enum: ['a', 'b', null],
      properties: { x: {}, y: {} },
      required: ['x', 'y'],
    }
    const two = {
      required: ['y', 'x'],
      properties: { y: {}, x: {} },
      enum: [null, 'b', 'a'],
      type: ['null', 'string'],
    }
    expect(printOf(one)).to.equal(printOf(two))
  })

  it('does not depend on annotations, at any depth', () => {
    const plain = z.object({ unit: z.string(), list: z.array(z.number()) })
    const noted = z
      .object({
        unit: z
          .string()
          .describe('the unit')
          .meta({ title: 'Unit', examples: ['m'], 'x-form': 1 }),
        list: z.array(z.number().meta({ deprecated: true })),
      })
      .meta({ $comment: 'all of it' })
    expect(identityOf('M', noted, '')).to.deep.equal(identityOf('M', plain, ''))
  })

  it('keeps fields and values that are merely named like annotations', () => {
    const { jsonSchema } = identityOf('M', z.object({ title: z.string(), default: z.literal('x') }), '')
    expect(jsonSchema).to.have.nested.property('properties.title.type', 'string')
    expect(jsonSchema).to.have.nested.property('properties.default.const', 'x')
    expect(printOf({ const: { title: 'a' } })).not.to.equal(printOf({ const: { title: 'b' } }))
  })

  it('differs for another name, another type, another constraint and another order of a tuple', () => {
    const prints = [
      printOf({ type: 'string' }),
      printOf({ type: 'string' }, 'N'),
      printOf({ type: 'number' }),
      printOf({ type: 'string', minLength: 1 }),
      printOf({ prefixItems: [{ type: 'string' }, {}] }),
      printOf({ prefixItems: [{}, { type: 'string' }] }),
    ]
    expect(new Set(prints)).to.have.property('size', prints.length)
  })

  it('is of the name and the version where there is no JSON Schema', () => {
    const withDate = z.object({ at: z.date() })
    for (const schema of [undefined, withDate]) {
      expect(identityOf('M', schema, '')).to.deep.equal({
        fingerprint: digest('M\nversion\n'),
        jsonSchema: undefined,
      })
      expect(identityOf('M', schema, '2').fingerprint).to.equal(digest('M\nversion\n2'))
    }
  })

  it('does not depend on the version where there is a JSON Schema', () => {
    expect(identityOf('M', z.string(), '2')).to.deep.equal(identityOf('M', z.string(), ''))
  })

  it('is that of the version where the JSON Schema is none: a throw, a cycle, a bigint, a list', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const fail = (): never => {
      throw new Error('not to be expressed')
    }
    for (const input of [
      fail,
      () => cycle,
      () => ({ maximum: 1n }),
      () => [],
      () => undefined,
      () => 'text',
    ]) {
      expect(identityOf('M', withJsonSchema(input), 'v').fingerprint).to.equal(digest('M\nversion\nv'))
    }
  })

  it('asks for the input side, as a method of the converter, in draft 2020-12', () => {
    const converter = {
      answer: { type: 'string' },
      input(this: { answer: unknown }, options: unknown) {
        expect(options).to.deep.equal({ target: 'draft-2020-12' })
        return this.answer
      },
    }
    const schema = withJsonSchema(() => ({}))
    Object.assign(schema['~standard'], { jsonSchema: converter })
    expect(identityOf('M', schema, '').jsonSchema).to.deep.equal({ type: 'string' })
  })

  it('is of a schema too large to announce as well, but that schema is not kept', () => {
    const large = { enum: ['x'.repeat(KEPT_SCHEMA_CHARS)] }
    const other = { enum: ['y'.repeat(KEPT_SCHEMA_CHARS)] }
    const schema = withJsonSchema(() => large)
    expect(identityOf('M', schema, '').jsonSchema).to.equal(undefined)
    expect(printOf(large)).not.to.equal(printOf(other))
  })

  it('is of a schema that no peer would decode as well, but that schema is not kept', () => {
    let deep: unknown = {}
    for (let depth = 0; depth < KEPT_SCHEMA_DEPTH; depth++) deep = { items: deep }
    const hostile = { properties: { constructor: { type: 'string' } } }
    const long = { patternProperties: { [`^(${'ä'.repeat(127)})$`]: { type: 'string' } } }
    for (const offered of [deep, hostile, long]) {
      const { fingerprint, jsonSchema } = identityOf(
        'M',
        withJsonSchema(() => offered),
        '',
      )
      expect(jsonSchema).to.equal(undefined)
      expect(fingerprint).not.to.equal(digest('M\nversion\n'))
    }
  })

  it('is stable: the canonical form of a canonical form is itself', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (offered) => {
        const { fingerprint, jsonSchema } = identityOf(
          'M',
          withJsonSchema(() => offered),
          '',
        )
        if (!jsonSchema) return
        expect(printOf(jsonSchema)).to.equal(fingerprint)
        expect(() => encode(jsonSchema, 'a schema')).not.to.throw()
      }),
    )
  })
})
