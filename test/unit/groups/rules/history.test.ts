import { expect } from 'chai'
import type { EntryBody } from '../../../../groups/entries.js'
import type { Cores } from '../../../support/cores.js'
import {
  alone,
  at,
  beat,
  entry,
  formed,
  history,
  ordered,
  polling,
  position,
  sent,
  setting,
  voting,
} from '../../../support/group-words.js'

const IDS = ['a', 'b', 'c']

/** Lets one member lag until what it lacks is in the leader's log no more. */
function lagging(most: number): [group: Cores, leader: string, next: string, last: string] {
  const [group, leader, next, last] = formed(IDS, { keptEntries: 4 })
  group.give(last, setting(1, 'before'))
  group.run(50)
  group.cut(last)
  for (let tag = 2; tag <= most; tag++) {
    group.give(leader, tag % 2 ? ordered(tag) : setting(tag, `k${tag % 5}`))
    group.run(3)
  }
  group.run(200)
  return [group, leader, next, last]
}

/** The one that lags and a new one form without the leader, which then comes back. */
function formAnew(
  group: Cores,
  { leader, next, last }: Readonly<Record<'leader' | 'next' | 'last', string>>,
): void {
  group.kill(next)
  group.start('d')
  group.heal()
  group.cut(leader)
  group.runUntil(() => group.acting.some((id) => id === last || id === 'd'), 9000)
  group.forget()
  group.heal()
  group.run(2000)
}

