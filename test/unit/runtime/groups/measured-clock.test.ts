import { expect } from 'chai'
import type { ClockReading } from '../../../../groups/index.js'
import { SharedClock } from '../../../../runtime/groups/clock.js'
import { MeasuredClock } from '../../../../runtime/groups/measured-clock.js'

describe('the clock of a group as a member has it', () => {
  const begun = { epoch: 1, term: 1 }

  /** A member, whose host's clock shows what it is told. */
  function member() {
    const it = { nowMs: 1000, leads: false, offsetHereMs: undefined as number | undefined }
    const clock = new SharedClock('the group', () => it.nowMs)
    const measured = new MeasuredClock({
      here: () => (it.offsetHereMs === undefined ? undefined : { begun, offsetMs: it.offsetHereMs }),
      isLeader: () => it.leads,
      read: (reading: ClockReading | undefined) => clock.set(reading),
    })
    const take = (reading: Partial<ClockReading> | undefined): void => {
      measured.measured(reading && { begun, offsetMs: 500, errorMs: 0.5, atMs: it.nowMs, ...reading })
      measured.read()
    }
    return { it, clock, measured, take }
  }

  it('may be off by what was measured, and by how much the clocks have drifted since', () => {
    const { it, clock, take } = member()
    take({})
    expect(clock.error).to.equal(0.5)
    it.nowMs += 1000
    expect(clock.error).to.be.closeTo(0.7, 1e-9)
  })

  it('is off by nothing where it leads, whatever it had of the leader before, as long as it leads', () => {
    const { it, clock, measured, take } = member()
    take({})
    it.leads = true
    measured.read()
    it.nowMs += 60_000
    expect([clock.error, clock.now()]).to.deep.equal([0, 61_500])
    take({ errorMs: 0.06 })
    expect(clock.error).to.equal(0)
    // It follows another, which is not measured yet.
    it.leads = false
    take({ errorMs: Number.POSITIVE_INFINITY })
    expect([clock.isKnown, clock.error]).to.deep.equal([true, Number.POSITIVE_INFINITY])
  })

  it('is off by nothing where the leader is on its host, too', () => {
    const { it, clock, take } = member()
    it.offsetHereMs = 501
    take({})
    it.nowMs += 60_000
    expect([clock.error, clock.now()]).to.deep.equal([0, 61_501])
  })

  it('is not known where the machine stood still, also where it leads', () => {
    const { it, clock, take } = member()
    take({})
    it.leads = true
    take(undefined)
    expect([clock.isKnown, clock.error]).to.deep.equal([false, Number.POSITIVE_INFINITY])
  })
})
