import { expect } from 'chai'
import { encode } from '../../../ports/codec.js'
import { decode } from '../../../ports/decoder.js'
import { PortError } from '../../../ports/errors.js'
import { limits } from '../../../ports/limits.js'
import { encoded } from '../../support/msgpack-twin.js'

const there = (value: unknown): unknown => {
  const bytes = encoded(value)
  const decoded = decode(bytes, 0, bytes.length)
  return 'value' in decoded ? decoded.value : decoded
}

function refusalOf(value: unknown): PortError {
  try {
    encode(value, 'sensor.ready (SensorData)')
  } catch (thrown) {
    if (thrown instanceof PortError) return thrown
    throw thrown
  }
  throw new Error('it was encoded')
}

describe('codec', () => {
  it('leaves out fields that are undefined, so that optional ones stay optional', () => {
    expect(there({ a: undefined, b: { c: undefined, d: 1 } })).to.deep.equal({ b: { d: 1 } })
    expect(Object.keys(Object(there({ a: undefined })))).to.deep.equal([])
  })

  it('writes undefined in an array, or alone, as null', () => {
    expect(there([1, undefined])).to.deep.equal([1, null])
    expect(there(undefined)).to.equal(null)
  })

  it('keeps what JSON does not: NaN, infinities, bytes, integers of 64 bits', () => {
    const value = [Number.NaN, Number.NEGATIVE_INFINITY, Buffer.of(1, 2), 2n ** 63n]
    expect(there(value)).to.deep.equal(value)
  })

  it('writes a Uint8Array as bytes wherever it stands, and gives a Buffer', () => {
    const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3)
    class Special extends Uint8Array {}
    class Image {
      readonly pixels = bytes
      readonly none = undefined
    }
    class Shown {
      toJSON(): unknown {
        return { bytes }
      }
    }
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`key${at}`, bytes]))
    const cases: [unknown, unknown][] = [
      [bytes, Buffer.of(1, 2)],
      [new Special(bytes), Buffer.of(1, 2)],
      [
        [undefined, { a: { b: bytes } }],
        [null, { a: { b: Buffer.of(1, 2) } }],
      ],
      [many, Object.fromEntries(Object.keys(many).map((key) => [key, Buffer.of(1, 2)]))],
      [new Map([['a b', bytes]]), { 'a b': Buffer.of(1, 2) }],
      [new Image(), { pixels: Buffer.of(1, 2) }],
      [new Shown(), { bytes: Buffer.of(1, 2) }],
      [new Uint8Array(70_000).fill(7), Buffer.alloc(70_000, 7)],
    ]
    for (const [value, arrives] of cases) expect(there(value)).to.deep.equal(arrives)
    expect([bytes, many.key0]).to.deep.equal([Uint8Array.of(1, 2), Uint8Array.of(1, 2)])
  })

  it('writes a Map with texts for keys as an object', () => {
    expect(there(new Map([['a', 1]]))).to.deep.equal({ a: 1 })
  })

  it('refuses what has no place on the wire, and names the port and the reason', () => {
    const hostile = JSON.parse('{"__proto__": 1}')
    const cases: [unknown, RegExp][] = [
      [new Date(), /holds a Date/],
      [{ deep: [new Set([1])] }, /holds a Date, Set/],
      [{ f: () => 1 }, /function/],
      [new Float32Array(2), /typed array.*Uint8Array/],
      [new Uint8ClampedArray(2), /typed array/],
      [{ bytes: Uint8Array.of(1), at: new Date() }, /holds a Date/],
      [[Uint8Array.of(1), hostile], /__proto__/],
      [Symbol('s'), /cannot be sent/],
      [new Map([[1, 1]]), /key that is no string/],
      [{ ['k'.repeat(256)]: 1 }, /at most 255 bytes/],
      [hostile, /__proto__/],
      [{ constructor: 1 }, /constructor/],
      [2n ** 64n, /cannot be sent/],
    ]
    for (const [value, reason] of cases) {
      const error = refusalOf(value)
      expect(error.code).to.equal('unencodable')
      expect(error.message).to.match(/^sensor\.ready \(SensorData\) cannot be sent: /)
      expect(error.message).to.match(reason)
    }
  })

  it('refuses a value that nests too deep or refers to itself', () => {
    let deep: unknown = 1
    for (let i = 0; i <= limits.depth; i++) deep = [deep]
    expect(refusalOf(deep).message).to.contain('deeper than 64')
    const circle: unknown[] = []
    circle.push(circle)
    expect(refusalOf(circle)).to.include({ code: 'unencodable' })
    expect(refusalOf(circle).message).to.contain('refers to itself')
  })

  it('refuses a value of too many bytes and points to sendBytes()', () => {
    const error = refusalOf('x'.repeat(limits.valueBytes))
    expect(error.code).to.equal('too-large')
    expect(error.message).to.contain('sendBytes()')
  })

  it('keeps no memory for a value that was too large', () => {
    expect(refusalOf('x'.repeat(5 * limits.valueBytes)).code).to.equal('too-large')
    encode(1, 'a test')
    expect(encode(1, 'a test').buffer.length).to.be.at.most(4 * limits.valueBytes)
  })

  it('encodes well after it refused', () => {
    refusalOf([{ a: new Date() }])
    expect(there({ a: 1 })).to.deep.equal({ a: 1 })
  })
})
