import { expect } from 'chai'
import { LOG_START } from '../../../../groups/ballot.js'
import { groupLimits } from '../../../../groups/limits.js'
import { timings } from '../../../../groups/timing.js'
import { HEADROOM, READ_INTEGER_MAX, READ_TERM_MAX } from '../../../../groups/wire-numbers.js'
import { Cores } from '../../../support/cores.js'
import {
  alone,
  at,
  beat,
  formed,
  grants,
  history,
  inquiry,
  LATER,
  position,
  preAnswer,
  sent,
  voteFor,
  votes,
} from '../../../support/group-words.js'

const LOG = history(['l', 'n', 'v'])
const DAY_US = 86_400_000_000
const YEAR_US = 365.25 * DAY_US

/** The ballot for which a lone member asks, once it is answered by these wall clocks. */
function askedBallot(group: Cores, ...wallsUs: readonly number[]) {
  group.forget()
  group.runUntil(() => sent(group.told('v', 'broadcast'), 'pre').length > 0)
  const nonce = sent(group.told('v', 'broadcast'), 'pre').at(-1)?.nonce ?? 0
  for (const [n, wallUs] of wallsUs.entries()) {
    group.hear('v', `x${n}`, preAnswer({ nonce, forming: true, wallUs }))
  }
  group.runUntil(() => sent(group.told('v', 'send'), 'vote').length > 0, 60)
  return sent(group.told('v', 'send'), 'vote')[0]?.ballot
}

