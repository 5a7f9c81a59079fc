import { expect } from 'chai'
import { timings } from '../../../../groups/timing.js'
import type { Cores } from '../../../support/cores.js'
import { formed, momentIn, ordered, polling, sent, voting } from '../../../support/group-words.js'

const { lan } = timings

/** How the requests of a member ended: how, and the outcome of polls. */
function settled(group: Cores, id: string): (readonly [as: string, outcome: string | undefined])[] {
  return group.told(id, 'settled').map(({ as, outcome }) => [as, outcome])
}

/** How many were asked about a poll, each as often as it was. */
function asked(group: Cores): number {
  return ['a', 'b', 'c'].reduce((sum, id) => sum + group.told(id, 'asked').length, 0)
}

/** What the log of a member has beside members and leaders. */
function kinds(group: Cores, id: string): string[] {
  const { log } = group.core(id)
  const all = Array.from({ length: log.last.index }, (_, n) => log.entry(n + 1)?.body.kind ?? '')
  return all.filter((kind) => kind !== 'genesis' && kind !== 'begin' && kind !== 'members')
}

function groupMs(group: Cores, id: string): number {
  return momentIn(group, id, 0)?.ms ?? 0
}

/** Opens a poll; gives its id. */
function open(group: Cores, by: string, timeoutMs: number): string {
  group.give(by, polling(1, { timeoutMs }))
  group.run(5)
  return group.told(by, 'asked').at(-1)?.poll.id ?? ''
}

const CUT_MS = 10_000

