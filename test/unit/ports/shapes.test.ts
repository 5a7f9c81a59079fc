import { expect } from 'chai'
import { Shapes } from '../../../ports/shapes.js'

/** Shapes over a source that is a list of keys and values in turns; where keys are others, they stop. */
function over(source: unknown[]) {
  let position = 0
  const value = () => source[position++]
  const match = (key: Uint8Array): boolean => {
    const isExpected = source[position] === Buffer.from(key).toString('latin1', 1)
    if (isExpected) position++
    return isExpected
  }
  const shapes = new Shapes({ value, match, rest: (_shape, values) => ({ known: values, at: position }) })
  return { shapes, rewind: () => (position = 0) }
}

const SLOT = 7

function sawOften(shapes: Shapes, keys: readonly string[], times = 32): void {
  for (let i = 0; i < times; i++) shapes.saw(keys, SLOT)
}

function read(shapes: Shapes, count: number): object | undefined {
  const shape = shapes.likely(count, SLOT)
  return shape?.read?.(shape)
}

describe('shapes', () => {
  it('have a reader only after they were seen 32 times', () => {
    const { shapes } = over([])
    sawOften(shapes, ['a', 'b'], 31)
    expect(shapes.likely(2, SLOT)?.read).to.equal(undefined)
    sawOften(shapes, ['a', 'b'], 1)
    expect(shapes.likely(2, SLOT)?.read).to.be.a('function')
  })

  it('are read in one go, and hand over at the first key that is another', () => {
    const { shapes, rewind } = over(['a', 1, 'b', [2]])
    sawOften(shapes, ['a', 'b'])
    expect(read(shapes, 2)).to.deep.equal({ a: 1, b: [2] })
    rewind()
    sawOften(shapes, ['a', 'c'], 64)
    expect(read(shapes, 2)).to.deep.equal({ known: [1], at: 2 })
    rewind()
    sawOften(shapes, ['c', 'b'], 64)
    expect(read(shapes, 2)).to.deep.equal({ known: [], at: 0 })
  })

  it('have a reader only for their own number of keys', () => {
    const { shapes } = over([])
    sawOften(shapes, ['a', 'b'])
    for (const count of [0, 1, 3, 2 + 256, 2 + 2 ** 16]) {
      expect(shapes.likely(count, SLOT), String(count)).to.equal(undefined)
    }
  })

  it('are never compiled from keys that are no plain identifiers, twice the same, or too many', () => {
    const many = Array.from({ length: 65 }, (_, i) => `k${i}`)
    for (const keys of [['a b'], ['a"'], ['1'], [''], ['ä'], ['a', 'a'], ['a'.repeat(32)], many, ['a]})']]) {
      const { shapes } = over([])
      sawOften(shapes, keys, 100)
      expect(shapes.likely(keys.length, SLOT)?.read, keys.join()).to.equal(undefined)
    }
  })

  it('yield their place only to one that comes as often', () => {
    const { shapes, rewind } = over(['a', 1])
    sawOften(shapes, ['a'])
    sawOften(shapes, ['ab'], 31)
    expect(read(shapes, 1)).to.deep.equal({ a: 1 })
    rewind()
    // That it was read counts for it: two that take turns do not drive each other out.
    sawOften(shapes, ['ab'], 31)
    expect(read(shapes, 1)).to.deep.equal({ a: 1 })
    sawOften(shapes, ['ab'], 32)
    expect(shapes.likely(1, SLOT)?.read).to.equal(undefined)
  })

  it('are compiled once each, and 512 at most, so that no peer fills the memory with them', () => {
    const { shapes } = over([])
    const compiled = (name: string) => {
      sawOften(shapes, [name], 64)
      return shapes.likely(1, SLOT)?.read
    }
    const first = compiled('k0')
    for (let i = 1; i < 512; i++) expect(compiled(`k${i}`)).to.be.a('function')
    expect(compiled('more')).to.equal(undefined)
    expect(compiled('k0')).to.equal(first)
  })

  it('are tried once where nothing can be compiled from strings', () => {
    const real = globalThis.Function
    let tried = 0
    const refusing = new Proxy(real, {
      construct: () => {
        tried++
        throw new EvalError('Code generation from strings disallowed for this context')
      },
    })
    const { shapes } = over([])
    try {
      globalThis.Function = refusing
      sawOften(shapes, ['a'], 1000)
    } finally {
      globalThis.Function = real
    }
    expect([tried, shapes.likely(1, SLOT)?.read]).to.deep.equal([1, undefined])
  })
})
