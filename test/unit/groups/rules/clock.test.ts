import { expect } from 'chai'
import fc from 'fast-check'
import { GroupClock, type GroupMoment } from '../../../../groups/group-clock.js'
import { Cores } from '../../../support/cores.js'
import { alone, at, beat, formed, history, momentIn, polling, sent } from '../../../support/group-words.js'

const IDS = ['a', 'b', 'c']

/** What a group clock shows that began with the first leader. */
function shows(ms: number): GroupMoment {
  return { ms, clock: at(1) }
}

/** The machine of one stands still for five seconds. */
function standStill(group: Cores, id: string): void {
  group.pause(id)
  group.run(5000)
  group.suspended(id, 5000)
  group.goOn(id)
}

/** How far the group clock of one is from that of another now. */
function apart(group: Cores, one: string, other: string): number {
  const at = (id: string): number => group.core(id).clock.toGroupMs(group.moment(id).monoMs) ?? Number.NaN
  return Math.abs(at(one) - at(other))
}

describe('the group clock', () => {
  it('G21.4 A member knows the clock of its leader within the error that it tells.', () => {
    const sample = fc.record({
      afterMs: fc.double({ min: 0, max: 5000, noNaN: true }),
      thereMs: fc.double({ min: 0, max: 100, noNaN: true }),
      backMs: fc.double({ min: 0, max: 100, noNaN: true }),
    })
    const drift = fc.double({ min: -200e-6, max: 200e-6, noNaN: true })
    const samples = fc.array(sample, { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(samples, drift, fc.double({ min: 0, max: 1e4, noNaN: true }), (all, rate, laterMs) => {
        const clock = new GroupClock()
        const leaderMs = (monoMs: number): number => 1.7e12 + monoMs * (1 + rate)
        let nowMs = 0
        for (const { afterMs, thereMs, backMs } of all) {
          const sentMs = nowMs + afterMs
          nowMs = sentMs + thereMs + backMs
          clock.measured(sentMs, shows(leaderMs(sentMs + thereMs)), nowMs)
        }
        const off = Math.abs((clock.toGroupMs(nowMs + laterMs) ?? 0) - leaderMs(nowMs + laterMs))
        // Of 1.7e12 a double shows no less than 0.0003.
        expect(off).to.be.at.most((clock.errorMs(nowMs + laterMs) ?? 0) + 1e-3)
      }),
    )
  })

  it('G21.5 Of its newest measurements the one counts of which the error is the least now.', () => {
    const clock = new GroupClock()
    clock.measured(0, shows(1000), 2)
    clock.measured(10, shows(2000), 110)
    expect(clock.toGroupMs(110)).to.equal(1109)
    clock.measured(1_000_000, shows(5_000_000), 1_000_100)
    expect(clock.toGroupMs(1_000_100)).to.equal(5_000_050)
  })

  it('G21.11 An answer to what was asked before the own clock began counts for nothing.', () => {
    const clock = new GroupClock()
    clock.measured(-1e15, shows(1000), 100)
    expect(clock.toGroupMs(100)).to.equal(undefined)
    clock.measured(0, shows(1000), 100)
    expect(clock.toGroupMs(100)).to.equal(1050)
  })

  it('G21.6 A new leader goes on with the clock as it knew it, and a new formation has a new one.', () => {
    const [group, leader, next, last] = formed(IDS)
    group.run(500)
    expect(apart(group, leader, next)).to.be.at.most(1)
    const before = group.core(last).clock.toGroupMs(group.moment(last).monoMs) ?? 0
    const atMs = group.nowMs
    group.give(leader, { kind: 'hand-over', to: next })
    group.run(500)
    const now = group.core(next).clock.toGroupMs(group.moment(next).monoMs) ?? 0
    expect(now - before).to.be.closeTo(group.nowMs - atMs, 2)
    const other = new Cores([])
    for (const id of IDS) other.start(id, { wallOffsetMs: 86_400_000 })
    const first = other.lead()
    const { monoMs, wallUs } = other.moment(first)
    expect(other.core(first).clock.toGroupMs(monoMs)).to.be.closeTo(wallUs / 1000, 2)
  })

  it('G21.13 A leader that does not know the clock of its log begins another, and its log says so.', () => {
    const [group, leader, next, last] = formed(IDS)
    group.run(500)
    const { clock } = group.core(leader).log
    expect(group.core(next).clock.begun).to.deep.equal(clock)
    group.drop((body) => body.kind === 'clock-answer')
    standStill(group, next)
    group.run(300)
    group.give(leader, { kind: 'hand-over', to: next })
    group.runUntil(() => group.acting.includes(next), 3000)
    group.heal()
    group.run(1500)
    const { ballot } = group.core(next).lease ?? expect.fail('it leads')
    expect(ballot.epoch).to.equal(clock.epoch)
    for (const id of IDS) {
      expect(group.core(id).clock.begun).to.deep.equal(ballot)
      expect(group.core(id).log.clock).to.deep.equal(ballot)
    }
    // Who knows the clock of the log goes on with it, and it keeps its name.
    group.give(next, { kind: 'hand-over', to: last })
    group.run(1500)
    expect(group.acting).to.deep.equal([last])
    expect([group.core(last).clock.begun, group.core(last).log.clock]).to.deep.equal([ballot, ballot])
  })

  it('G21.14 What is of a clock before that of the leader has passed, and nobody is asked by it.', () => {
    const [group, leader, next, last] = formed(IDS)
    group.run(500)
    const actAt = momentIn(group, leader, 60_000)
    group.give(leader, polling(1, { timeoutMs: 60_000 }))
    group.drop((body) => body.kind === 'clock-answer')
    for (const id of [next, last]) standStill(group, id)
    group.runUntil(() => group.acting.length > 0, 5000)
    group.heal()
    const [now = ''] = group.acting
    if (now === leader) {
      group.kill(leader)
      for (const id of [next, last]) group.give(id, { kind: 'dead', id: leader })
      group.runUntil(() => group.acting.some((id) => id !== leader), 5000)
    }
    group.run(500)
    const [other = ''] = group.acting
    expect(other).not.to.equal(leader)
    expect(group.core(other).log.clock).not.to.deep.equal(actAt?.clock)
    expect(group.told(other, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['timeout'])
    group.give(other, polling(2, { actAt, timeoutMs: 60_000 }))
    group.run(100)
    expect(group.told(other, 'settled').map(({ as }) => as)).to.deep.equal(['action-past'])
  })

  it('G21.7 Where the leader is gone, its clock goes on as it was known last.', () => {
    const [group, leader, next] = formed(IDS)
    group.run(500)
    const before = group.core(next).clock.toLocalMs(1e12)
    group.kill(leader)
    group.run(3000)
    expect(group.core(next).clock.toLocalMs(1e12)).to.be.closeTo(before ?? 0, 2)
  })

  it('G21.9 A member whose machine stood still does not know the group clock until it is measured.', () => {
    const [group, leader, next] = formed(IDS)
    group.drop((body) => body.kind === 'clock-answer')
    standStill(group, next)
    group.run(300)
    expect(group.core(next).clock.toGroupMs(group.moment(next).monoMs)).to.equal(undefined)
    group.heal()
    group.run(1500)
    expect(apart(group, leader, next)).to.be.at.most(1)
  })

  it('G21.10 A leader that leads in another ballot is measured anew.', () => {
    const group = alone()
    const followed = (term: number, clockMs: number): void => {
      const effects = group.hear('v', 'l', beat(at(term), history(['l', 'n', 'v'], at(term))))
      const [asked] = sent(effects, 'clock')
      group.run(term)
      const groupMs = clockMs + group.nowMs
      group.hear('v', 'l', {
        kind: 'clock-answer',
        ballot: at(term),
        sentMs: asked?.sentMs ?? 0,
        shows: shows(groupMs),
      })
    }
    // Of a new formation, whose clock is another, and measured worse than the old one was.
    followed(1, 1e12)
    followed(2, 2e12)
    const { clock } = group.core('v')
    expect(clock.toGroupMs(group.moment('v').monoMs)).to.be.closeTo(2e12 + group.nowMs, 2)
  })
})
