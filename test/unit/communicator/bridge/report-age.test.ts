import { expect } from 'chai'
import fc from 'fast-check'
import { bridgeLimits } from '../../../../communicator/bridge/limits.js'
import { ReportAge } from '../../../../communicator/bridge/report-age.js'

describe('the age of a report', () => {
  it('is never less than it is, however long the ways and however late the answer', () => {
    const times = fc.tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000), fc.nat(5000))
    fc.assert(
      fc.property(times, ([there, held, back, after]) => {
        const age = new ReportAge()
        const beat = age.ask(1000)
        const seenMs = 1000 + there + held
        expect(age.seen(beat, held, seenMs + back)).to.equal(true)
        const nowMs = seenMs + back + after
        expect(age.ageMs(nowMs)).to.be.at.least(nowMs - seenMs)
        expect(age.ageMs(nowMs)).to.equal(nowMs - 1000 - held)
      }),
    )
  })

  it('grows, and is not made less by an answer to an older question', () => {
    const age = new ReportAge()
    expect(age.ageMs(5)).to.equal(Number.POSITIVE_INFINITY)
    const [first, second] = [age.ask(0), age.ask(100)]
    expect(age.seen(second, 10, 150)).to.equal(true)
    expect(age.ageMs(200)).to.equal(90)
    age.seen(first, 0, 200)
    expect(age.ageMs(300)).to.equal(190)
  })

  it('is not known of what answers no question, or one that is forgotten', () => {
    const age = new ReportAge()
    const first = age.ask(0)
    for (let beat = 0; beat < bridgeLimits.beats; beat++) age.ask(1)
    expect(age.seen(first, 0, 2)).to.equal(false)
    expect(age.seen(4711, 0, 2)).to.equal(false)
    expect(age.seen(first + 1, -1, 2)).to.equal(false)
    expect(age.seen(first + 1, Number.NaN, 2)).to.equal(false)
  })

  it('is at least nothing, whatever the other end says', () => {
    const age = new ReportAge()
    age.seen(age.ask(0), 1e9, 50)
    expect(age.ageMs(50)).to.equal(0)
  })
})
