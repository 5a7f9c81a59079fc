import { expect } from 'chai'
import fc from 'fast-check'
import { textOf } from '../../../ports/text-cache.js'

describe('text cache', () => {
  it('gives the text that stands there, the first time and every other', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 50 }), fc.nat(5), (texts, offset) => {
        for (const each of [...texts, ...texts]) {
          const bytes = Buffer.concat([Buffer.alloc(offset, 0x78), Buffer.from(each), Buffer.from('behind')])
          expect(textOf(bytes, offset, bytes.length - 6)).to.equal(each)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never takes one text for another of the same hash', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 20_000; i++) {
        const bytes = Buffer.from(`key ${i}`)
        expect(textOf(bytes, 0, bytes.length)).to.equal(`key ${i}`)
      }
    }
  })

  it('keeps a text whose bytes are overwritten afterwards', () => {
    const bytes = Buffer.from('volatile')
    const text = textOf(bytes, 0, bytes.length)
    bytes.fill(0x78)
    expect(text).to.equal('volatile')
    expect(textOf(bytes, 0, bytes.length)).to.equal('xxxxxxxx')
    expect(textOf(Buffer.from('volatile'), 0, 8)).to.equal('volatile')
  })

  it('reads what is no UTF-8 as replacement characters', () => {
    const bytes = Buffer.of(0xff, 0x61, 0xc3)
    for (let i = 0; i < 2; i++) expect(textOf(bytes, 0, 3)).to.equal('\ufffda\ufffd')
  })
})
