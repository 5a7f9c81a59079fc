import { expect } from 'chai'
import { hostMoment, hostNowMs } from '../../../../groups/host/index.js'

describe('the clock of a host', () => {
  it('never goes back, and has steps of less than a millisecond', () => {
    const times = Array.from({ length: 10_000 }, hostNowMs)
    expect(times.every((time, index) => time >= (times[index - 1] ?? 0))).to.equal(true)
    expect(times.some((time) => time % 1 > 0.001)).to.equal(true)
  })

  it('goes with the wall clock, in microseconds', () => {
    const before = Date.now()
    const { monoMs, wallUs } = hostMoment()
    expect(wallUs / 1000).to.be.within(before, Date.now())
    expect(monoMs).to.be.at.most(hostNowMs())
  })
})