describe('polls, and what comes late', () => {
  it('G20.21 The time of a poll runs from its request: a leader opens it with what is left of that.', () => {
    for (const what of ['is lost', 'is on its way', 'waits in a process that is stopped']) {
      const [group, leader, next] = formed(['a', 'b', 'c'])
      if (what === 'is on its way') group.hold((body) => body.kind === 'ask')
      else group.drop((body) => body.kind === 'ask')
      group.give(next, polling(1, { timeoutMs: 2000 }))
      const endsAtMs = groupMs(group, next) + 2000
      if (what === 'waits in a process that is stopped') group.pause(next)
      group.run(1500)
      group.heal()
      if (what === 'waits in a process that is stopped') group.goOn(next)
      group.held.splice(1)
      group.release()
      group.runUntil(() => asked(group) === 3, 400)
      const [poll] = group.told(leader, 'asked')
      expect(poll?.poll.endsAtMs).to.be.closeTo(endsAtMs, 5)
      group.run(510)
      expect(settled(group, next)).to.deep.equal([['done', 'timeout']])
    }
  })

  it('G20.22 A poll whose time is over is not opened: nobody is asked, it is told as `timeout`.', () => {
    for (const place of ['leader', 'follower'] as const) {
      const [group, leader, next] = formed(['a', 'b', 'c'])
      const requester = place === 'leader' ? leader : next
      // Of a leader, its opening is in its own log, and it asks itself.
      group.cut(requester)
      group.give(requester, polling(1), ordered(2))
      group.run(CUT_MS)
      expect(settled(group, requester)).to.deep.equal([])
      group.forget()
      group.heal()
      group.run(3000)
      expect(asked(group)).to.equal(0)
      expect(settled(group, requester)).to.deep.equal([
        ['timeout', 'timeout'],
        ['done', undefined],
      ])
      for (const id of ['a', 'b', 'c']) expect(kinds(group, id)).to.deep.equal(['over', 'ordered'])
      // Who was asked before is told how it ended.
      const ends = ['a', 'b', 'c'].map((id) => group.told(id, 'ended').map(({ ended }) => ended.outcome))
      expect(ends).to.have.deep.members([place === 'leader' ? ['timeout'] : [], [], []])
    }
  })

  it('G20.23 A poll that waits for a leader until its time is over ends with `timeout`, unsent.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.cut(next)
    group.runUntil(() => group.core(next).leader === undefined, 3000)
    group.give(next, polling(1, { timeoutMs: 700 }), ordered(2), polling(3, { timeoutMs: 60_000 }))
    group.run(699)
    expect(settled(group, next)).to.deep.equal([])
    group.run(2)
    expect(settled(group, next)).to.deep.equal([['timeout', 'timeout']])
    group.heal()
    group.run(4000)
    expect([next, last]).to.include(group.acting[0])
    expect(settled(group, next).slice(1)).to.deep.equal([['done', undefined]])
    expect(kinds(group, next)).to.deep.equal(['ordered', 'open'])
    // One that was sent is sent on, without its topic.
    group.drop((body) => body.kind === 'ask')
    group.forget()
    const follower = group.acting[0] === next ? last : next
    group.give(follower, polling(4, { timeoutMs: 5 * lan.heartbeat }))
    group.run(10 * lan.heartbeat)
    const asks = sent(group.told(follower, 'send'), 'ask').flatMap(({ request }) =>
      request.kind === 'poll' ? [[request.topic.length, request.timeoutMs > 0]] : [],
    )
    const inTime = asks.findIndex(([bytes]) => bytes === 0)
    const late = asks.length - inTime
    expect([inTime > 1, late > 1]).to.deep.equal([true, true])
    expect(asks).to.deep.equal([...Array(inTime).fill([1, true]), ...Array(late).fill([0, false])])
  })

  it('G20.24 Who hears of the opening of a poll and of its end at once is not asked.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.cut(last)
    group.give(leader, polling(1))
    group.run(10)
    const [poll] = group.told(leader, 'asked')
    for (const id of [leader, next]) group.give(id, voting(poll?.poll.id ?? ''))
    group.run(300)
    expect(settled(group, leader)).to.deep.equal([['done', 'yes']])
    group.heal()
    group.run(1000)
    expect(group.told(last, 'asked')).to.deep.equal([])
    expect(group.told(last, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['yes'])
  })

  it('G20.25 A leader that finds polls in its log whose time is over ends them, and nobody is asked.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    // The opening gets to one follower and no further; then nobody leads until its time is over.
    group.cut(last)
    group.hold((body) => body.kind === 'beat-answer')
    group.give(leader, polling(1))
    group.run(10)
    expect(group.told(next, 'asked')).to.have.length(1)
    group.kill(leader)
    group.held.splice(0)
    group.run(1500)
    group.heal()
    group.runUntil(() => group.acting.length > 0, 5000)
    expect(group.acting).to.deep.equal([next])
    group.run(300)
    expect(group.told(last, 'asked')).to.deep.equal([])
    for (const id of [next, last]) {
      expect(group.told(id, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['timeout'])
    }
  })

  it('G21.12 An action whose moment has passed is not opened, and is told as `action-past`.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.give(leader, polling(1, { actAt: momentIn(group, leader, 0) }))
    group.run(300)
    group.drop((body) => body.kind === 'ask')
    const actAt = momentIn(group, next, 500)
    group.give(next, polling(2, { actAt, timeoutMs: 60_000 }), polling(3, { actAt, timeoutMs: 400 }))
    group.run(1000)
    group.heal()
    group.run(1000)
    expect(settled(group, leader)).to.deep.equal([['action-past', 'timeout']])
    expect(settled(group, next)).to.deep.equal([
      ['action-past', 'timeout'],
      ['timeout', 'timeout'],
    ])
    expect([asked(group), kinds(group, leader)]).to.deep.equal([0, ['over', 'over', 'over']])
  })

  it('G20.12 A vote that comes when the time of its poll is over counts for nothing.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 100)
    group.hold((body) => body.kind === 'choose')
    for (const id of [next, last]) group.give(id, voting(poll))
    group.pause(leader)
    group.run(200)
    group.give(leader, ...group.held.splice(0).map(({ message }) => ({ kind: 'message', message }) as const))
    group.goOn(leader)
    group.heal()
    group.run(50)
    expect(settled(group, leader)).to.deep.equal([['done', 'timeout']])
  })

  it('G20.18 A vote in a poll that no log has any more is not sent again a minute after its end.', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const [group, leader, one] = formed(ids, { quorum: 3 })
    const rest = ids.filter((id) => id !== leader && id !== one)
    for (const id of rest) group.cut(id, leader, one)
    const [minuteMs, askedMs] = [60_000, group.nowMs]
    const poll = open(group, leader, 1000)
    expect(group.told(one, 'asked')).to.have.length(1)
    group.give(one, voting(poll))
    group.kill(leader)
    group.runUntil(() => rest.some((id) => group.core(id).isLeading), 5000)
    group.heal()
    group.run(1000)
    expect(group.core(one).ledger.polls.has(poll)).to.equal(false)
    const votes = () => sent(group.told(one, 'send'), 'choose').length
    group.forget()
    // It had a second, and was asked for a little before.
    group.run(minuteMs - (group.nowMs - askedMs))
    expect(votes()).to.be.above(minuteMs / 1000)
    group.run(1000)
    group.forget()
    group.run(2000)
    expect(votes()).to.equal(0)
  })
})
