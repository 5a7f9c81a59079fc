/** What the tests of compatibility share: verdicts that are checked from both ends, and short schemas. */
import { expect } from 'chai'
import { incompatibility, type TypeSummary } from '../../../ports/compatibility.js'
import type { JsonSchema } from '../../../ports/json-schema.js'

export const here = (jsonSchema: JsonSchema): TypeSummary => ({ name: 'M', fingerprint: 'aaaa', jsonSchema })
export const there = (jsonSchema: JsonSchema): TypeSummary => ({ name: 'M', fingerprint: 'bbbb', jsonSchema })

/** The verdict on two schemas, after checking that the other end comes to the same. */
export function verdict(mine: TypeSummary, theirs: TypeSummary): string | undefined {
  const text = incompatibility(mine, theirs)
  expect(incompatibility(theirs, mine)).to.equal(text && seenFromThere(text))
  return text
}

export function seenFromThere(text: string): string {
  const [, prefix = '', mine, theirs, suffix = ''] =
    /^(at .*?: |fingerprint |message )(.*) here, (.*) there( \(no .*)?$/.exec(text) ?? []
  return mine === undefined ? text : `${prefix}${theirs} here, ${mine} there${suffix}`
}

export const between = (mine: JsonSchema, theirs: JsonSchema) => verdict(here(mine), there(theirs))

export const string = { type: 'string' }
export const number = { type: 'number' }
export const object = (
  properties: JsonSchema,
  required = Object.keys(properties),
  others: JsonSchema = {},
) => ({
  type: 'object',
  properties,
  required,
  ...others,
})
