import { expect } from 'chai'
import fc from 'fast-check'
import { CommError } from '../../../communicator/errors.js'
import {
  decodeMap,
  Extension,
  encodeMap,
  Float,
  type HeaderMap,
  type HeaderValue,
} from '../../../communicator/header-codec.js'
import { arrived, goldenData } from '../../support/f3-contents.js'
import { packed, parsedFrame, unpacked } from '../../support/f3-frames.js'
import { golden } from '../../support/f3-vectors.js'

function read(bytes: Buffer): HeaderMap {
  const decoded = decodeMap(bytes)
  if ('why' in decoded) throw new Error(decoded.why)
  return decoded.map
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const written = (value: unknown): string => encodeMap({ v: value }).subarray(3).toString('hex')

/** -0 is 0 on neither wire; it goes as a float, which deep equality tells from 0. */
const scalars: fc.Arbitrary<HeaderValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)
const { value: values } = fc.letrec<{ value: HeaderValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 40 }), tie('value'), { maxKeys: 20 }),
  ),
}))
const maps = fc.dictionary(fc.string({ unit: 'binary', maxLength: 40 }), values, { maxKeys: 20 })

/** Whether the headers fit, which is all that may be against them. */
function encodedOrTooLong(map: HeaderMap): Buffer | undefined {
  try {
    return encodeMap(map)
  } catch (error) {
    if (error instanceof CommError && /more than 65535 bytes/.test(error.message)) return undefined
    throw error
  }
}

