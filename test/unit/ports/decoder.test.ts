import { expect } from 'chai'
import fc from 'fast-check'
import { type Decoded, decode } from '../../../ports/decoder.js'
import { limits } from '../../../ports/limits.js'
import { encoded, twinOf } from '../../support/msgpack-twin.js'

const read = (bytes: Buffer): Decoded => decode(bytes, 0, bytes.length)
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const refusalIn = (bytes: Buffer): unknown => {
  const decoded = read(bytes)
  return 'refusal' in decoded ? decoded.refusal : decoded
}

/** More often than makes a shape worth compiling. */
const OFTEN = 40

function often(value: unknown): void {
  const bytes = encoded(value)
  for (let i = 0; i < OFTEN; i++) expect(read(bytes)).to.deep.equal({ value })
}

const POOL = ['a', 'b', 'ab', 'node', 'value', 'name', 'née', 'a b', '0', 'toString', 'x'.repeat(40)] as const
const { anything } = fc.letrec<{ anything: unknown; leaf: unknown; list: unknown; map: unknown }>((tie) => ({
  anything: fc.oneof({ maxDepth: 5, withCrossShrink: true }, tie('leaf'), tie('list'), tie('map')),
  leaf: fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'grapheme', minLength: 20, maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  ),
  list: fc.array(tie('anything'), { maxLength: 20 }),
  map: fc.oneof(
    fc.dictionary(fc.constantFrom(...POOL), tie('anything'), { maxKeys: 4, noNullPrototype: true }),
    fc.dictionary(
      fc
        .string({ unit: 'grapheme', maxLength: 20 })
        .filter((key) => !/^(__proto__|constructor|prototype)$/.test(key)),
      tie('anything'),
      { maxKeys: 30, noNullPrototype: true },
    ),
  ),
}))

