import { expect } from 'chai'
import { Smoothed } from '../../../../apps/estimator/smoothed.js'

describe('smoothed values', () => {
  it('have no mean without a source', () => {
    const smoothed = new Smoothed()
    expect(smoothed.size).to.equal(0)
    expect(smoothed.mean).to.be.NaN
  })

  it('are smoothed each by itself: a tenth of a new value counts, all of a first one', () => {
    const smoothed = new Smoothed()
    smoothed.add('a', 10)
    smoothed.add('b', 30)
    expect(smoothed.mean).to.equal(20)
    smoothed.add('a', 20)
    expect(smoothed.mean).to.equal((11 + 30) / 2)
    expect(smoothed.size).to.equal(2)
  })

  it('come to a value that stays', () => {
    const smoothed = new Smoothed()
    smoothed.add('a', 0)
    for (let i = 0; i < 100; i++) smoothed.add('a', 50)
    expect(smoothed.mean).to.be.closeTo(50, 0.01)
  })

  it('forget a source, which then begins anew', () => {
    const smoothed = new Smoothed()
    smoothed.add('a', 10)
    smoothed.add('b', 30)
    smoothed.forget('a')
    expect([smoothed.size, smoothed.mean]).to.deep.equal([1, 30])
    smoothed.add('a', 50)
    expect(smoothed.mean).to.equal(40)
  })
})
