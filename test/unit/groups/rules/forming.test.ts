import { expect } from 'chai'
import { LOG_START, NO_BALLOT } from '../../../../groups/ballot.js'
import { timings } from '../../../../groups/timing.js'
import { Cores } from '../../../support/cores.js'
import {
  alone,
  at,
  beat,
  formed,
  history,
  inquiry,
  ordered,
  polling,
  position,
  preAnswer,
  sent,
  setting,
  voteFor,
  votes,
  voting,
} from '../../../support/group-words.js'

const { word, lease, grace, forming, electionMax } = timings.lan

/** Whether a member would vote for a new formation of one that knows more than anybody. */
function isWilling(group: Cores, id: string): boolean {
  const pre = inquiry(position(999, at(9)))
  return sent(group.hear(id, 'x', pre), 'pre-answer').some((answer) => answer.forming)
}

/** The second of three is alone with a newcomer, and they begin anew; the first, which led, is cut off. */
function begunAnew(before: (group: Cores, leader: string, next: string, last: string) => void) {
  const [group, leader, next, last] = formed(['a', 'b', 'c'])
  before(group, leader, next, last)
  group.kill(last)
  group.start('d')
  group.heal()
  group.cut(leader)
  group.runUntil(() => group.acting.some((id) => id === next || id === 'd'), 9000)
  group.forget()
  group.heal()
  group.run(1000)
  return { group, leader, next }
}