describe('decoder', () => {
  it('reads any value as msgpackr does, however often its shape was seen', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const bytes = encoded(value)
        expect(read(bytes)).to.deep.equal(twinOf(bytes))
      }),
      { numRuns: 3000 },
    )
  })

  it('gives what was encoded: an integer as a number where that is exact, else as a bigint', () => {
    for (const value of [
      0,
      127,
      128,
      -32,
      -33,
      2 ** 32,
      -(2 ** 31) - 1,
      Number.MAX_SAFE_INTEGER,
      2n ** 53n,
    ]) {
      expect(read(encoded(value))).to.deep.equal({ value })
    }
    expect(read(hex('cf 0000000000000005'))).to.deep.equal({ value: 5 })
    expect(read(hex('cf ffffffffffffffff'))).to.deep.equal({ value: 2n ** 64n - 1n })
    expect(read(hex('d3 8000000000000000'))).to.deep.equal({ value: -(2n ** 63n) })
  })

  it('reads many of a shape, then others that share its place, as what they are', () => {
    often({ node: 'a', value: 1 })
    for (const other of [
      { node: 'a', other: 1 },
      { note: 'a', value: 1 },
      { node: { node: 'b', value: { node: 'c', other: 2 } }, value: [{ node: 1, value: 2 }] },
      { node: { node: { node: 1, x: 1 }, x: 2 }, x: 3 },
    ]) {
      expect(read(encoded(other))).to.deep.equal({ value: other })
      expect(read(encoded({ node: 'b', value: 2 }))).to.deep.equal({ value: { node: 'b', value: 2 } })
    }
  })

  it('takes no map for one of a shape that it knows by its first keys alone', () => {
    often({ at: 1, value: 2 })
    const more = {
      at: 1,
      value: 2,
      ...Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`k${i}`, i])),
    }
    expect(read(encoded(more))).to.deep.equal({ value: more })
    expect(read(encoded({ at: 1 }))).to.deep.equal({ value: { at: 1 } })
  })

  it('lets a shape that lost its place to another come back', () => {
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 3; i++) often({ name: round, one: i })
      for (let i = 0; i < 3; i++) often({ nest: round, two: i })
    }
  })

  it('takes no two keys for the one that they would be with a space between them', () => {
    often({ p: 1, q: 2 })
    often({ 'p q': 1 })
    often({ p: 1, q: 2 })
  })

  it('keeps the last of two values of one key, as msgpackr does', () => {
    const bytes = hex('82 a1 6b 01 a1 6b 02')
    for (let i = 0; i < OFTEN; i++) expect(read(bytes)).to.deep.equal({ value: { k: 2 } })
  })

  it('refuses a value cut off at any byte, also within a shape that it knows', () => {
    const value = { at: 1.5, list: ['text', { at: 70000, list: [], to: null }], to: 'somewhere else' }
    often(value)
    const bytes = encoded(value)
    for (let end = 0; end < bytes.length; end++) {
      expect(decode(bytes, 0, end), `cut at ${end}`).to.deep.equal({ refusal: 'truncated' })
    }
  })

  it('looks at no byte outside of its value', () => {
    const inner = encoded({ at: 1, to: 'b' })
    const around = Buffer.concat([Buffer.of(0xc1, 0xc1), inner, Buffer.of(0x01, 0x02)])
    expect(decode(around, 2, 2 + inner.length)).to.deep.equal({ value: { at: 1, to: 'b' } })
    expect(decode(around, 2, 3 + inner.length)).to.deep.equal({ refusal: 'trailing' })
  })

  it('refuses keys that reach a prototype, and leaves the prototype of all objects alone', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const bytes = Buffer.concat([Buffer.of(0x81, 0xa0 | key.length), Buffer.from(key), hex('81 a1 78 01')])
      const long = Buffer.concat([Buffer.of(0x81, 0xd9, key.length), Buffer.from(key), Buffer.of(1)])
      expect([refusalIn(bytes), refusalIn(long)]).to.deep.equal(['prototype-key', 'prototype-key'])
    }
    expect('x' in {}).to.equal(false)
  })

  it('reads a key that a program has frozen for all objects', () => {
    const key = 'toLocaleString'
    const bytes = encoded({ [key]: 1 })
    Object.defineProperty(Object.prototype, key, { writable: false })
    try {
      expect(read(bytes)).to.deep.equal({ value: { [key]: 1 } })
    } finally {
      Object.defineProperty(Object.prototype, key, { writable: true })
    }
  })

  it('refuses extensions, keys that are no strings, and a token that MessagePack does not use', () => {
    expect(
      ['d4 00 00', 'd6 ff 00000000', 'c7 00 01', 'c8 0000 01', 'c9 00000000 01', 'c1']
        .map(hex)
        .map(refusalIn),
    ).to.deep.equal(new Array(6).fill('extension'))
    expect(['81 01 01', '81 c0 01', '81 90 01', '81 da 0001 61 01'].map(hex).map(refusalIn)).to.deep.equal(
      new Array(4).fill('bad-key'),
    )
  })

  it('reads 64 containers within each other and refuses 65; those around a batch do not count', () => {
    const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.of(1)])
    expect(read(nested(limits.depth))).to.have.property('value')
    expect(refusalIn(nested(limits.depth + 1))).to.equal('too-deep')
    const batched = nested(limits.depth + 1)
    expect(decode(batched, 0, batched.length, 1)).to.have.property('value')
  })

  it('refuses a length beyond the end before it sets anything aside', () => {
    expect(
      ['dd ffffffff', 'df ffffffff', 'c6 ffffffff', 'db ffffffff', '9f'].map(hex).map(refusalIn),
    ).to.deep.equal(new Array(5).fill('truncated'))
  })

  it('refuses containers that together announce more values than a frame may hold', () => {
    const bytes = Buffer.alloc(limits.valueBytes, 0xc0)
    for (let level = 0; level < limits.depth; level++) {
      bytes[level * 5] = 0xdd
      bytes.writeUInt32BE(900_000, level * 5 + 1)
    }
    const before = process.memoryUsage().heapUsed
    expect(refusalIn(bytes)).to.equal('too-many')
    expect(process.memoryUsage().heapUsed - before).to.be.below(50e6)
  })

  it('sets no room aside between keys that are numbers far apart', () => {
    const map = Buffer.concat([hex('81 a4'), Buffer.from('1000'), hex('c0')])
    const count = 20_000
    const bytes = Buffer.concat([hex('dd 00000000'), ...new Array<Buffer>(count).fill(map)])
    bytes.writeUInt32BE(count, 1)
    const before = process.memoryUsage().heapUsed
    const decoded = read(bytes)
    // Some 5 MB; 240 where each of them is a list of a thousand places.
    expect(process.memoryUsage().heapUsed - before).to.be.below(50e6)
    expect(decoded).to.have.nested.property('value[19999]').that.deep.equals({ 1000: null })
  })

  it('reads keys that are numbers as the keys that they are, in whatever order', () => {
    const keys = ['7', '4294967294', '1000', '3', '4294967295', '01', '1e3', '0', '4294967294', '-1']
    const pairs = keys.map((key, at) =>
      Buffer.concat([Buffer.of(0xa0 | key.length), Buffer.from(key, 'latin1'), Buffer.of(at)]),
    )
    const bytes = Buffer.concat([Buffer.of(0x80 | keys.length), ...pairs])
    expect(read(bytes)).to.deep.equal({ value: Object.fromEntries(keys.map((key, at) => [key, at])) })
  })

  it('reads as many values as a frame may hold, and not one more', () => {
    const nils = (count: number) => {
      const bytes = Buffer.alloc(5 + count, 0xc0)
      bytes[0] = 0xdd
      bytes.writeUInt32BE(count, 1)
      return bytes
    }
    expect(read(nils(limits.valuesPerFrame - 1))).to.have.property('value')
    expect(refusalIn(nils(limits.valuesPerFrame))).to.equal('too-many')
    expect(refusalIn(Buffer.alloc(limits.valueBytes + limits.batchBytes + 1))).to.equal('too-large')
  })

  it('reads what fits shapes up to their last keys in time that grows with the bytes', () => {
    often({ trap: 1, end: 2 })
    const level = hex('82 a4 74726170')
    const miss = hex('a3 656e65 01')
    const depth = limits.depth - 1
    const core = encoded(new Array(100_000).fill({ k: 1 }).map(() => 12345678))
    const bytes = Buffer.concat([...new Array(depth).fill(level), core, ...new Array(depth).fill(miss)])
    const start = performance.now()
    for (let i = 0; i < 20; i++) expect(read(bytes)).to.have.property('value')
    // Some 4 ms each; 300 and more where every level reads all below it twice.
    expect(performance.now() - start).to.be.below(20 * 100)
  })
})
