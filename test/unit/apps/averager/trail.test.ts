import { expect } from 'chai'
import { Trail } from '../../../../apps/averager/trail.js'

function trailOf(values: readonly number[]): Trail {
  const trail = new Trail()
  for (const value of values) trail.add(value)
  return trail
}

describe('the trail of an estimate', () => {
  it('is empty before anything is added', () => expect(new Trail().take()).to.deep.equal([]))

  it('shows a short way as it is, and begins the next with its end', () => {
    const trail = trailOf([1, 2, 3])
    expect(trail.take()).to.deep.equal([1, 2, 3])
    trail.add(4)
    expect(trail.take()).to.deep.equal([3, 4])
  })

  it('shows five of a long way, the first and the last among them', () => {
    expect(trailOf([1, 2, 3, 4, 5, 6, 7, 8, 9]).take()).to.deep.equal([1, 3, 5, 7, 9])
  })

  it('leaves out steps too small to see, but keeps the latest value', () => {
    expect(trailOf([1, 2, 2.001, 2.002]).take()).to.deep.equal([1, 2.002])
  })

  it('is bounded', () => {
    const shown = trailOf(Array.from({ length: 5000 }, (_, index) => index)).take()
    expect(shown).to.have.length(5)
    expect(shown.at(-1)).to.equal(4999)
  })
})
