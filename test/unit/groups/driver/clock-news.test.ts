import { expect } from 'chai'
import { ClockNews } from '../../../../groups/driver/clock-news.js'
import { GroupClock } from '../../../../groups/group-clock.js'

describe('news of the group clock', () => {
  const news = new ClockNews()
  const clock = new GroupClock()
  const begun = { epoch: 1, term: 1 }
  const shows = (ms: number) => ({ ms, clock: begun })

  it('are told where it is known, is another, is known twice as well, and once a second', () => {
    expect(news.of(clock, 0), 'unknown').to.equal(undefined)
    clock.follow()
    clock.measured(100, shows(1000), 104)
    const first = { begun, offsetMs: 898, errorMs: 2.0008, atMs: 104 }
    expect(news.of(clock, 104)).to.deep.equal({ reading: first })
    expect(news.of(clock, 110), 'the same').to.equal(undefined)
    clock.measured(110, shows(1009.5), 112)
    expect(news.of(clock, 112)?.reading?.offsetMs, 'another').to.equal(898.5)
    clock.measured(120, shows(1018.75), 120.5)
    expect(news.of(clock, 120.5)?.reading?.errorMs, 'better known').to.equal(0.2501)
    expect(news.of(clock, 121), 'the same').to.equal(undefined)
    expect(news.of(clock, 1120.5)?.reading?.atMs, 'a second later').to.equal(1120.5)
  })

  it('are told once where it is not known any more, and again when it is', () => {
    clock.forget(1200)
    expect(news.of(clock, 1200)).to.deep.equal({ reading: undefined })
    expect(news.of(clock, 9200), 'still unknown').to.equal(undefined)
    clock.measured(9200, shows(9000), 9200)
    const again = { begun, offsetMs: -200, errorMs: 0, atMs: 9200 }
    expect(news.of(clock, 9200)).to.deep.equal({ reading: again })
  })

  it('are told where another leads, off whose clock it may be by any time until that is measured', () => {
    clock.follow()
    expect(news.of(clock, 9210)?.reading).to.deep.include({
      offsetMs: -200,
      errorMs: Number.POSITIVE_INFINITY,
    })
    expect(news.of(clock, 9220), 'the same').to.equal(undefined)
    const other = { epoch: 1, term: 2 }
    clock.measured(9220, { ms: 9020, clock: other }, 9220)
    expect(news.of(clock, 9220)?.reading).to.deep.include({ begun: other, offsetMs: -200, errorMs: 0 })
  })
})
