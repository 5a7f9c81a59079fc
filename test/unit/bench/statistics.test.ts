import { expect } from 'chai'
import { median, pairedRatio, quantile, summary } from '../../../bench/statistics.mjs'

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)

describe('the statistics of the bench', () => {
  it('give a quantile that was measured, by nearest rank', () => {
    expect([0, 0.01, 0.5, 0.99, 1].map((q) => quantile(hundred, q))).to.deep.equal([1, 1, 50, 99, 100])
    expect(quantile([7], 0.99)).to.equal(7)
    expect(quantile([], 0.5)).to.be.NaN
  })

  it('give the middle of an odd number of samples, and of an even number the mean of the middle two', () => {
    expect(median([30, 1, 2])).to.equal(2)
    expect(median([4, 1, 30, 2])).to.equal(3)
    expect(median([])).to.be.NaN
  })

  it('order numbers as numbers, and leave the samples as they are', () => {
    const samples = [10, 9, 100]
    expect(median(samples)).to.equal(10)
    expect(samples).to.deep.equal([10, 9, 100])
  })

  it('compare the two runs of a pair with each other, not the medians of the sides', () => {
    const pairs = [
      { ours: 10, raw: 2 },
      { ours: 4, raw: 1 },
      { ours: 90, raw: 30 },
    ]
    expect(pairedRatio(pairs)).to.equal(4)
    expect(pairedRatio(pairs, 'raw', 'ours')).to.equal(0.25)
  })

  it('sum up samples rounded', () => {
    expect(summary([1.26, 2, 3.04])).to.deep.equal({ count: 3, p50: 2, p99: 3, min: 1.3, max: 3 })
  })
})
