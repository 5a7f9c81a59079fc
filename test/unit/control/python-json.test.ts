import { expect } from 'chai'
import { rpcLimits } from '../../../control/rpc/limits.js'
import { COMPACT, Float, jsonText } from '../../../control/rpc/python-json.js'

describe('JSON as Python writes it', () => {
  it('has a space after commas and colons, or none', () => {
    const value = { a: 1, b: [true, null, 'x'], c: {} }
    expect(jsonText(value)).to.equal('{"a": 1, "b": [true, null, "x"], "c": {}}')
    expect(jsonText(value, COMPACT)).to.equal('{"a":1,"b":[true,null,"x"],"c":{}}')
  })

  it('is ASCII', () => {
    expect(jsonText('é\u007f€😀"\n\u0001')).to.equal('"\\u00e9\\u007f\\u20ac\\ud83d\\ude00\\"\\n\\u0001"')
  })

  it('writes numbers as repr() does', () => {
    const seen: [unknown, string][] = [
      [1, '1'],
      [-2, '-2'],
      [1e16, '10000000000000000'],
      [2n ** 70n, '1180591620717411303424'],
      [new Float(1e16), '1e+16'],
      [new Float(5), '5.0'],
      [0.1, '0.1'],
      [1e-7, '1e-07'],
      [0.0001, '0.0001'],
      [1.5e-5, '1.5e-05'],
      [-0, '-0.0'],
      [1795198810.2334814, '1795198810.2334814'],
      [new Date(1500), '1.5'],
      [new Date(2000), '2.0'],
    ]
    for (const [value, text] of seen) expect(jsonText(value), text).to.equal(text)
  })

  it('leaves out what is undefined', () => {
    expect(jsonText({ a: undefined, b: [undefined] })).to.equal('{"b": [null]}')
  })

  it('refuses what JSON has no form of', () => {
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, Symbol('x'), () => 1]) {
      expect(() => jsonText(value))
        .to.throw()
        .with.property('code', 'rpc-unencodable')
    }
    for (const value of [Buffer.from('x'), new Map(), new Set()]) {
      expect(() => jsonText({ value }))
        .to.throw()
        .with.property('code', 'rpc-unencodable')
    }
  })

  it('ends where a value is in itself, once or often, or is too long', () => {
    const once: Record<string, unknown> = {}
    once.self = once
    const often: Record<string, unknown> = {}
    Object.assign(often, { a: often, b: often })
    for (const value of [once, often, 'x'.repeat(rpcLimits.messageBytes)]) {
      expect(() => jsonText(value))
        .to.throw()
        .with.property('code', 'rpc-unencodable')
    }
  })
})
