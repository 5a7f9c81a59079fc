import { expect } from 'chai'
import fc from 'fast-check'
import { pairOff } from '../../../ports/pairing.js'

type Fits = readonly (readonly boolean[])[]

/** The most pairs there can be, by trying every partner for every member. */
function mostPairs(fits: Fits, taken: ReadonlySet<number> = new Set()): number {
  const [row, ...rest] = fits
  if (!row) return 0
  const withPartner = row.map((isFit, r) =>
    isFit && !taken.has(r) ? 1 + mostPairs(rest, new Set([...taken, r])) : 0,
  )
  return Math.max(mostPairs(rest, taken), ...withPartner)
}

describe('pairOff()', () => {
  const table = fc.tuple(fc.nat(5), fc.nat(5)).chain(([rows, columns]) =>
    fc.tuple(
      fc.constant(columns),
      fc.array(fc.array(fc.boolean(), { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    ),
  )

  it('leaves as few members over as any pairing can', () => {
    fc.assert(
      fc.property(table, ([columns, fits]) => {
        const { left, right } = pairOff(fits.length, columns, (l, r) => fits[l]?.[r] === true)
        const most = mostPairs(fits)
        expect(left).to.have.length(fits.length - most)
        expect(right).to.have.length(columns - most)
      }),
      { numRuns: 500 },
    )
  })

  it('asks about one other for each member of two lists in the same order', () => {
    const asked: string[] = []
    const fits = (l: number, r: number): boolean => {
      asked.push(`${l}${r}`)
      return l === r
    }
    expect(pairOff(3, 3, fits)).to.deep.equal({ left: [], right: [] })
    expect(asked).to.deep.equal(['00', '11', '22'])
  })
})
