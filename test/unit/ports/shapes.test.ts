import { expect } from 'chai'
import { MISMATCH, Shapes } from '../../../ports/shapes.js'

/** Shapes over a source that is a list of keys and values in turns. */
function over(source: unknown[]) {
  let position = 0
  const next = () => source[position++]
  const shapes = new Shapes(next, (key) => {
    const expected = Buffer.from(key).toString('latin1', 1)
    if (next() !== expected) throw MISMATCH
  })
  return { shapes, rewind: () => (position = 0) }
}

const FIRST = 0xa1
const SECOND = 0x61

function sawOften(shapes: Shapes, keys: readonly string[], times = 32): void {
  for (let i = 0; i < times; i++) shapes.saw(keys, FIRST, SECOND)
}

describe('shapes', () => {
  it('have a reader only after they were seen 32 times', () => {
    const { shapes } = over([])
    sawOften(shapes, ['a', 'b'], 31)
    expect(shapes.reader(2, FIRST, SECOND)).to.equal(undefined)
    sawOften(shapes, ['a', 'b'], 1)
    expect(shapes.reader(2, FIRST, SECOND)).to.be.a('function')
  })

  it('are read in one go, and stop at the first key that is another', () => {
    const { shapes, rewind } = over(['a', 1, 'b', [2]])
    sawOften(shapes, ['a', 'b'])
    expect(shapes.reader(2, FIRST, SECOND)?.()).to.deep.equal({ a: 1, b: [2] })
    rewind()
    sawOften(shapes, ['a', 'c'], 64)
    expect(() => shapes.reader(2, FIRST, SECOND)?.()).to.throw(MISMATCH)
  })

  it('have a reader only for their own number of keys', () => {
    const { shapes } = over([])
    sawOften(shapes, ['a', 'b'])
    for (const count of [0, 1, 3, 2 + 256, 2 + 2 ** 16]) {
      expect(shapes.reader(count, FIRST, SECOND), String(count)).to.equal(undefined)
    }
  })

  it('are never compiled from keys that are no plain identifiers, twice the same, or too many', () => {
    const many = Array.from({ length: 65 }, (_, i) => `k${i}`)
    for (const keys of [['a b'], ['a"'], ['1'], [''], ['ä'], ['a', 'a'], ['a'.repeat(32)], many, ['a]})']]) {
      const { shapes } = over([])
      sawOften(shapes, keys, 100)
      expect(shapes.reader(keys.length, FIRST, SECOND), keys.join()).to.equal(undefined)
    }
  })

  it('yield their place only to one that comes as often', () => {
    const { shapes } = over(['a', 1])
    sawOften(shapes, ['a'])
    sawOften(shapes, ['ab'], 31)
    expect(shapes.reader(1, FIRST, SECOND)?.()).to.deep.equal({ a: 1 })
    sawOften(shapes, ['ab'], 1)
    expect(shapes.reader(1, FIRST, SECOND)).to.equal(undefined)
  })

  it('are compiled once each, and 512 at most, so that no peer fills the memory with them', () => {
    const { shapes } = over([])
    const compiled = (name: string) => {
      sawOften(shapes, [name], 64)
      return shapes.reader(1, FIRST, SECOND)
    }
    const first = compiled('k0')
    for (let i = 1; i < 512; i++) expect(compiled(`k${i}`)).to.be.a('function')
    expect(compiled('more')).to.equal(undefined)
    expect(compiled('k0')).to.equal(first)
  })
})
