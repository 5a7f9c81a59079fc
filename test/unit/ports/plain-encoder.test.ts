import { expect } from 'chai'
import fc from 'fast-check'
import { encode } from '../../../ports/codec.js'
import { decode } from '../../../ports/decoder.js'
import { readHeader } from '../../../ports/frame.js'
import { Outbox, type OutFrame } from '../../../ports/outbox.js'
import { messagesOf } from '../../../ports/payload.js'
import { NO_ROOM, NOT_PLAIN, writePlain } from '../../../ports/plain-encoder.js'

const room = Buffer.alloc(64 * 1024)

function written(value: unknown): unknown {
  const end = writePlain(room, 3, value)
  expect(end).to.be.above(3)
  return decode(room, 3, end)
}

function byTheOther(value: unknown): unknown {
  const { buffer, start, end } = encode(value, 'a value')
  return decode(buffer, start, end)
}

describe('the writer of plain values', () => {
  it('writes what the other writer would, for values of all plain kinds', () => {
    const key = fc
      .stringMatching(/^[A-Za-z_$][\w$]{0,30}$/)
      .filter((name) => !/^(constructor|prototype|__proto__)$/.test(name))
    const leaf = fc.oneof(
      fc.double({ noNaN: true }),
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.integer({ min: -200, max: 70_000 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.boolean(),
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(null),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, tie('array'), tie('object')),
      array: fc.array(tie('value'), { maxLength: 20 }),
      object: fc.dictionary(key, fc.oneof(tie('value'), fc.constant(undefined)), { maxKeys: 12 }),
    }))
    fc.assert(
      fc.property(value, (each) => {
        expect(written(each)).to.deep.equal(byTheOther(each))
      }),
      { numRuns: 3000 },
    )
  })

  it('leaves to the other what is not plain', () => {
    const deep: unknown[] = []
    let inner = deep
    for (let i = 0; i < 20; i++) {
      const next: unknown[] = []
      inner.push(next)
      inner = next
    }
    class Point {
      readonly x = 1
    }
    const many = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, i]))
    const throwing = {
      get x(): number {
        throw new Error('no')
      },
    }
    const others = [
      undefined,
      new Date(),
      new Map(),
      new Point(),
      new Float64Array(1),
      new DataView(new ArrayBuffer(1)),
      new ArrayBuffer(1),
      10n,
      () => 1,
      Symbol('x'),
      deep,
      many,
      throwing,
      { 'a b': 1 },
      JSON.parse('{"__proto__": 1}'),
      { constructor: 1 },
      [undefined],
      'x'.repeat(20_000) + 'ä'.repeat(25_000),
    ]
    for (const other of others) expect(writePlain(Buffer.alloc(256 * 1024), 0, other)).to.equal(NOT_PLAIN)
  })

  it('writes bytes of every length as the other does, copied', () => {
    for (const length of [0, 1, 255, 256, 65_535, 65_536]) {
      const bytes = new Uint8Array(length + 2).fill(7).subarray(1, length + 1)
      const large = Buffer.alloc(length + 8)
      const end = writePlain(large, 0, bytes)
      const { buffer, start, end: otherEnd } = encode(Buffer.from(bytes), 'a value')
      expect(large.subarray(0, end).equals(buffer.subarray(start, otherEnd)), String(length)).to.equal(true)
      bytes.fill(8)
      expect(large.subarray(0, end).includes(8, 5)).to.equal(false)
    }
  })

  it('writes nothing into the value under way when a getter of it sends another', () => {
    const frames: OutFrame[] = []
    const outbox = new Outbox({ what: 'a test' }, (frame) => frames.push(frame))
    let id = 1
    const send = (value: unknown) => outbox.value(value, id++)
    const value = {
      first: 1,
      get second(): number {
        send({ inner: 'before' })
        return 2
      },
      third: 3,
    }
    send(value)
    outbox.flush()
    const sent = frames.flatMap(({ head }) => {
      const header = readHeader(head)
      return typeof header === 'string' ? header : messagesOf([head], 0, header)
    })
    expect(sent).to.deep.equal([{ inner: 'before' }, { first: 1, second: 2, third: 3 }])
  })

  it('says where a value does not fit, at whatever byte the room ends', () => {
    const value = {
      name: 'feeder7',
      long: 'y'.repeat(50),
      list: [1, -1, 300, 70_000, 0.5, true, null, 'ü'],
      o: {},
      bytes: Uint8Array.of(1, 2, 3),
    }
    const end = writePlain(room, 0, value)
    for (let length = 0; length < end; length++) {
      expect(writePlain(Buffer.alloc(length), 0, value)).to.equal(NO_ROOM)
    }
  })
})
