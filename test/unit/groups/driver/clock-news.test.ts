import { expect } from 'chai'
import { ClockNews } from '../../../../groups/driver/clock-news.js'
import { GroupClock } from '../../../../groups/group-clock.js'

describe('news of the group clock', () => {
  const news = new ClockNews()
  const clock = new GroupClock()

  it('are told where it is known, is another, is known twice as well, and once a second', () => {
    expect(news.of(clock, 0), 'unknown').to.equal(undefined)
    clock.follow()
    clock.measured(100, 1000, 104)
    expect(news.of(clock, 104)).to.deep.equal({ offsetMs: 898, errorMs: 2.0008, atMs: 104 })
    expect(news.of(clock, 110), 'the same').to.equal(undefined)
    clock.measured(110, 1009.5, 112)
    expect(news.of(clock, 112)?.offsetMs, 'another').to.equal(898.5)
    clock.measured(120, 1018.75, 120.5)
    expect(news.of(clock, 120.5)?.errorMs, 'better known').to.equal(0.2501)
    expect(news.of(clock, 121), 'the same').to.equal(undefined)
    expect(news.of(clock, 1120.5)?.atMs, 'a second later').to.equal(1120.5)
  })

  it('are told once where it is not known any more, and again when it is', () => {
    clock.forget(1200)
    expect(news.of(clock, 1200)).to.deep.include({ errorMs: Number.POSITIVE_INFINITY, atMs: 1200 })
    expect(news.of(clock, 9200), 'still unknown').to.equal(undefined)
    clock.measured(9200, 9000, 9200)
    expect(news.of(clock, 9200)).to.deep.equal({ offsetMs: -200, errorMs: 0, atMs: 9200 })
  })
})
