import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Anchor,
  anchorOf,
  anchorsText,
  mergeAnchors,
  readAnchors,
} from '../../../ports/security/anchors.js'
import { keyLimits } from '../../../ports/security/key-limits.js'
import { newSigner } from '../../../ports/security/signature.js'

const keys = Array.from({ length: 5 }, () => anchorOf(newSigner().publicKey).key)
const anchor: fc.Arbitrary<Anchor> = fc
  .record({ key: fc.constantFrom(...keys), until: fc.option(fc.integer({ min: 1, max: 50 })) })
  .map(({ key, until }) => (until === null ? { key } : { key, until }))
const anchors = fc.uniqueArray(anchor, { selector: ({ key }) => key, maxLength: 4 })

describe('trust anchors', () => {
  it('are read as they are written', () => {
    const [a = '', b = ''] = keys
    const text = anchorsText([{ key: a }, { key: b, until: 1_800_000_000 }], 'cell')
    expect(text).to.equal(`# trust anchors of the app cell\n${a}\n${b} until 2027-01-15T08:00:00.000Z\n`)
    expect(readAnchors(text)).to.deep.equal([{ key: a }, { key: b, until: 1_800_000_000 }])
    expect(readAnchors(`\n  ${a}   # mine\r\n`)).to.deep.equal([{ key: a }])
  })

  it('are refused where a line is none, and where there are none or too many', () => {
    const [a = ''] = keys
    const many = Array.from({ length: keyLimits.anchors + 1 }, () => anchorOf(newSigner().publicKey).key)
    const refused: Readonly<Record<string, RegExp>> = {
      '': /no trust anchor/,
      '# nothing': /no trust anchor/,
      [`${a}\nx`]: /line 2 is no trust anchor/,
      [a.slice(1)]: /line 1/,
      [`${a.slice(0, -1)}_`]: /line 1/,
      [`${a} until soon`]: /line 1/,
      [`${a} ${a}`]: /line 1/,
      [`${a}\n${a}`]: /twice/,
      [many.join('\n')]: /more than 8/,
    }
    for (const [text, why] of Object.entries(refused)) expect(readAnchors(text), text).to.match(why)
  })

  it('give a list or a complaint for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const read = readAnchors(text)
        if (typeof read !== 'string') expect(readAnchors(anchorsText(read, 'cell'))).to.deep.equal(read)
      }),
      { numRuns: 5000 },
    )
  })

  it('are merged to the same, whatever the order; an end stands', () => {
    fc.assert(
      fc.property(anchors, anchors, anchors, (one, two, three) => {
        const merged = mergeAnchors(mergeAnchors(one, two), three)
        expect(mergeAnchors(three, mergeAnchors(two, one))).to.deep.equal(merged)
        expect(mergeAnchors(merged, two)).to.deep.equal(merged)
        for (const { key, until } of merged) {
          const ends = [...one, ...two, ...three].flatMap((each) =>
            each.key === key && each.until !== undefined ? [each.until] : [],
          )
          expect(until).to.equal(ends.length > 0 ? Math.min(...ends) : undefined)
        }
      }),
    )
  })
})
