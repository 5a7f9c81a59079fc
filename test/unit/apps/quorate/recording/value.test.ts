import { expect } from 'chai'
import * as fc from 'fast-check'
import { fromJson, toJson } from '../../../../../apps/quorate/recording/value.js'

function there(value: unknown): unknown {
  return fromJson(JSON.parse(JSON.stringify(toJson(value))))
}

const value = fc.anything({
  withBigInt: true,
  key: fc.oneof(
    fc.string(),
    fc.constantFrom('$bytes', '$object', '$number', '$', '__proto__', 'constructor'),
  ),
  values: [
    fc.constant(undefined),
    fc.double(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  ],
})

describe('values of a recording', () => {
  it('are the same after, whatever a message may hold', () => {
    fc.assert(fc.property(value, (each) => void expect(there(each)).to.deep.equal(plain(each))))
  })

  it('keep what JSON lacks', () => {
    for (const each of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
      2n ** 70n,
      undefined,
    ]) {
      expect(Object.is(there(each), each), String(each)).to.equal(true)
    }
    expect(there(Buffer.from('abc'))).to.deep.equal(Buffer.from('abc'))
    expect(there({ $bytes: 'no bytes' })).to.deep.equal({ $bytes: 'no bytes' })
  })

  it('are readable where JSON does', () => {
    expect(toJson({ n: 1, list: ['a', null, true] })).to.deep.equal({ n: 1, list: ['a', null, true] })
  })

  it('refuses what is no value', () => {
    for (const wrong of [{ $bytes: 1 }, { $bigint: 'x' }, { $number: '7' }, { $object: null }, { $no: 1 }]) {
      expect(() => fromJson(wrong), JSON.stringify(wrong)).to.throw()
    }
  })
})

/** Maps without the prototypes that fast-check gives some. */
function plain(each: unknown): unknown {
  if (Array.isArray(each)) return each.map(plain)
  if (typeof each !== 'object' || each === null || each instanceof Uint8Array) return each
  return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, plain(inner)]))
}