describe('elections', () => {
  it('G9.1 An election within a formation raises the term by one.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const before = group.core(leader).promised
    group.give(leader, { kind: 'leave' })
    const next = group.lead()
    expect(group.core(next).promised).to.deep.equal({ ...before, term: before.term + 1 })
  })

  it('G9.2 Where a higher epoch is known, an election takes one above it, and term 1.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    for (const id of ['a', 'b', 'c']) group.give(id, { kind: 'heard', epoch: LATER })
    group.give(leader, { kind: 'leave' })
    const { epoch, term } = group.core(group.lead()).promised
    expect([epoch > LATER, term]).to.deep.equal([true, 1])
  })

  it('G9.3 A new formation has an epoch above all known, and not below the median wall clock.', () => {
    const group = alone()
    const { wallUs } = group.moment('v')
    // The lowest, the own one, goes on for `forming` until it asks for votes.
    const median = askedBallot(group, wallUs + 500_000, wallUs + DAY_US)
    expect(median?.epoch).to.be.within(wallUs + 499_000, wallUs + 600_000)
    const knowing = alone({ knownEpoch: LATER })
    expect(askedBallot(knowing, wallUs, wallUs)?.epoch).to.be.within(LATER + 1, LATER + 1000)
  })

  it('G9.5 No member votes for two in one ballot, and for one as often as it asks.', () => {
    const group = alone()
    expect(votes(group, 'v', 'l', voteFor(at(1)))).to.equal(true)
    group.give('v', { kind: 'dead', id: 'l' })
    expect(votes(group, 'v', 'n', voteFor(at(1)))).to.equal(false)
    expect(votes(group, 'v', 'l', voteFor(at(1)))).to.equal(true)
  })

  it('G9.6 A ballot below the promise gets no vote.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(5), LOG))
    const low = voteFor(at(4), { forming: false, last: position(9, at(5)) })
    expect(votes(group, 'v', 'l', low)).to.equal(false)
    expect(votes(group, 'v', 'l', { ...low, ballot: at(6) })).to.equal(true)
  })

  it('G9.7 Who hears two lead in one ballot keeps to the first, and tells of a split.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), LOG))
    expect(grants(group, 'v', 'n', beat(at(1), LOG))).to.equal(false)
    expect(group.told('v', 'split')).to.deep.equal([{ kind: 'split', ids: ['l', 'n'] }])
    expect(group.core('v').leader).to.equal('l')
  })

  it('G9.8 An answer that comes later than W/4 after the inquiry counts for nothing.', () => {
    for (const [afterMs, votesAsked] of [
      [timings.lan.word / 4 - 1, 1],
      [timings.lan.word / 4, 0],
    ] as const) {
      const group = alone()
      group.runUntil(() => sent(group.told('v', 'broadcast'), 'pre').length > 0)
      const [pre] = sent(group.told('v', 'broadcast'), 'pre')
      group.run(afterMs)
      const { wallUs } = group.moment('v')
      const answer = preAnswer({ forming: true, wallUs })
      group.hear('v', 'x', { ...answer, nonce: pre?.nonce ?? 0 })
      expect(sent(group.told('v', 'send'), 'vote')).to.have.length(votesAsked)
    }
  })

  it('G10.1 What others remember of epochs counts as known, and every message tells it on.', () => {
    const group = alone()
    group.give('v', { kind: 'heard', epoch: LATER })
    group.hear('v', 'x', { kind: 'tell' }, { facts: { known: LATER + 5 } })
    const [answer] = group.hear('v', 'x', inquiry())
    expect(answer?.kind === 'send' && answer.message.facts.known).to.equal(LATER + 5)
  })

  it('G10.2 Who has a wall clock from before the program was built begins no formation.', () => {
    const group = alone({ earliestWallUs: LATER })
    const [answer] = sent(group.hear('v', 'x', inquiry()), 'pre-answer')
    expect(answer?.forming).to.equal(false)
    expect(votes(group, 'v', 'x', voteFor(at(1)))).to.equal(false)
  })

  it('G10.3 Wall clocks that are more than W/2 apart are told when a formation begins.', () => {
    // The answer of the other comes a moment after the own clock was read.
    for (const [apartMs, isTold] of [
      [timings.lan.word / 2 - 10, false],
      [timings.lan.word / 2 + 10, true],
      [-timings.lan.word / 2 - 10, true],
      [DAY_US / 1000, true],
    ] as const) {
      const group = alone()
      group.runUntil(() => sent(group.told('v', 'broadcast'), 'pre').length > 0)
      const [pre] = sent(group.told('v', 'broadcast'), 'pre')
      const wallUs = group.moment('v').wallUs + apartMs * 1000
      const answer = preAnswer({ forming: true, wallUs })
      group.hear('v', 'x', { ...answer, nonce: pre?.nonce ?? 0 })
      group.run(60)
      const told = group.told('v', 'clocks-apart').map(({ spreadMs }) => spreadMs)
      expect(told).to.have.length(isTold ? 1 : 0)
      if (isTold) expect(told[0]).to.be.closeTo(Math.abs(apartMs), 2)
    }
  })

  it('G11.3 Certificates go with every message, and free words at all who hear them.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.give(next, { kind: 'dead', id: leader })
    group.run(groupLimits.afterDeathMs + 10)
    expect(group.core(last).facts.isDead(leader)).to.equal(true)
    expect(group.acting).to.have.length(1)
  })

  it('G11.4 Who follows a leader that is certified dead begins an election within 40 ms.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.give(next, { kind: 'dead', id: leader })
    const inMs = group.core(next).dueAtMs - group.moment(next).monoMs
    expect(inMs).to.be.within(0, 40)
    expect(groupLimits.afterDeathMs).to.equal(40)
  })

  it('G11.5 Those who know it dead begin in the order of their ids, each in a time of its own.', () => {
    const group = new Cores(['a', 'b', 'c', 'd', 'e'], { quorum: 3 })
    group.run(3000)
    const leader = group.lead()
    group.kill(leader)
    const others = ['a', 'b', 'c', 'd', 'e'].filter((id) => id !== leader)
    for (const id of others) group.give(id, { kind: 'dead', id: leader })
    const due = others.map((id) => group.core(id).dueAtMs - group.moment(id).monoMs)
    const slot = groupLimits.afterDeathMs / others.length
    for (const [rank, inMs] of due.entries()) expect(inMs).to.be.within(rank * slot, (rank + 1) * slot)
  })

  it('G11.6 Who hears that it is dead takes part no more, and tells so.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.hear(leader, 'x', { kind: 'tell' }, { facts: { dead: [leader] } })
    expect(group.told(leader, 'expelled')).to.have.length(1)
    expect(group.core(leader).lease).to.equal(undefined)
    expect(group.hear(leader, 'x', inquiry())).to.deep.equal([])
  })

  it('GE.1 An inquiry binds nobody: who answers promises nothing, and keeps its word.', () => {
    const [group, , next] = formed(['a', 'b', 'c'])
    const { promised } = group.core(next)
    const [answer] = sent(group.hear(next, 'x', inquiry(position(99))), 'pre-answer')
    expect([answer?.regular, answer?.forming]).to.deep.equal([false, false])
    expect(group.core(next).promised).to.deep.equal(promised)
    expect(group.acting).to.have.length(1)
  })

  it('GE.2 A vote within a formation goes to none whose last entry is older than the own.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(2), history(['l', 'n', 'v'], at(1), { kind: 'begin' })))
    const vote = { forming: false, commit: LOG_START }
    expect(votes(group, 'v', 'l', voteFor(at(3), { ...vote, last: position(1) }))).to.equal(false)
    expect(votes(group, 'v', 'l', voteFor(at(3), { ...vote, last: position(2) }))).to.equal(true)
  })

  it('GE.3 Votes of q members of the candidate’s newest configuration win, and no others count.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.kill(last)
    group.give(next, { kind: 'dead', id: leader })
    group.runUntil(() => sent(group.told(next, 'broadcast'), 'pre').length > 0)
    const nonce = sent(group.told(next, 'broadcast'), 'pre').at(-1)?.nonce ?? 0
    const answer = preAnswer({ nonce, regular: true })
    group.hear(next, 'stranger', answer)
    expect(sent(group.told(next, 'send'), 'vote')).to.deep.equal([])
    const [vote] = sent(group.hear(next, last, answer), 'vote')
    const ballot = vote?.ballot ?? at(0)
    group.hear(next, 'stranger', { kind: 'vote-answer', ballot, granted: true })
    expect(group.core(next).isLeading).to.equal(false)
    group.hear(next, last, { kind: 'vote-answer', ballot, granted: true })
    expect(group.core(next).isLeading).to.equal(true)
  })

  it('GE.4 A vote that is counted twice is one.', () => {
    const group = new Cores(['a', 'b', 'c', 'd', 'e'], { quorum: 3 })
    group.hold((body) => body.kind === 'vote-answer')
    group.runUntil(() => group.held.length > 0)
    const [first] = group.held.splice(0)
    const [id, from, body] = [first?.to ?? '', first?.from ?? '', first?.message.body]
    for (let n = 0; n < 3; n++) if (body) group.hear(id, from, body)
    expect(group.told(id, 'leader')).to.deep.equal([])
  })

  it('GE.5 A leader votes for nobody while its lease runs.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const vote = voteFor(at(1), { forming: false, last: position(99) })
    expect(votes(group, leader, 'x', vote)).to.equal(false)
    group.cut(leader)
    group.runUntil(() => group.acting.length === 0)
    expect(votes(group, leader, 'x', { ...vote, ballot: at(2) })).to.equal(true)
    expect(group.core(leader).isLeading).to.equal(false)
  })

  it('GE.6 A leader tells who inquires that it leads, and that one follows.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.start('d', { startedAtMs: group.nowMs - 1000 })
    group.runUntil(() => group.core('d').leader !== undefined, 200)
    expect(group.core('d').leader).to.equal(leader)
  })

  it('GE.7 A leader calls who does not follow it when it is elected, and at every fifth heartbeat.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const own = sent(group.told(leader, 'broadcast'), 'lead').length
    group.run(3000)
    expect(sent(group.told(leader, 'broadcast'), 'lead').length - own).to.equal(
      30 / groupLimits.heartbeatsPerCall,
    )
  })

  it('GE.8 A member that too few answer tells that the quorum is lost, once until there is one.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.kill(last)
    group.run(10_000)
    expect(group.told(next, 'quorum-lost')).to.have.length(1)
  })

  it('GE.10 Where no leader can be there, who finds too few asks again after a heartbeat or two.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const asked = () => sent(group.told(next, 'broadcast'), 'pre').length
    group.kill(leader)
    group.kill(last)
    group.run(10_000)
    const unsure = asked()
    expect(unsure).to.be.within(10_000 / timings.lan.electionMax - 1, 10_000 / timings.lan.electionMin)
    group.give(next, { kind: 'dead', id: leader })
    group.run(10_000)
    const { forming, heartbeat } = timings.lan
    const each = [forming + 2 * heartbeat, forming + heartbeat].map((ms) => 10_000 / ms)
    expect(asked() - unsure).to.be.within((each[0] ?? 0) - 1, (each[1] ?? 0) + 1)
  })

  it('G9.4 A voter refuses a forming epoch that is not above all that it had heard of.', () => {
    const group = alone({ knownEpoch: LATER })
    const told = { promised: at(1), facts: { known: LATER } }
    const [answer] = sent(group.hear('v', 'x', voteFor(at(1)), told), 'vote-answer')
    expect(answer?.granted).to.equal(false)
    expect(votes(group, 'v', 'x', voteFor(at(1, LATER + 1)))).to.equal(true)
  })

  it('G11.7 What a leader said before it was certified dead is not obeyed any more.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.hold((body, _from, to) => to === next && (body.kind === 'beat' || body.kind === 'lead'))
    group.run(350)
    group.kill(leader)
    group.give(next, { kind: 'dead', id: leader })
    const { dueAtMs } = group.core(next)
    expect(group.held.length).to.be.at.least(3)
    group.release()
    expect([group.core(next).dueAtMs, group.core(next).leader]).to.deep.equal([dueAtMs, undefined])
  })

  it('G11.8 A death that is certified when its follower had given it up hastens the election, too.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.kill(leader)
    group.drop(() => true)
    group.runUntil(() => group.core(next).leader === undefined)
    group.give(next, { kind: 'dead', id: leader })
    expect(group.core(next).dueAtMs - group.moment(next).monoMs).to.be.at.most(groupLimits.afterDeathMs)
  })

  it('G11.9 Of two that inquire, and would vote for each other, the lower id goes first.', () => {
    const inquiring = (id: 'b' | 'c') => {
      const ids = ['a', 'b', 'c'] as const
      const [group, leader] = formed(ids)
      const others = ids.filter((each) => each !== leader).sort()
      const [self = '', other = ''] = id === 'b' ? others : others.toReversed()
      group.kill(leader)
      group.drop(() => true)
      group.give(self, { kind: 'dead', id: leader })
      return { group, self, other, leader }
    }
    const answered = (id: 'b' | 'c', isAsked: boolean): number => {
      const { group, self, other } = inquiring(id)
      group.runUntil(() => sent(group.told(self, 'broadcast'), 'pre').length > 0)
      const nonce = sent(group.told(self, 'broadcast'), 'pre').at(-1)?.nonce ?? 0
      const [answer] = isAsked
        ? sent(group.hear(self, other, inquiry(group.core(self).log.last)), 'pre-answer')
        : []
      expect(answer?.regular).to.equal(isAsked ? true : undefined)
      group.forget()
      group.hear(self, other, preAnswer({ nonce, regular: true }))
      return sent(group.told(self, 'send'), 'vote').length
    }
    expect([answered('b', false), answered('c', false)]).to.deep.equal([1, 1].map((n) => 2 * n))
    expect([answered('b', true), answered('c', true)]).to.deep.equal([2, 0])
    // One that has not begun lets the other go first, whoever it is.
    for (const id of ['b', 'c'] as const) {
      const { group, self, other } = inquiring(id)
      group.hear(self, other, inquiry(group.core(self).log.last))
      const inMs = group.core(self).dueAtMs - group.moment(self).monoMs
      expect(inMs).to.be.at.least(groupLimits.afterDeathMs)
    }
  })

  it('GE.9 Followers are told of each ballot that is led, by the same leader too.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(5, epoch) })
    group.run(200)
    const { ballot } = group.core(leader).lease ?? {}
    expect(ballot).not.to.deep.equal(at(1, epoch))
    expect(group.told(next, 'leader').at(-1)).to.deep.equal({ kind: 'leader', id: leader, ballot })
  })

  it('G9.9 An epoch, or a wall clock, of more than a century ahead is not believed, nor told on.', () => {
    const group = alone()
    const { wallUs } = group.moment('v')
    const { facts, promised } = group.core('v')
    group.give('v')
    for (const [epoch, isBelieved] of [
      [wallUs + 100 * YEAR_US + 1, false],
      [READ_INTEGER_MAX, false],
      [wallUs + 100 * YEAR_US, true],
    ] as const) {
      const known = isBelieved ? epoch : facts.known
      const refused = isBelieved ? [] : [{ kind: 'incredible', from: 'x' }]
      const vote = voteFor(at(1, epoch))
      const answer = preAnswer({ nonce: 1, regular: true, forming: true, wallUs: epoch })
      expect(group.hear('v', 'x', { kind: 'tell' }, { promised: at(1, epoch) })).to.deep.equal(refused)
      expect(group.hear('v', 'x', { kind: 'tell' }, { facts: { known: epoch } })).to.deep.equal(refused)
      expect(group.hear('v', 'x', answer)).to.deep.equal(refused)
      if (!isBelieved) expect(group.hear('v', 'x', vote)).to.deep.equal(refused)
      group.give('v', { kind: 'heard', epoch })
      expect([facts.known, group.core('v').promised]).to.deep.equal([known, promised])
    }
    expect(alone({ knownEpoch: READ_INTEGER_MAX }).core('v').facts.known).to.equal(0)
    // A little above what is known is where others have counted on to.
    group.give('v', { kind: 'heard', epoch: facts.known + HEADROOM + 1 })
    expect(facts.known).to.equal(wallUs + 100 * YEAR_US)
    group.give('v', { kind: 'heard', epoch: facts.known + HEADROOM })
    expect(facts.known).to.equal(wallUs + 100 * YEAR_US + HEADROOM)
  })

  it('G9.10 A wall clock of before 1970 counts as there, one of after 2155 as in that year.', () => {
    for (const years of [-100, 200, 1000]) {
      const group = alone({ wallOffsetMs: (years * YEAR_US) / 1000 })
      const [answer] = sent(group.hear('v', 'x', inquiry()), 'pre-answer')
      const wallUs = answer?.wallUs ?? Number.NaN
      expect(new Date(wallUs / 1000).getUTCFullYear()).to.equal(years < 0 ? 1970 : 2155)
      // Before 1970 it is from before the program was built, too.
      if (years < 0) continue
      expect(askedBallot(group, wallUs)?.epoch).to.be.within(wallUs - 1000, READ_INTEGER_MAX)
    }
  })

  it('G9.11 Where the terms of an epoch are used up, an election takes the next epoch.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    const { epoch } = group.core(leader).promised
    group.hear(leader, 'x', { kind: 'tell' }, { promised: at(READ_TERM_MAX, epoch) })
    group.run(10)
    const { ballot } = group.core(leader).lease ?? {}
    expect([ballot?.term, (ballot?.epoch ?? 0) > epoch]).to.deep.equal([1, true])
  })
})