describe('the log and its snapshots', () => {
  it('GL.1 Who lags behind by more than is kept gets a snapshot, and then is as the others are.', () => {
    const [group, leader, , last] = lagging(40)
    expect(group.core(leader).log.base.position.index).to.be.above(group.core(last).log.last.index)
    group.heal()
    group.run(500)
    expect(group.core(last).ledger.state).to.deep.equal(group.core(leader).ledger.state)
    expect(group.core(last).log.members).to.deep.equal(group.core(leader).log.members)
    expect(group.told(last, 'history-lost')).to.deep.equal([])
  })

  it('GL.2 It tells which ordered messages were missed, and no more than those.', () => {
    const [group, leader, , last] = lagging(40)
    const heard = group.told(last, 'decided').at(-1)?.index ?? 0
    const base = group.core(leader).log.base.position.index
    group.heal()
    group.run(500)
    expect(group.told(last, 'installed')).to.deep.equal([
      { kind: 'installed', missedFrom: heard + 1, to: base },
    ])
    const after = group.told(last, 'decided').filter(({ index }) => index > heard)
    expect(after.map(({ index }) => index)[0]).to.equal(base + 1)
  })

  it('GL.3 A newcomer gets the values of the group, and no messages from before it took part.', () => {
    const [group, leader] = lagging(40)
    group.start('d')
    group.run(2000)
    expect([...group.core('d').ledger.values]).to.deep.equal([...group.core(leader).ledger.values])
    expect(group.told('d', 'ordered')).to.deep.equal([])
    group.give(leader, ordered(99))
    group.run(50)
    expect(group.told('d', 'ordered').map(({ payload }) => payload[0])).to.deep.equal([99])
  })

  it('GL.4 Outcomes of polls that ended meanwhile come with the snapshot, and are told once.', () => {
    const [group, leader, next, last] = formed(IDS, { keptEntries: 4 })
    group.give(last, polling(1))
    group.run(20)
    const poll = group.told(last, 'asked')[0]?.poll.id ?? ''
    group.cut(last)
    for (const id of [leader, next]) group.give(id, voting(poll))
    for (let tag = 2; tag < 40; tag++) {
      group.give(leader, ordered(tag))
      group.run(3)
    }
    group.heal()
    group.run(1000)
    expect(group.told(last, 'installed')).to.have.length(1)
    expect(group.told(last, 'ended').map(({ ended }) => [ended.poll.id, ended.outcome])).to.deep.equal([
      [poll, 'yes'],
    ])
    expect(group.told(last, 'settled')).to.deep.equal([
      { kind: 'settled', tag: 1, as: 'done', outcome: 'yes' },
    ])
  })

  it('GL.5 What a snapshot shows as done of the own requests is settled with it, once.', () => {
    const [group, leader, next, last] = formed(IDS, { keptEntries: 4 })
    group.cutOneWay(leader, last)
    group.cutOneWay(next, last)
    group.give(last, ordered(1))
    group.run(20)
    for (let tag = 2; tag < 40; tag++) {
      group.give(leader, ordered(tag))
      group.run(3)
    }
    expect(group.told(last, 'settled')).to.deep.equal([])
    group.heal()
    group.run(1000)
    expect(group.told(last, 'settled')).to.deep.equal([
      { kind: 'settled', tag: 1, as: 'done', outcome: undefined },
    ])
  })

  it('GL.6 Of another formation, a log that entries cannot mend is replaced by a snapshot.', () => {
    const [group, leader, next, last] = lagging(40)
    formAnew(group, { leader, next, last })
    expect(sent(group.told(last, 'send'), 'beat').some(({ snapshot }) => snapshot)).to.equal(true)
    expect(group.core(leader).ledger.state).to.deep.equal(group.core(last).ledger.state)
    expect(group.core(leader).log.last).to.deep.equal(group.core(last).log.last)
  })

  it('GL.10 Entries are taken only where the one before them is the leader’s, too.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), history(['l', 'n', 'v'], at(1), { kind: 'begin' })))
    const after = { prev: position(2, at(2)), genesis: at(1) }
    const [answer] = sent(
      group.hear('v', 'n', beat(at(3), [entry(at(3), { kind: 'begin' })], after)),
      'beat-answer',
    )
    expect([answer?.matches, answer?.granted, answer?.index]).to.deep.equal([false, false, 0])
    expect(group.core('v').log.last).to.deep.equal(position(2))
  })

  it('GL.7 A snapshot from before the own decided end makes nothing be told twice, or lost untold.', () => {
    const [group, leader, next, last] = lagging(40)
    const [mine, its] = [group.core(leader), group.core(last)].map(({ log }) => log.commit.index)
    formAnew(group, { leader, next, last })
    expect(group.told(leader, 'installed')).to.have.length(1)
    expect(group.told(leader, 'history-lost')).to.deep.equal([
      { kind: 'history-lost', from: (its ?? 0) + 1, to: mine },
    ])
    expect(group.told(leader, 'decided')[0]?.index).to.equal((its ?? 0) + 1)
  })

  it('GL.8 Who gets an open poll by a snapshot, and may vote in it, is asked.', () => {
    const [group, leader, , last] = formed(IDS, { keptEntries: 4 })
    group.cut(last)
    group.give(leader, polling(1, { timeoutMs: 20_000 }))
    for (let tag = 2; tag < 40; tag++) {
      group.give(leader, ordered(tag))
      group.run(3)
    }
    group.heal()
    group.run(500)
    expect(group.told(last, 'asked')).to.have.length(1)
  })

  it('GL.9 Whether a value found room, a snapshot does not say: who asked is told `unknown`.', () => {
    const [group, leader, next, last] = formed(IDS, { keptEntries: 4 })
    group.cutOneWay(leader, last)
    group.cutOneWay(next, last)
    group.give(last, setting(1, 'key'))
    group.run(20)
    for (let tag = 2; tag < 40; tag++) {
      group.give(leader, ordered(tag))
      group.run(3)
    }
    group.heal()
    group.run(1000)
    expect(group.told(last, 'settled')).to.deep.equal([
      { kind: 'settled', tag: 1, as: 'unknown', outcome: undefined },
    ])
  })

  it('GL.11 Ordered messages are told from behind the entry on that takes the newcomer in.', () => {
    const group = alone({ isElectable: false })
    const message = (number: number): EntryBody => ({
      ...{ kind: 'ordered', by: 'l', number },
      payload: new Uint8Array([number]),
    })
    const before = [message(1), message(2), message(3)]
    const log = history(['l', 'n'], at(1), ...before, { kind: 'observers', observers: ['v'] }, message(4))
    group.hear('v', 'l', beat(at(1), log, { commit: log.length }))
    expect(group.told('v', 'ordered').map(({ payload }) => payload[0])).to.deep.equal([4])
  })
})
