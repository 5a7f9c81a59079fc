import { expect } from 'chai'
import { compareBallots } from '../../../../groups/ballot.js'
import { groupLimits } from '../../../../groups/limits.js'
import { timings } from '../../../../groups/timing.js'
import { Cores } from '../../../support/cores.js'
import { alone, at, beat, formed, history, ordered, sent } from '../../../support/group-words.js'

const { lease, checkQuorum, heartbeat, electionMax } = timings.lan

/** Whom a member asked to take over. */
function asked(group: Cores, leader: string): string[] {
  return group
    .told(leader, 'send')
    .flatMap(({ to, message }) => (message.body.kind === 'hand-over' ? [to] : []))
}

describe('leases and stepping down', () => {
  it('G7.1 What is due comes before what came in: a leader that slept steps down before it reads.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.hold((body, _from, to) => body.kind === 'beat-answer' && to === leader)
    const grantedMs = (group.core(leader).lease?.untilMs ?? 0) - lease
    group.runUntil(() => group.held.length > 1, 2 * heartbeat)
    group.pause(leader)
    // It is out of office by what it has heard, and would not be by what waits for it.
    group.run(grantedMs + checkQuorum - group.moment(leader).monoMs)
    const answers = group.held.splice(0).map(({ message }) => ({ kind: 'message', message }) as const)
    group.give(leader, ...answers)
    expect([group.core(leader).isLeading, group.core(leader).lease]).to.deep.equal([false, undefined])
  })

  it('G7.2 A leader without a quorum of grants for CQ steps down, and beats no more.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.cut(leader)
    group.run(lease)
    expect([group.acting, group.core(leader).isLeading]).to.deep.equal([[], true])
    group.run(checkQuorum - lease)
    expect(group.core(leader).isLeading).to.equal(false)
    group.forget()
    group.run(heartbeat)
    expect(sent(group.told(leader, 'send'), 'beat')).to.deep.equal([])
    group.run(4000)
    expect(group.told(leader, 'quorum-lost')).to.have.length(0)
  })

  it('G7.3 A lease that ran out goes on with the answers to later beats, until then.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const ballot = group.core(leader).promised
    group.hold((body) => body.kind === 'beat-answer')
    group.runUntil(() => group.acting.length === 0)
    group.release()
    expect([group.acting, group.core(leader).lease?.ballot]).to.deep.equal([[leader], ballot])
  })

  it('G8.1 A leader whose machine stood still leaves its ballot for good.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const ballot = group.core(leader).promised
    group.hold((body, _from, to) => body.kind === 'beat-answer' && to === leader)
    group.run(heartbeat)
    group.pause(leader)
    group.run(200)
    group.suspended(leader, 200)
    group.goOn(leader)
    expect(group.core(leader).isLeading).to.equal(false)
    group.release()
    group.run(50)
    expect(group.core(leader).isLeading).to.equal(false)
    group.heal()
    group.run(3000)
    for (const each of ['a', 'b', 'c']) {
      expect(group.core(each).promised.term).to.be.above(ballot.term)
    }
  })

  it('G8.2 A candidate whose machine stood still stands no more.', () => {
    const group = new Cores(['a', 'b', 'c'])
    group.hold((body) => body.kind === 'vote-answer')
    group.runUntil(() => group.held.length > 0)
    const candidate = group.held[0]?.to ?? ''
    group.run(100)
    group.suspended(candidate, 100)
    group.release()
    expect(group.core(candidate).isLeading).to.equal(false)
  })

  it('G8.3 A clock that runs off by no more than 50 ms and a tenth is no suspension.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    for (const [ms, isLeading] of [
      [49, true],
      [70, false],
    ] as const) {
      group.pause(leader)
      group.run(100)
      group.suspended(leader, ms)
      group.goOn(leader)
      expect(group.core(leader).isLeading).to.equal(isLeading)
    }
  })

  it('G8.4 A step that ends a lease says so before it sends anything.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const effects = group.give(leader, { kind: 'hand-over', to: undefined })
    const kinds = effects.map(({ kind }) => kind)
    expect(kinds[0]).to.equal('leader')
    expect(kinds).to.include('send')
    expect(group.core(leader).lease).to.equal(undefined)
  })

  it('G12.1 A leader that hands over leaves its office, releases its ballot, and only then asks.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const ballot = group.core(leader).promised
    const effects = group.give(leader, { kind: 'hand-over', to: undefined })
    const [first, second] = effects.filter(({ kind }) => kind === 'leader' || kind === 'send')
    expect(first).to.deep.include({ kind: 'leader', id: undefined })
    expect(second?.kind === 'send' && second.message.facts.released).to.deep.equal([[leader, ballot]])
    expect(sent(effects, 'hand-over')).to.deep.equal([{ kind: 'hand-over', ballot }])
  })

  it('G12.2 It leads no more in a ballot that it released, though nobody takes over.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const ballot = group.core(leader).promised
    group.drop((body) => body.kind === 'hand-over')
    group.hold((body) => body.kind === 'beat-answer')
    group.run(heartbeat)
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.release()
    expect(group.acting).to.deep.equal([])
    group.heal()
    group.forget()
    group.lead()
    expect(group.core(group.acting[0] ?? '').lease?.ballot).to.deep.equal({
      ...ballot,
      term: ballot.term + 1,
    })
  })

  it('G12.3 The words given to it are free: another leads after two round trips.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.give(leader, { kind: 'hand-over', to: next })
    group.run(6)
    expect(group.acting).to.deep.equal([next])
  })

  it('G12.4 A hand-over of a ballot that is over moves nobody.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    group.forget()
    group.hear(next, 'x', { kind: 'hand-over', ballot: at(1, epoch) })
    group.hear(next, leader, { kind: 'hand-over', ballot: at(9, epoch) })
    expect(sent(group.told(next, 'broadcast'), 'pre')).to.deep.equal([])
  })

  it('G12.5 It hands over only to a member that holds all of its log.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.cut(next, leader)
    group.give(leader, {
      kind: 'request',
      tag: 1,
      request: { kind: 'ordered', payload: new Uint8Array(1) },
    })
    group.run(10)
    const effects = group.give(leader, { kind: 'hand-over', to: undefined })
    const to = effects.flatMap((each) =>
      each.kind === 'send' && each.message.body.kind === 'hand-over' ? [each.to] : [],
    )
    expect(to).to.deep.equal([last])
  })

  it('G12.6 A stuck leader hands over; a stuck member votes, and stands for nothing.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.give(leader, { kind: 'stall', isStuck: true })
    group.run(20)
    expect(group.acting).to.have.length(1)
    expect(group.acting).not.to.include(leader)
    const [now = ''] = group.acting
    const [other = ''] = [next, last].filter((id) => id !== now)
    group.kill(now)
    group.give(other, { kind: 'stall', isStuck: true })
    group.forget()
    group.run(8000)
    expect([group.told(leader, 'broadcast'), group.told(other, 'broadcast')]).to.deep.equal([[], []])
    group.give(other, { kind: 'stall', isStuck: false })
    group.run(3000)
    expect(group.acting).to.deep.equal([other])
  })

  it('G13.1 A leader that hears a higher promise is elected above it at once.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(5, epoch) })
    group.run(6)
    expect(group.acting).to.deep.equal([leader])
    expect(compareBallots(group.core(leader).promised, at(5, epoch))).to.equal(1)
    expect(group.core(leader).lease?.ballot.epoch).to.equal(epoch)
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(1) })
    group.run(160)
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(1) })
    group.run(6)
    expect(group.acting).to.deep.equal([leader])
    expect(group.core(leader).lease?.ballot.epoch).to.be.above(at(1).epoch)
  })

  it('G13.2 It does so once in 150 ms at most.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const elections = () => sent(group.told(leader, 'broadcast'), 'pre').length
    group.forget()
    for (let n = 0; n < 15; n++) {
      // Each time it leads again, and hears of a promise above that.
      const { epoch } = group.core(leader).promised
      group.hear(leader, 'x', { kind: 'tell' }, { promised: at(1, epoch + 1000) })
      expect(elections()).to.equal(1)
      group.run(10)
      expect(group.acting).to.deep.equal([leader])
    }
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(1) })
    expect(elections()).to.equal(2)
  })

  it('G13.3 A beat below the promise is answered with the promise.', () => {
    const group = alone()
    const log = history(['l', 'n', 'v'])
    group.hear('v', 'l', beat(at(5), log))
    const [answer] = group.hear('v', 'n', beat(at(4), log))
    expect(answer?.kind === 'send' && answer.message.promised).to.deep.equal(at(5))
    expect(answer?.kind === 'send' && answer.message.body.kind).to.equal('tell')
  })

  it('G12.7 A leader of which nobody holds all of the log hands over as soon as one does.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.give(leader, ordered(1))
    expect(sent(group.give(leader, { kind: 'stall', isStuck: true }), 'hand-over')).to.deep.equal([])
    group.run(10)
    expect(group.acting).to.have.length(1).and.not.include(leader)
  })

  it('G12.14 A leader that is to hand over takes no requests until it has.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.give(leader, ordered(1))
    group.give(leader, { kind: 'stall', isStuck: true })
    const { index } = group.core(leader).log.last
    group.give(leader, ordered(2))
    const { genesis } = group.core(leader).ledger
    const request = { kind: 'ordered', payload: new Uint8Array([3]) } as const
    group.hear(leader, next, { kind: 'ask', genesis, number: 1, request, until: undefined })
    expect([group.core(leader).log.last.index, group.acting]).to.deep.equal([index, [leader]])
    group.run(500)
    expect(group.acting).to.have.length(1).and.not.include(leader)
    expect(group.told(last, 'ordered').map(({ payload }) => payload[0])).to.deep.equal([1, 2])
  })

  it('G12.15 A wish of its component to hand over lasts for Emax.', () => {
    for (const [afterMs, handsOver] of [
      [electionMax - heartbeat, true],
      [electionMax + heartbeat, false],
    ] as const) {
      const [group, leader, next] = formed(['a', 'b', 'c'])
      // It is to be one that does not hold all of the log until it is heard again.
      group.cut(leader, next)
      group.give(leader, ordered(1))
      group.run(10)
      group.give(leader, { kind: 'hand-over', to: next })
      group.run(afterMs)
      expect(group.acting).to.deep.equal([leader])
      group.heal()
      group.run(2 * heartbeat)
      expect(group.acting).to.deep.equal([handsOver ? next : leader])
      // And then it takes requests again.
      group.give(group.acting[0] ?? '', ordered(2))
      group.run(20)
      expect(group.told(group.acting[0] ?? '', 'settled').at(-1)?.tag).to.equal(2)
    }
  })

  it('G12.8 It hands over to none that is certified dead.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const [dead = '', other = ''] = group.core(leader).log.members.filter((id) => id !== leader)
    group.kill(dead)
    group.give(leader, { kind: 'dead', id: dead })
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.run(10)
    expect(group.acting).to.deep.equal([other])
  })

  it('G12.9 Who gets stuck while it inquires, or waits for votes, stands no more.', () => {
    for (const kind of ['pre-answer', 'vote-answer'] as const) {
      const group = new Cores(['a', 'b', 'c'])
      group.hold((body) => body.kind === kind)
      group.runUntil(() => group.held.length > 0)
      const candidate = group.held[0]?.to ?? ''
      group.give(candidate, { kind: 'stall', isStuck: true })
      group.release((_body, _from, to) => to === candidate)
      group.run(60)
      expect(group.core(candidate).isLeading).to.equal(false)
    }
  })

  it('G12.10 Of those who hold all of its log, it asks the one that answered last.', () => {
    for (const place of [0, 1]) {
      const [group, leader] = formed(['a', 'b', 'c'])
      const others = group.core(leader).log.members.filter((id) => id !== leader)
      group.pause(others[place] ?? '')
      group.run(2 * heartbeat)
      group.give(leader, { kind: 'hand-over', to: undefined })
      expect(asked(group, leader)).to.deep.equal([others[1 - place]])
    }
  })

  it('G12.11 It hands over to none that has not answered for 3.5 heartbeats.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    for (const id of [next, last]) group.pause(id)
    group.run(4 * heartbeat)
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.give(leader, { kind: 'hand-over', to: next })
    expect([asked(group, leader), group.core(leader).isLeading]).to.deep.equal([[], true])
    group.goOn(last)
    group.run(2)
    group.give(leader, { kind: 'hand-over', to: undefined })
    expect(asked(group, leader)).to.deep.equal([last])
  })

  it('G12.12 Who hears that its leader released its ballot begins an election 40 to 80 ms later.', () => {
    const { afterDeathMs } = groupLimits
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.drop((body) => body.kind === 'hand-over')
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.run(1)
    const due = [next, last].map((id) => group.core(id).dueAtMs - group.moment(id).monoMs)
    for (const inMs of due) expect(inMs).to.be.within(afterDeathMs, 2 * afterDeathMs)
    group.run(2 * afterDeathMs + 10)
    expect(group.acting).to.have.length(1).and.not.include(leader)
  })

  it('G12.13 What a leader said before it released its ballot is not obeyed any more.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.drop((body) => body.kind === 'hand-over')
    group.hold((body, _from, to) => to === next && (body.kind === 'beat' || body.kind === 'lead'))
    group.run(3 * heartbeat)
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.run(1)
    const { dueAtMs } = group.core(next)
    expect(group.held.length).to.be.at.least(2)
    group.release()
    expect(group.core(next).dueAtMs).to.be.at.most(dueAtMs)
  })
})
