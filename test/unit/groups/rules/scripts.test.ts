/**
 * What chance seldom meets: known ways in which protocols of this kind have broken, as scripts. Each is one
 * story, step by step, with the rule that it would break.
 */

import { expect } from 'chai'
import { CLOCK_RATE_ERROR, timings } from '../../../../groups/timing.js'
import { Cores } from '../../../support/cores.js'
import {
  alone,
  at,
  beat,
  formed,
  history,
  polling,
  preAnswer,
  sent,
  voteFor,
  voting,
} from '../../../support/group-words.js'

const { lan } = timings

describe('scripts', () => {
  it('S1 An entry of an older ballot is not decided by its copies (Raft, figure 8).', () => {
    const group = alone({}, { quorum: 3 })
    const log = history(['v', 'b', 'c', 'd', 'e'], at(1), { kind: 'begin' })
    group.hear('v', 'b', beat(at(1), log, { commit: 1 }))
    // Its leader hands over, and it is elected by c and d.
    const asks = group.hear('v', 'b', { kind: 'hand-over', ballot: at(1) })
    const nonce = sent(asks, 'pre')[0]?.nonce ?? 0
    const yes = preAnswer({ nonce, regular: true })
    for (const from of ['c', 'd']) group.hear('v', from, yes)
    for (const from of ['c', 'd'])
      group.hear('v', from, { kind: 'vote-answer', ballot: at(2), granted: true })
    expect(group.core('v').isLeading).to.equal(true)
    expect(group.core('v').log.last).to.deep.equal({ ballot: at(2), index: 3 })
    // A quorum holds the second entry, of the ballot before. That decides nothing: who has none of it
    // may hold a later ballot, be elected by others, and replace it.
    const answer = { kind: 'beat-answer', ballot: at(2), number: 1, matches: true, granted: true } as const
    for (const from of ['c', 'd', 'e']) group.hear('v', from, { ...answer, index: 2 })
    expect(group.core('v').log.commit.index).to.equal(1)
    // An entry of its own decides both.
    for (const from of ['c', 'd']) group.hear('v', from, { ...answer, index: 3 })
    expect(group.core('v').log.commit.index).to.equal(3)
  })

  it('S2 No change of members joins one that is in flight, though the leader goes.', () => {
    const group = new Cores(['a', 'b', 'c'], { quorum: 3 })
    group.run(2000)
    const first = group.lead()
    group.start('d')
    group.hold((body) => body.kind === 'beat-answer' && body.index > 1)
    group.runUntil(() => group.core(first).log.members.length === 4, 2000)
    group.start('e')
    group.run(200)
    // A second change waits for the first, however long.
    expect(group.core(first).log.members).to.have.members(['a', 'b', 'c', 'd'])
    group.heal()
    group.held.splice(0)
    group.give(first, { kind: 'stall', isStuck: true })
    group.cut(first)
    group.run(5000)
    const [second = ''] = group.acting
    expect(second).not.to.equal(first)
    const logs = ['a', 'b', 'c', 'd', 'e'].filter((id) => id !== first).map((id) => group.core(id).log)
    for (const log of logs) expect(Math.abs(log.members.length - 4)).to.be.at.most(1)
    group.heal()
    group.run(3000)
    const sets = ['a', 'b', 'c', 'd', 'e'].map((id) => group.core(id).log.committedMembers.join())
    expect(new Set(sets).size).to.equal(1)
  })

  it('S3 One is never left out and another taken in by one entry.', () => {
    const [group, leader, , last] = formed(['a', 'b', 'c'])
    group.kill(last)
    group.start('d')
    group.give(leader, { kind: 'dead', id: last })
    group.run(3000)
    const { log } = group.core(leader)
    let before: readonly string[] = []
    for (let index = 1; index <= log.last.index; index++) {
      const body = log.entry(index)?.body
      if (body?.kind === 'members') {
        const { members } = body
        const came = members.filter((id) => !before.includes(id))
        const went = before.filter((id) => !members.includes(id))
        expect(came.length + went.length).to.equal(1)
      }
      if (body?.kind === 'genesis' || body?.kind === 'members') before = body.members
    }
    expect(before).to.include('d')
  })

  it('S4 With W at its bound and clocks ±5 % off, a lease ends before the words that it rests on.', () => {
    const slower = (1 + CLOCK_RATE_ERROR) / (1 - CLOCK_RATE_ERROR)
    const timing = { ...lan, word: Math.ceil(lan.lease * slower + 1), electionMax: lan.electionMin + 10 }
    for (const [leaderRate, otherRate] of [
      [0.95, 1.05],
      [1.05, 0.95],
    ] as const) {
      const group = new Cores([], { timing })
      for (const id of ['a', 'b', 'c']) group.start(id, { rate: id === 'a' ? leaderRate : otherRate })
      for (const id of ['b', 'c']) group.give(id, { kind: 'stall', isStuck: true })
      expect(group.lead()).to.equal('a')
      group.run(2000)
      // Its last beats were granted; then it hears nothing, nor is it heard.
      group.cut('a')
      const cutMs = group.nowMs
      for (const id of ['b', 'c']) group.give(id, { kind: 'stall', isStuck: false })
      let overlaps = 0
      let freeMs = 0
      while (group.nowMs < cutMs + 1000) {
        group.run(0.5)
        overlaps += group.acting.length > 1 ? 1 : 0
        const vote = voteFor(at(1), { forming: false, last: group.core('b').log.last })
        const answer =
          group.core('b').leader === 'b' ? [] : group.hear('b', 'x', { ...vote, ballot: at(0, 1) })
        expect(sent(answer, 'vote-answer').some(({ granted }) => granted)).to.equal(false)
        if (group.acting.length === 0) freeMs = freeMs || group.nowMs
      }
      expect([overlaps, freeMs > 0]).to.deep.equal([0, true])
    }
  })

  it('S5 A poll that two leaders open for one request is one poll, and each vote on it counts once.', () => {
    const [group, first, next, last] = formed(['a', 'b', 'c'])
    // The opening gets into the logs of the first leader and of its requester, and no further.
    group.cut(first, last)
    group.hold((body, from) => from === next && body.kind === 'beat-answer')
    group.give(next, polling(1))
    group.run(20)
    const [asked] = group.told(next, 'asked')
    const poll = asked?.poll.id ?? ''
    expect(group.core(first).ledger.polls.size).to.equal(0)
    group.give(next, voting(poll, 'yes'))
    // The last one is elected by a member that never heard of it, and the request comes to it again.
    group.heal()
    group.held.splice(0)
    group.kill(first)
    group.give(next, { kind: 'stall', isStuck: true })
    for (const id of [next, last]) group.give(id, { kind: 'dead', id: first })
    group.run(5000)
    group.give(next, { kind: 'stall', isStuck: false })
    group.run(3000)
    expect(group.told(next, 'asked')).to.have.length(1)
    for (const id of [last])
      for (const { poll: each } of group.told(id, 'asked')) group.give(id, voting(each.id))
    group.run(1000)
    const ends = group.told(next, 'ended').map(({ ended }) => ended.poll.id)
    expect(ends).to.deep.equal([poll])
    expect(group.told(next, 'settled')).to.have.length(1)
  })

  it('S6 A granter of a live lease that dies and is born again grants nobody while that lease runs.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.cut(leader)
    group.kill(next)
    group.kill(last)
    group.start('n2')
    group.start('l2')
    group.cut(leader, 'n2', 'l2')
    for (let ms = 0; ms < 2000; ms++) {
      group.run(1)
      expect(group.acting.length).to.be.at.most(1)
    }
    expect(group.acting[0]).to.be.oneOf(['n2', 'l2'])
  })

  it('S7 A leader that slept through a new formation wakes, hears of it, and does not act.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.pause(leader)
    for (const id of [next, last]) group.kill(id)
    for (const id of ['n2', 'l2']) group.start(id)
    group.run(2000)
    const [now = ''] = group.acting
    const ballot = group.core(now).promised
    group.goOn(leader)
    for (let ms = 0; ms < 2000; ms++) {
      group.run(1)
      expect(group.acting.length).to.be.at.most(1)
    }
    expect(group.core(group.acting[0] ?? '').promised.epoch).to.be.at.least(ballot.epoch)
    expect(group.core(leader).log.genesis).to.deep.equal(group.core(group.acting[0] ?? '').log.genesis)
  })

  it('S8 An outcome that only one knew who was cut off is `yes` there, and `unknown` to others.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.give(leader, polling(1, { timeoutMs: 60_000 }))
    group.run(200)
    const poll = group.told(leader, 'asked')[0]?.poll.id ?? ''
    group.cut(next)
    for (const id of [leader, last]) group.give(id, voting(poll))
    group.run(20)
    expect(group.told(leader, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['yes'])
    group.kill(last)
    group.start('d')
    group.heal()
    group.cut(leader)
    group.runUntil(() => group.acting.some((id) => id === next || id === 'd'), 9000)
    group.heal()
    group.run(1000)
    expect(group.told(next, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['unknown'])
    expect(group.told(leader, 'ended').map(({ ended }) => ended.outcome)).to.deep.equal(['yes'])
    expect(group.told(leader, 'history-lost')).to.have.length(1)
  })

  it('S9 A forming that failed leaves no trace but its number, and the leader renumbers over it.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const log = history(['a', 'b', 'c'])
    expect(sent(group.hear(next, 'x', beat(at(1), log)), 'beat-answer')).to.have.length(1)
    group.run(500)
    expect(group.acting).to.deep.equal([leader])
    expect(group.core(leader).lease?.ballot.epoch).to.be.above(at(1).epoch)
    expect(group.core(next).leader).to.equal(leader)
  })
})
