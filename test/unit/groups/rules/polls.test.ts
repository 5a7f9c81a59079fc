import { expect } from 'chai'
import { groupLimits } from '../../../../groups/limits.js'
import { type Body, UNANSWERED } from '../../../../groups/messages.js'
import { timings } from '../../../../groups/timing.js'
import { decodeGroupMessage, encodeGroupMessage } from '../../../../groups/wire.js'
import { READ_CLOCK_MAX } from '../../../../groups/wire-numbers.js'
import { Cores } from '../../../support/cores.js'
import {
  beat,
  entry,
  formed,
  momentIn,
  ordered,
  polling,
  sent,
  voting,
} from '../../../support/group-words.js'

/** How polls ended, as a member was told. */
function outcomes(group: Cores, id: string): string[] {
  return group.told(id, 'ended').map(({ ended }) => ended.outcome)
}

/** Opens a poll; gives its id when all who hear the leader were asked. */
function open(group: Cores, by: string, ...options: Parameters<typeof polling>): string {
  const before = group.told(by, 'asked').length
  group.give(by, polling(...options))
  group.runUntil(() => group.told(by, 'asked').length > before, 500)
  group.run(5)
  return group.told(by, 'asked').at(-1)?.poll.id ?? ''
}

describe('polls', () => {
  it('G20.1 Those may vote who were members or observers when the poll was opened.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.run(1000)
    open(group, leader, 1)
    group.start('p', { isElectable: false })
    group.run(1000)
    const [asked] = group.told('o', 'asked')
    expect(asked?.poll.electorate).to.have.members(['a', 'b', 'c', 'o'])
    expect(group.told('p', 'asked')).to.deep.equal([])
  })

  it('G20.19 Who is certified dead, or has left, is not in the electorate of a later poll.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.run(1000)
    group.kill(last)
    group.give(leader, { kind: 'dead', id: last })
    group.give('o', { kind: 'leave' })
    group.run(5)
    expect(group.core(leader).log.members).to.include(last)
    const poll = open(group, leader, 1, { decidedBy: 'consensus' })
    expect(group.told(leader, 'asked')[0]?.poll.electorate).to.have.members([leader, next])
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(10)
    expect(outcomes(group, leader)).to.deep.equal(['yes'])
  })

  it('G20.2 Each votes once: the first vote counts, at itself and at the leader.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1)
    group.give(next, voting(poll, 'no'))
    const [refused] = group.give(next, voting(poll, 'yes'))
    expect(refused).to.deep.equal({ kind: 'vote-refused', poll, why: 'voted' })
    group.run(5)
    group.hear(leader, next, { kind: 'choose', poll, choice: 'yes' })
    group.give(leader, voting(poll, 'no'))
    group.run(50)
    expect(outcomes(group, leader)).to.deep.equal(['no'])
  })

  it('G20.3 A vote is sent again to each new leader, until the outcome is known.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1)
    group.drop((body) => body.kind === 'choose')
    group.give(next, voting(poll))
    group.give(last, voting(poll))
    group.run(300)
    expect(outcomes(group, leader)).to.deep.equal([])
    group.heal()
    group.kill(leader)
    for (const id of [next, last]) group.give(id, { kind: 'dead', id: leader })
    group.run(200)
    expect([outcomes(group, next), outcomes(group, last)]).to.deep.equal([['yes'], ['yes']])
    group.forget()
    group.run(1000)
    expect([...sent(group.told(next, 'send'), 'choose'), ...sent(group.told(last, 'send'), 'choose')]).to.be
      .empty
  })

  it('G20.4 An outcome is told once, when it is decided, and it is the same at all.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, next, 1)
    group.hold((body) => body.kind === 'beat-answer')
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(20)
    expect([leader, next, last].flatMap((id) => outcomes(group, id))).to.deep.equal([])
    group.heal()
    group.release()
    group.run(300)
    group.give(leader, { kind: 'hand-over', to: undefined })
    group.run(500)
    for (const id of [leader, next, last]) expect(outcomes(group, id)).to.deep.equal(['yes'])
    expect(group.told(next, 'settled')).to.deep.equal([
      { kind: 'settled', tag: 1, as: 'done', outcome: 'yes' },
    ])
  })

  it('G20.5 A poll ends as soon as no vote that is out can change it.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const consensus = open(group, leader, 1, { decidedBy: 'consensus' })
    group.give(next, voting(consensus, 'no'))
    group.run(10)
    const majority = open(group, leader, 2)
    for (const id of [leader, next]) group.give(id, voting(majority))
    group.run(10)
    expect(outcomes(group, leader)).to.deep.equal(['no', 'yes'])
    group.start('o', { isElectable: false })
    group.run(1000)
    // A half is no majority.
    const even = open(group, leader, 3)
    for (const id of [leader, next]) group.give(id, voting(even))
    group.run(10)
    expect(outcomes(group, leader)).to.have.length(2)
    group.give('o', voting(even))
    group.run(10)
    expect(outcomes(group, leader)).to.deep.equal(['no', 'yes', 'yes'])
  })

  it('G20.6 A poll that is not certain in its time ends with `timeout`.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { timeoutMs: 400 })
    group.give(leader, voting(poll))
    group.run(390)
    expect(outcomes(group, leader)).to.deep.equal([])
    group.run(20)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
  })

  it('G20.7 A consensus in which an observer is silent is a `timeout`, never a yes.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.run(1000)
    const poll = open(group, leader, 1, { decidedBy: 'consensus' })
    for (const id of ['a', 'b', 'c']) group.give(id, voting(poll))
    group.run(1500)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
    const again = open(group, leader, 2, { decidedBy: 'consensus' })
    for (const id of ['a', 'b', 'c', 'o']) group.give(id, voting(again))
    group.run(50)
    expect(outcomes(group, leader)).to.deep.equal(['timeout', 'yes'])
  })

  it('G20.8 A vote from outside the electorate, or after the close, counts for nothing.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { timeoutMs: 300 })
    group.hear(leader, 'x', { kind: 'choose', poll, choice: 'yes' })
    group.hear(leader, next, { kind: 'choose', poll, choice: 'yes' })
    group.run(20)
    expect(outcomes(group, leader)).to.deep.equal([])
    group.run(400)
    group.hear(leader, last, { kind: 'choose', poll, choice: 'yes' })
    group.run(300)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
    const [refused] = group.give(last, voting(poll))
    expect(refused).to.deep.include({ why: 'unknown-poll' })
  })

  it('G20.9 A member is asked when the opening is in its log, decided or not, and once.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.hold((body) => body.kind === 'beat-answer')
    const poll = open(group, leader, 1)
    for (const id of [leader, next, last]) {
      expect(group.told(id, 'asked').map((each) => each.poll.id)).to.deep.equal([poll])
      expect(group.core(id).ledger.polls.size).to.equal(0)
      group.give(id, voting(poll))
    }
    group.run(20)
    expect(outcomes(group, leader)).to.deep.equal([])
    group.heal()
    group.release()
    group.run(300)
    for (const id of [leader, next, last]) expect(group.told(id, 'asked')).to.have.length(1)
  })

  it('G20.10 Who starts again in the middle of a poll does not vote in it: it is another member.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { decidedBy: 'consensus', timeoutMs: 3000 })
    group.kill(last)
    group.start('again')
    group.give(leader, { kind: 'dead', id: last })
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(1500)
    expect(group.core(leader).log.members).to.include('again')
    group.hear(leader, 'again', { kind: 'choose', poll, choice: 'yes' })
    expect(group.told('again', 'asked')).to.deep.equal([])
    group.run(2000)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
  })

  it('G20.11 A poll of an observer is as that of a member; without a leader it waits for one.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.run(1000)
    group.kill(leader)
    group.run(1300)
    group.give('o', polling(1, { timeoutMs: 60_000 }))
    group.run(3000)
    const [asked] = group.told('o', 'asked')
    for (const id of ['a', 'b', 'c', 'o']) {
      if (id !== leader) group.give(id, voting(asked?.poll.id ?? ''))
    }
    group.run(50)
    expect(group.told('o', 'settled')[0]?.outcome).to.equal('yes')
  })

  it('G21.2 An action that is not agreed before its moment is a `timeout`.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { timeoutMs: 10_000, actAt: momentIn(group, leader, 200) })
    group.give(leader, voting(poll))
    group.run(190)
    expect(outcomes(group, leader)).to.deep.equal([])
    group.run(20)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
  })

  it('G21.3 An agreed action keeps its moment when the leader changes before it.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const actAt = momentIn(group, leader, 3000)
    const poll = open(group, leader, 1, { actAt })
    for (const id of [leader, next, last]) group.give(id, voting(poll))
    group.run(50)
    const local = (id: string): number => group.core(id).clock.toLocalMs(actAt?.ms ?? 0) ?? 0
    const before = local(next)
    group.kill(leader)
    for (const id of [next, last]) group.give(id, { kind: 'dead', id: leader })
    group.run(2000)
    expect(outcomes(group, next)).to.deep.equal(['yes'])
    expect(local(next)).to.be.closeTo(before, 2)
    expect(local(last)).to.be.closeTo(local(next), 2)
  })

  it('GR.8 Polls are decided in one order with all else that is in the log.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.give(leader, ordered(1))
    const poll = open(group, leader, 2)
    group.give(leader, ordered(3))
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(50)
    const kinds = group.told(next, 'decided').map(({ entry: { body } }) => body.kind)
    expect(kinds.slice(-4)).to.deep.equal(['ordered', 'open', 'ordered', 'close'])
  })

  it('G20.13 Observers stay when the leader changes.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.run(1000)
    group.give(leader, { kind: 'hand-over', to: next })
    group.run(4000)
    const told = group.told(next, 'participants').slice(-1)
    expect(told.map(({ observers }) => observers)).to.deep.equal([['o']])
    expect(group.told(next, 'decided').filter(({ entry }) => entry.body.kind === 'observers')).to.have.length(
      1,
    )
  })

  it('G20.14 A poll of the formation that begins goes on, where both are heard of at once.', () => {
    const group = new Cores(['a', 'b', 'c'])
    let late = ''
    group.drop(({ kind }, _from, to) => {
      if (kind === 'beat') late ||= to
      return kind === 'beat' && to === late
    })
    const leader = group.lead()
    group.run(20)
    const poll = open(group, leader, 1)
    expect([group.core(leader).log.members.includes(late), group.core(late).log.isEmpty]).to.deep.equal([
      true,
      true,
    ])
    group.heal()
    group.runUntil(() => group.told(late, 'asked').length > 0)
    for (const id of [leader, late]) group.give(id, voting(poll))
    group.run(50)
    for (const id of ['a', 'b', 'c']) expect(outcomes(group, id)).to.deep.equal(['yes'])
  })

  it('G20.15 A vote is sent again to the same leader, too, when it leads in another ballot.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { decidedBy: 'consensus' })
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(20)
    const { epoch, term } = group.core(leader).promised
    group.hear(leader, 'x', { kind: 'tell' }, { promised: { epoch, term: term + 3 } })
    group.run(10)
    expect(group.core(leader).lease?.ballot).to.deep.equal({ epoch, term: term + 4 })
    group.give(last, voting(poll))
    group.run(10)
    expect(outcomes(group, leader)).to.deep.equal(['yes'])
  })

  it('G20.16 A beat that only opens polls gets no answer: they are decided with what comes next.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const beats = () => sent(group.told(leader, 'send'), 'beat')
    group.forget()
    group.runUntil(() => beats().length > 0)
    group.run(10)
    group.forget()
    const poll = open(group, leader, 1)
    open(group, last, 2)
    expect(beats().map(({ number }) => number)).to.deep.equal(Array(4).fill(UNANSWERED))
    expect(sent(group.told(next, 'send'), 'beat-answer')).to.deep.equal([])
    expect(group.core(leader).ledger.polls.size).to.equal(0)
    for (const id of [next, last]) group.give(id, voting(poll))
    group.run(10)
    expect(outcomes(group, leader)).to.deep.equal(['yes'])
    open(group, leader, 3)
    group.run(timings.lan.heartbeat + 10)
    expect(group.core(leader).ledger.polls.size).to.equal(2)
    // More than one beat holds do not wait for a heartbeat.
    group.forget()
    const many = Array.from({ length: 4 * groupLimits.entriesPerBeat }, (_, n) => polling(n))
    group.give(leader, ...many)
    group.run(20)
    expect(group.told(last, 'asked')).to.have.length(many.length)
  })

  it('G20.20 That a poll is open is told as decided with the next beat, and all else at once.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const commits = () => sent(group.told(leader, 'send'), 'beat').map(({ commit }) => commit)
    const toHeartbeat = () => {
      group.forget()
      group.runUntil(() => commits().length > 0)
    }
    toHeartbeat()
    const poll = open(group, leader, 1, { timeoutMs: 5000 })
    const { index } = group.core(leader).log.last
    // The answers to the next heartbeat decide it; until the one after it, nothing is sent.
    toHeartbeat()
    group.forget()
    group.run(timings.lan.heartbeat / 2)
    expect([group.core(leader).log.commit.index, commits()]).to.deep.equal([index, []])
    toHeartbeat()
    expect(new Set(commits())).to.deep.equal(new Set([index]))
    group.forget()
    for (const id of [leader, next]) group.give(id, voting(poll))
    group.run(timings.lan.heartbeat / 2)
    expect(commits()).to.include(index + 1)
    group.forget()
    group.give(leader, ordered(2))
    group.run(timings.lan.heartbeat / 4)
    expect(commits()).to.include(index + 2)
  })

  it('G20.17 A time-out of more than a day is not read, nor a clock that leaves no room for one.', () => {
    const isRead = (body: Body): boolean => {
      const facts = { known: 1, dead: [], released: [] }
      const bytes = encodeGroupMessage({ from: 'b', promised: { epoch: 1, term: 1 }, facts, body })
      return typeof decodeGroupMessage(bytes) !== 'string'
    }
    const [genesis, dayMs] = [{ epoch: 1, term: 1 }, 86_400_000]
    const poll = { decidedBy: 'majority', topic: new Uint8Array() } as const
    const ask = (timeoutMs: number): Body => ({
      ...{ kind: 'ask', genesis, number: 1, until: undefined },
      request: { kind: 'poll', actAt: undefined, ...poll, timeoutMs },
    })
    const answer = (ms: number): Body => ({
      ...{ kind: 'clock-answer', ballot: genesis, sentMs: 0 },
      shows: { ms, clock: genesis },
    })
    expect([ask(dayMs), ask(dayMs + 1), ask(Number.MAX_SAFE_INTEGER)].map(isRead)).to.deep.equal([
      true,
      false,
      false,
    ])
    const clocks = [answer(1.8e12), answer(READ_CLOCK_MAX), answer(READ_CLOCK_MAX + 1)]
    expect(clocks.map(isRead)).to.deep.equal([true, true, false])
    // So the longest of polls is read by all, by the latest of clocks.
    const ends = { clock: genesis, endsAtMs: READ_CLOCK_MAX + dayMs, actAtMs: undefined }
    const lasts = { id: 'p', by: 'a', electorate: [], ...ends }
    const body = { kind: 'open', by: 'a', number: 1, poll: { ...poll, ...lasts } } as const
    expect(isRead(beat(genesis, [entry(genesis, body)]))).to.equal(true)
  })
})
