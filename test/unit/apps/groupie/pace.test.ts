import { expect } from 'chai'
import { Pace } from '../../../../apps/groupie/pace.js'

describe('a pace', () => {
  it('is due so many times a second, whenever it is looked at', () => {
    const pace = new Pace(10, 1000)
    expect([1000, 1050, 1099, 1100, 1400, 2000].map((now) => pace.due(now))).to.deep.equal([1, 0, 0, 1, 3, 6])
  })

  it('may be less than one a second', () => {
    const pace = new Pace(0.5, 0)
    expect([0, 1999, 2000, 6000].map((now) => pace.due(now))).to.deep.equal([1, 0, 1, 2])
  })

  it('does not catch up on a long time in which nobody looked', () => {
    const pace = new Pace(1000, 0)
    expect(pace.due(0)).to.equal(1)
    expect(pace.due(3_600_000)).to.equal(1)
    expect(pace.due(3_600_010)).to.equal(10)
  })
})