describe('header codec', () => {
  for (const { label, headers } of goldenData) {
    it(`writes and reads the golden headers of ${label}`, () => {
      const bytes = parsedFrame(golden(label)).headers
      if (bytes.length === 0) return
      expect(encodeMap(headers).equals(bytes)).to.equal(true)
      expect(read(bytes)).to.deep.equal(arrived(headers))
    })
  }

  it('brings back any map of headers, and its keys in their order', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const bytes = encodedOrTooLong(map)
        if (bytes === undefined) return
        const back = read(bytes)
        expect(back).to.deep.equal(read(encodeMap(back)))
        expect(normal(back)).to.deep.equal(normal(map))
        expect(Object.keys(back)).to.deep.equal(Object.keys(map))
      }),
      { numRuns: 200 },
    )
  })

  it('is read by another reader as it was meant', () => {
    fc.assert(
      fc.property(maps, (map) => {
        // That reader has no __proto__ among its keys.
        const bytes = encodedOrTooLong(map)
        if (bytes === undefined || bytes.includes('__proto__')) return
        expect(normal(unpacked(bytes))).to.deep.equal(normal(read(bytes)))
      }),
      { numRuns: 150 },
    )
  })

  it('never throws whatever the bytes, and what it takes it could have been sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeMap(Buffer.from(bytes))
        const decoded = decodeMap(Buffer.concat([Buffer.of(0x81, 0xa1, 0x61), bytes]))
        if ('map' in decoded) encodeMap(decoded.map)
        else expect(decoded.why).to.be.a('string').and.not.equal('')
      }),
      { numRuns: 5000 },
    )
  })

  it('never throws for golden headers with bytes that were changed or cut', () => {
    const seeds = goldenData
      .map(({ label }) => parsedFrame(golden(label)).headers)
      .filter((each) => each.length < 400)
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.nat(400),
        fc.nat(255),
        fc.boolean(),
        (seed, at, byte, isCut) => {
          const bytes = Buffer.from(isCut ? seed.subarray(0, at) : seed)
          if (at < bytes.length) bytes[at] = byte
          expect(decodeMap(bytes)).to.be.an('object')
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('makes no room for what is only announced', () => {
    const liars = [
      'df ffffffff',
      '81 a1 61 dd ffffffff',
      '81 a1 61 df ffffffff',
      '81 a1 61 c6 ffffffff',
      '81 db ffffffff 61',
    ]
    const before = process.memoryUsage()
    for (const liar of liars) {
      for (let times = 0; times < 1000; times++)
        expect(decodeMap(hex(liar))).to.deep.equal({ why: 'they are cut' })
    }
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).to.be.below(64 * 1024 * 1024)
  })

  it('gives bytes that are its own, so that a frame is not kept for them', () => {
    const frame = packed({ b: Buffer.of(1, 2, 3) })
    const { b } = read(frame)
    frame.fill(0)
    expect(b).to.deep.equal(Buffer.of(1, 2, 3))
  })

  it('refuses to read what the reference refuses, and says why', () => {
    const refused: readonly [string, RegExp][] = [
      ['', /cut/],
      ['c0', /no map/],
      ['91 01', /no map/],
      ['a1 61', /no map/],
      ['81', /cut/],
      ['81 a1', /cut/],
      ['81 a1 61', /cut/],
      ['81 01 01', /no text/],
      ['81 c0 01', /no text/],
      ['81 a1 61 81 01 02', /no text/],
      ['81 a1 ff 01', /valid/],
      ['81 a1 61 a2 c3 28', /valid/],
      ['81 a1 61 a3 ed a0 80', /valid/],
      ['81 a1 61 c1', /begins nothing/],
      ['80 00', /follows/],
      [`81 a1 61 ${'91'.repeat(2000)} 01`, /deep/],
    ]
    for (const [bytes, reason] of refused) {
      const decoded = decodeMap(hex(bytes))
      expect('why' in decoded ? decoded.why : decoded, bytes.slice(0, 40)).to.match(reason)
    }
  })

  it('refuses to write what has no place on the wire', () => {
    class Own {}
    const circle: Record<string, unknown> = {}
    circle.round = circle
    const refused: readonly unknown[] = [
      undefined,
      () => 1,
      Symbol('s'),
      new Map(),
      new Date(),
      new Own(),
      circle,
      2n ** 64n,
      -(2n ** 63n) - 1n,
      'x'.repeat(65_536),
      Buffer.alloc(65_536),
      Array(70_000).fill(0),
    ]
    for (const value of refused) {
      expect(() => encodeMap({ value }), String(typeof value))
        .to.throw(CommError)
        .with.property('code', 'BAD_DATA')
    }
  })

  it('takes headers up to 65,535 bytes and not one more', () => {
    expect(encodeMap({ k: 'x'.repeat(65_529) }).length).to.equal(65_535)
    expect(() => encodeMap({ k: 'x'.repeat(65_530) })).to.throw(CommError, /65535/)
    expect(encodeMap({ k: 1 }).toString('hex')).to.equal('81a16b01')
  })

  it('writes integers and sizes in their smallest form, at every border', () => {
    const forms: readonly [unknown, string][] = [
      [127, '7f'],
      [128, 'cc80'],
      [255, 'ccff'],
      [256, 'cd0100'],
      [65_535, 'cdffff'],
      [65_536, 'ce00010000'],
      [2 ** 32 - 1, 'ceffffffff'],
      [2 ** 32, 'cf0000000100000000'],
      [2n ** 53n, 'cf0020000000000000'],
      [1n, '01'],
      [-1n, 'ff'],
      [-32, 'e0'],
      [-33, 'd0df'],
      [-129, 'd1ff7f'],
      [-32_769, 'd2ffff7fff'],
      [-(2 ** 31) - 1, 'd3ffffffff7fffffff'],
      [new Float(1), 'cb3ff0000000000000'],
      [1.5, 'cb3ff8000000000000'],
      [-0, 'cb8000000000000000'],
      [Number.NaN, 'cb7ff8000000000000'],
      [Number.POSITIVE_INFINITY, 'cb7ff0000000000000'],
      [2 ** 60, 'cb43b0000000000000'],
      [[], '90'],
      [{}, '80'],
      [new Extension(5, Buffer.of(1)), 'd40501'],
      [new Extension(-1, Buffer.of(1, 2, 3)), 'c703ff010203'],
    ]
    for (const [value, bytes] of forms) expect(written(value), String(value)).to.equal(bytes)
  })

  it('reads forms that are longer than need be, single floats and extensions', () => {
    const forms: readonly [string, unknown][] = [
      ['cc 01', 1],
      ['cd 0001', 1],
      ['ce 00000001', 1],
      ['cf 0000000000000001', 1],
      ['d3 ffffffffffffffff', -1],
      ['ca 3fc00000', 1.5],
      ['d9 01 61', 'a'],
      ['da 0001 61', 'a'],
      ['db 00000001 61', 'a'],
      ['c6 00000001 07', Buffer.of(7)],
      ['dd 00000001 07', [7]],
      ['df 00000001 a1 61 07', { a: 7 }],
      ['d6 ff 00000001', new Extension(-1, Buffer.of(0, 0, 0, 1))],
      ['c8 0001 05 07', new Extension(5, Buffer.of(7))],
    ]
    for (const [bytes, value] of forms) {
      expect(read(Buffer.concat([hex('81 a1 76'), hex(bytes)])), bytes).to.deep.equal({ v: value })
    }
  })

  it('keeps keys that objects have anyway, and touches no prototype', () => {
    const bytes = Buffer.concat([
      hex('83'),
      packed('__proto__'),
      packed({ bad: true }),
      hex('a1 61 01'),
      packed('toString'),
      hex('02'),
    ])
    const map = read(bytes)
    expect(Object.keys(map)).to.deep.equal(['__proto__', 'a', 'toString'])
    expect(Object.getPrototypeOf(map)).to.equal(Object.prototype)
    expect(Object.hasOwn(Object.prototype, 'bad')).to.equal(false)
    expect(encodeMap(map).equals(bytes)).to.equal(true)
  })
})

/** Alike for both readers: integers of either type, and objects without regard to their prototype. */
function normal(value: unknown): unknown {
  if (value instanceof Float) return value.value
  if (typeof value === 'bigint') return `${value}`
  if (typeof value === 'number' && Number.isInteger(value)) return `${value}`
  if (Array.isArray(value)) return value.map(normal)
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, each]) => [key, normal(each)])
}