describe('formations', () => {
  it('G16.1 A member with an empty log is willing to begin a formation.', () => {
    expect(isWilling(alone(), 'v')).to.equal(true)
  })

  it('G16.2 It is willing when fewer than q of its newest and its decided members are not dead.', () => {
    const group = alone()
    const log = history(['l', 'n', 'v'], at(1), { kind: 'members', members: ['l', 'n', 'v', 'w'] })
    group.hear('v', 'l', beat(at(1), log, { commit: 1 }))
    group.give('v', { kind: 'dead', id: 'l' })
    expect(isWilling(group, 'v')).to.equal(false)
    group.give('v', { kind: 'dead', id: 'n' })
    expect(isWilling(group, 'v')).to.equal(false)
    group.give('v', { kind: 'dead', id: 'w' })
    expect(isWilling(group, 'v')).to.equal(true)
    // Of the newest too few are left, of the decided not: they may go on without it.
    const less = history(['l', 'n', 'v'], at(1), { kind: 'members', members: ['l', 'v'] })
    for (const [commit, willing] of [
      [1, false],
      [2, true],
    ] as const) {
      const left = alone()
      left.hear('v', 'l', beat(at(1), less, { commit }))
      left.give('v', { kind: 'dead', id: 'l' })
      expect(isWilling(left, 'v')).to.equal(willing)
    }
  })

  it('G16.3 Else it is willing once it has heard no leader for GRACE, and with `never` it never is.', () => {
    const never = { ...timings.lan, grace: 'never' } as const
    for (const [timing, after] of [
      [timings.lan, true],
      [never, false],
    ] as const) {
      const group = alone({}, { timing })
      group.hear('v', 'l', beat(at(1), history(['l', 'n', 'v'])))
      group.run(grace)
      expect(isWilling(group, 'v')).to.equal(false)
      group.run(1)
      expect(isWilling(group, 'v')).to.equal(after)
    }
  })

  it('G16.4 Nobody is willing within W + LEASE of its last grant to the beat of a leader.', () => {
    const evident = alone()
    evident.hear('v', 'l', beat(at(1), history(['n', 'x', 'v'])))
    for (const id of ['n', 'x']) evident.give('v', { kind: 'dead', id })
    evident.run(word + lease - 1)
    expect(isWilling(evident, 'v')).to.equal(false)
    evident.run(1)
    expect(isWilling(evident, 'v')).to.equal(true)
  })

  it('G16.5 That leader’s death, or its release, ends this time.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), history(['l', 'n', 'v'])))
    for (const id of ['l', 'n']) group.give('v', { kind: 'dead', id })
    expect(isWilling(group, 'v')).to.equal(true)
    const released = alone()
    released.hear('v', 'l', beat(at(1), history(['n', 'x', 'v'])))
    for (const id of ['n', 'x']) released.give('v', { kind: 'dead', id })
    released.hear('v', 'l', { kind: 'tell' }, { facts: { released: [['l', at(1)]] } })
    expect(isWilling(released, 'v')).to.equal(true)
  })

  it('G3.1 A member that sees more than 2q − 1 electable ones live votes for no formation.', () => {
    const group = alone()
    group.give('v', { kind: 'crowd', ids: ['a', 'b', 'c', 'v'] })
    expect(isWilling(group, 'v')).to.equal(false)
    expect(votes(group, 'v', 'x', voteFor(at(1)))).to.equal(false)
    group.give('v', { kind: 'crowd', ids: ['a', 'b', 'v'] })
    expect(isWilling(group, 'v')).to.equal(true)
  })

  it('G3.2 It tells of the split once, until they are fewer again.', () => {
    const group = alone()
    for (const ids of [['a', 'b', 'c', 'v'], ['a', 'b', 'c', 'd', 'v'], ['v'], ['a', 'b', 'c', 'v']]) {
      group.give('v', { kind: 'crowd', ids })
    }
    expect(group.told('v', 'split')).to.have.length(2)
  })

  it('G17.1 Who has q willing answers waits FORM for more, unless it has 2q − 1.', () => {
    const three = new Cores([])
    for (const id of ['a', 'b', 'c']) three.start(id, { startedAtMs: -word })
    three.runUntil(() => three.acting.length > 0)
    expect(three.nowMs).to.be.below(2 * forming + 6)
    expect(three.core(three.acting[0] ?? '').log.members).to.have.length(3)
    const few = new Cores([])
    for (const id of ['a', 'b']) few.start(id, { startedAtMs: -word })
    few.runUntil(() => few.acting.length > 0)
    expect(few.nowMs).to.be.at.least(forming)
  })

  it('G17.2 A formation begins with the log of its first leader, cut at what it knows as decided.', () => {
    const group = alone()
    const log = history(['l', 'n', 'v'], at(1), { kind: 'begin' }, { kind: 'begin' })
    group.hear('v', 'l', beat(at(1), log, { commit: 2 }))
    for (const id of ['l', 'n']) group.give('v', { kind: 'dead', id })
    group.start('d', { startedAtMs: group.nowMs - word })
    const leader = group.lead()
    expect([group.core(leader).log.entry(3)?.body.kind, leader]).to.deep.equal(['genesis', 'v'])
  })

  it('G17.3 Its first members are the willing that answered, at most 2q − 1, and q of them vote.', () => {
    const group = new Cores([])
    for (const id of ['a', 'b', 'c', 'd', 'e']) group.start(id, { startedAtMs: -word })
    group.lead()
    const [leader = ''] = group.acting
    expect(group.core(leader).log.members).to.have.length(3).and.include(leader)
  })

  it('G17.4 Polls that were open before a genesis end `unknown`, and votes on them are refused.', () => {
    const { group, leader, next } = begunAnew((all, lead) => {
      all.give(lead, polling(1, { timeoutMs: 60_000 }))
      all.run(300)
    })
    const [ended] = group.told(next, 'ended')
    for (const id of [leader, next]) {
      expect(group.told(id, 'ended').map(({ ended: { outcome } }) => outcome)).to.deep.equal(['unknown'])
      const { polls, ended: ends } = group.core(id).ledger
      expect([polls.size, [...ends.values()].map(({ outcome }) => outcome)]).to.deep.equal([0, ['unknown']])
    }
    expect(group.told(leader, 'settled')).to.deep.equal([
      { kind: 'settled', tag: 1, as: 'done', outcome: 'unknown' },
    ])
    const [refused] = group.give(leader, voting(ended?.ended.poll.id ?? ''))
    expect(refused).to.deep.include({ kind: 'vote-refused', why: 'unknown-poll' })
  })

  it('G17.5 A forming vote goes to none whose decided entries are older than the own.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), history(['l', 'n', 'v']), { commit: 1 }))
    for (const id of ['l', 'n']) group.give('v', { kind: 'dead', id })
    const epoch = at(1).epoch + 10
    expect(votes(group, 'v', 'x', voteFor(at(1, epoch), { commit: LOG_START }))).to.equal(false)
    expect(votes(group, 'v', 'x', voteFor(at(1, epoch + 1), { commit: position(1) }))).to.equal(true)
  })

  it('G17.6 A formation begins only where fewer than q members answer that are of the own one.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    group.kill(leader)
    // Both give it up, and yet they are enough to elect within it.
    group.cut(next, last)
    group.run(grace + electionMax)
    group.heal()
    group.run(3000)
    expect(group.core(next).log.genesis.epoch).to.equal(epoch)
    expect(group.acting).to.have.length(1)
    // Where those of its own have a newer log, they will be elected: it begins nothing with them.
    for (const [other, genesis, isBegun] of [
      ['n', at(1), false],
      // It went on with another formation, whose leader is gone: it elects nobody of this one.
      ['n', at(2), true],
      ['x', NO_BALLOT, true],
    ] as const) {
      const one = alone()
      one.hear('v', 'l', beat(at(1), history(['l', 'n', 'v'])))
      one.run(grace)
      one.forget()
      one.runUntil(() => sent(one.told('v', 'broadcast'), 'pre').length > 0)
      const nonce = sent(one.told('v', 'broadcast'), 'pre').at(-1)?.nonce ?? 0
      one.hear('v', other, preAnswer({ nonce, forming: true, genesis }))
      one.run(2 * forming)
      expect(sent(one.told('v', 'send'), 'vote').map((vote) => vote.forming)).to.deep.equal(
        isBegun ? [true] : [],
      )
    }
  })

  it('G18.1 A member whose decided entries are replaced tells from which to which.', () => {
    const { group, leader } = begunAnew((all, lead, _next, last) => {
      all.give(lead, ordered(1))
      all.run(300)
      all.cut(lead, ...['a', 'b', 'c'].filter((id) => id !== lead && id !== last))
      for (const tag of [2, 3]) all.give(lead, ordered(tag))
      all.run(300)
      expect(all.core(lead).log.commit.index).to.equal(4)
    })
    expect(group.told(leader, 'history-lost')).to.deep.equal([{ kind: 'history-lost', from: 3, to: 4 }])
  })

  it('G18.2 What its history adds up to goes back with it.', () => {
    const { group, leader, next } = begunAnew((all, lead, _next, last) => {
      all.give(lead, setting(1, 'kept'))
      all.run(300)
      all.cut(lead, ...['a', 'b', 'c'].filter((id) => id !== lead && id !== last))
      for (const [tag, key] of [
        [2, 'kept'],
        [3, 'lost'],
      ] as const)
        all.give(lead, setting(tag, key))
      all.run(300)
    })
    expect([...group.core(leader).ledger.values]).to.deep.equal([['kept', new Uint8Array([1])]])
    expect(group.core(leader).ledger.state).to.deep.equal(group.core(next).ledger.state)
  })

  it('G19.1 Members follow the leader of the higher ballot, whatever their log.', () => {
    const { group, leader, next } = begunAnew((all, lead) => {
      all.give(lead, ordered(1))
      all.run(300)
    })
    expect(group.core(leader).log.genesis).to.deep.equal(group.core(next).log.genesis)
    expect(group.core(leader).log.last).to.deep.equal(group.core(next).log.last)
  })

  it('G19.2 A leader under a lease that hears another lead tells of a split, and the lower one goes.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.hear(leader, 'x', { kind: 'lead', ballot: at(1) })
    expect(group.told(leader, 'split')).to.deep.equal([{ kind: 'split', ids: [leader, 'x'] }])
    expect(group.core(leader).isLeading).to.equal(false)
  })

  it('G19.3 What a leader says in a ballot below the promise moves nobody.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const log = history(['x', next], at(1, 1), { kind: 'begin' })
    group.hear(next, 'x', beat(at(1, 1), log))
    group.hear(next, 'x', { kind: 'lead', ballot: at(1, 1) })
    expect([group.core(next).leader, group.core(next).log.members.length]).to.deep.equal([leader, 3])
  })

  it('G16.6 A leader is bound by its own beats as its members are, and gives up no earlier.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.run(2 * grace)
    group.cut(leader)
    group.runUntil(() => group.acting.length === 0)
    expect(votes(group, leader, 'x', voteFor(at(1), { commit: position(99) }))).to.equal(false)
    group.runUntil(() => !group.core(leader).isLeading)
    group.run(word + lease)
    expect(isWilling(group, leader)).to.equal(false)
    group.run(grace)
    expect(isWilling(group, leader)).to.equal(true)
  })
})
