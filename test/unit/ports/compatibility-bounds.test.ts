import { expect } from 'chai'
import { COMPARED_CHARS, COMPARED_DEPTH, COMPARED_NODES } from '../../../ports/comparison-budget.js'
import { incompatibility } from '../../../ports/compatibility.js'
import type { JsonSchema } from '../../../ports/json-schema.js'
import { between, here, string } from './verdict.js'

describe('a hostile schema', () => {
  const tooLarge = 'the fingerprints differ, and the schemas are too large to compare'

  function nested(depth: number): JsonSchema {
    let schema: JsonSchema = {}
    for (let level = 0; level < depth; level++) schema = { items: schema }
    return schema
  }

  it('is too large to compare when it is too deep', () => {
    expect(between(nested(COMPARED_DEPTH - 2), nested(COMPARED_DEPTH - 2))).to.equal(undefined)
    expect(between(nested(COMPARED_DEPTH + 2), nested(COMPARED_DEPTH + 2))).to.equal(tooLarge)
    expect(between(nested(10_000), nested(10_000))).to.equal(tooLarge)
    expect(between({ const: nested(10_000) }, { const: nested(10_000) })).to.equal(tooLarge)
  })

  it('is too large to compare when it is too wide, too long or bytes', () => {
    const wide = { enum: new Array(COMPARED_NODES + 1).fill(1) }
    const long = { pattern: 'x'.repeat(COMPARED_CHARS + 1) }
    const union = { anyOf: new Array(257).fill({}) }
    expect(between(union, union)).to.equal(tooLarge)
    for (const schema of [wide, long, { const: new Uint8Array(9) }]) {
      expect(between(schema, {})).to.equal(tooLarge)
    }
  })

  it('is too large to compare when it refers to itself as an object', () => {
    const cycle: JsonSchema = { type: 'array' }
    cycle.items = cycle
    expect(between(cycle, { ...cycle })).to.equal(tooLarge)
  })

  it('costs little where every definition refers to the next one twice', () => {
    const $defs: JsonSchema = { d0: string }
    for (let at = 1; at < 50; at++) {
      $defs[`d${at}`] = {
        properties: { a: { $ref: `#/$defs/d${at - 1}` }, b: { $ref: `#/$defs/d${at - 1}` } },
      }
    }
    const twice = { $ref: '#/$defs/d49', $defs }
    expect(between(twice, twice)).to.equal(undefined)
  })

  /** Costs as much as the bound allows. */
  function compareUnions(): string | undefined {
    const member = (depth: number): JsonSchema =>
      depth === 0 ? { minimum: depth } : { anyOf: Array.from({ length: 7 }, () => member(depth - 1)) }
    const other = { anyOf: Array.from({ length: 7 }, () => ({ anyOf: new Array(7).fill({ maximum: 1 }) })) }
    return between(member(4), { anyOf: new Array(7).fill(other) })
  }

  /** Milliseconds of this process's own: others may run beside it. */
  function cpuMsOf(work: () => void): number {
    const before = process.cpuUsage()
    work()
    return process.cpuUsage(before).user / 1000
  }

  it('cannot make unions within unions cost more than the bound', () => {
    expect(compareUnions()).to.be.a('string')
  })

  it('cannot make long ways by references cost more than the bound', () => {
    const steps = new Array(50).fill('a')
    const hop = (at: number): JsonSchema => ({ $ref: `#/$defs/${steps.join('/')}/h${at}` })
    const hops: JsonSchema = Object.fromEntries(
      Array.from({ length: 31 }, (_, at) => [`h${at}`, hop(at + 1)]),
    )
    hops.h31 = { type: 'array', items: { anyOf: Array.from({ length: 64 }, () => hop(0)) } }
    const place = steps.slice(1).reduce<JsonSchema>((inner) => ({ a: inner }), hops)
    const theirs = { anyOf: Array.from({ length: 64 }, () => hop(0)), $defs: { a: place } }
    const mine = { anyOf: Array.from({ length: 40 }, (_, at) => ({ type: 'array', items: { minimum: at } })) }
    const boundMs = cpuMsOf(compareUnions)
    const ms = cpuMsOf(() => expect(between(mine, theirs)).to.equal(tooLarge))
    // Some five times that; seventy where only the schemas at the ends of the references count.
    expect(ms).to.be.below(20 * boundMs)
  })

  it('gets no unprintable character and no more than 300 into the text', () => {
    const text = '\u001b[31m\n\u202e'.repeat(40)
    const mine = { properties: { [text]: { enum: [text, text] } } }
    const theirs = { properties: { [text]: { enum: [text, 1] } }, required: [text] }
    const said = [
      between(mine, theirs),
      between({ type: text }, { type: 'b' }),
      between({ [text]: 1 }, { [text]: 2 }),
    ]
    said.push(incompatibility(here(mine), { name: text, fingerprint: text }))
    for (const line of said) {
      expect(line).to.match(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,300}$/u)
    }
  })
})
