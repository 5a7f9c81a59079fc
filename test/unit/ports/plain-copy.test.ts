import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { encode } from '../../../ports/codec.js'
import { decode } from '../../../ports/decoder.js'
import { PortError } from '../../../ports/errors.js'
import { isPrototypeKey } from '../../../ports/inspect.js'
import { limits } from '../../../ports/limits.js'
import { copyOf } from '../../../ports/plain-copy.js'

/** What the wire makes of a value. */
function byWire(value: unknown): unknown {
  const { buffer, start, end } = encode(value, 'it')
  const decoded = decode(Buffer.from(buffer.subarray(start, end)), 0, end - start)
  return 'refusal' in decoded ? decoded.refusal : decoded.value
}

function thrownBy(call: () => unknown): PortError {
  try {
    call()
  } catch (error) {
    if (error instanceof PortError) return error
  }
  return expect.fail('it is not refused')
}

describe('the copy of a value for a port of the same actor', () => {
  it('is what the wire would bring', () => {
    const values = fc.object({
      key: fc.string().filter((key) => !isPrototypeKey(key)),
      maxDepth: 4,
      values: [fc.integer(), fc.double(), fc.boolean(), fc.string(), fc.constant(null), fc.uint8Array()],
    })
    fc.assert(
      fc.property(values, (value) => {
        expect(copyOf(value, 'it')).to.deep.equal(byWire(value))
      }),
    )
    const others = [{ a: undefined }, [undefined], new Map([['a', 1]]), -0, 5n]
    for (const value of others) expect(copyOf(value, 'it')).to.deep.equal(byWire(value))
  })

  it('shares nothing that can be changed', () => {
    const value = { list: [{ n: 1 }], bytes: Buffer.from('a') }
    const copied = copyOf(value, 'it')
    value.list[0] = { n: 2 }
    value.bytes[0] = 0
    expect(copied).to.deep.equal({ list: [{ n: 1 }], bytes: Buffer.from('a') })
  })

  it('has the bounds of the wire: bytes, values and keys', () => {
    const { valueBytes, valuesPerFrame } = limits
    const texts = (length: number): string[] => ['a'.repeat(length), 'é'.repeat(length / 2)]
    const values: unknown[] = [
      new Array(valuesPerFrame + 1).fill(1),
      Array.from({ length: valuesPerFrame / 2 }, () => ({ n: 1 })),
      { ['k'.repeat(256)]: 1 },
      { bytes: Buffer.alloc(valueBytes) },
      texts(valueBytes),
      ...texts(valueBytes),
    ]
    for (const value of values) {
      const refusal = thrownBy(() => copyOf(value, 'it'))
      expect(refusal).to.be.instanceOf(PortError)
      expect(refusal).to.include({ code: thrownBy(() => encode(value, 'it')).code })
    }
    const near = [
      new Array(valuesPerFrame - 1).fill(1),
      { ['k'.repeat(255)]: 1 },
      { bytes: Buffer.alloc(valueBytes - 100) },
      texts(valueBytes / 2 - 10),
      ...texts(valueBytes - 10),
    ]
    for (const value of near) expect(isDeepStrictEqual(copyOf(value, 'it'), byWire(value))).to.equal(true)
  })

  it('refuses what the wire refuses', () => {
    const circular: { self?: unknown } = {}
    circular.self = circular
    for (const bad of [new Date(), () => 1, circular, JSON.parse('{"__proto__":1}')]) {
      expect(() => copyOf(bad, 'it')).to.throw(PortError)
    }
  })
})
