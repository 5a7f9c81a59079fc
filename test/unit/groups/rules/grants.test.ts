import { expect } from 'chai'
import { timings } from '../../../../groups/timing.js'
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
  sent,
  voteFor,
  votes,
} from '../../../support/group-words.js'

const { word, lease } = timings.lan
/** Two members that the test plays, and the log of their formation. */
const LOG = history(['l', 'n', 'v'])

describe('words and grants', () => {
  it('G4.1 A member that granted one grants no other for W.', () => {
    const group = alone()
    expect(votes(group, 'v', 'l', voteFor(at(1)))).to.equal(true)
    group.run(word - 1)
    expect(votes(group, 'v', 'n', voteFor(at(1, LATER + 1)))).to.equal(false)
    group.run(1)
    expect(votes(group, 'v', 'n', voteFor(at(1, LATER + 2)))).to.equal(true)
  })

  it('G4.2 A vote and the answer to a beat are grants alike.', () => {
    const group = alone()
    expect(grants(group, 'v', 'l', beat(at(1), LOG))).to.equal(true)
    const higher = voteFor(at(2), { forming: false, last: position(9, at(2)) })
    expect(votes(group, 'v', 'n', higher)).to.equal(false)
    expect(grants(group, 'v', 'n', beat(at(2), LOG))).to.equal(false)
  })

  it('G4.3 A grant to the same one again lengthens the word.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), LOG))
    group.run(400)
    group.hear('v', 'l', beat(at(1), LOG))
    group.run(word - 1)
    expect(grants(group, 'v', 'n', beat(at(2), LOG))).to.equal(false)
  })

  it('G4.4 A word is free once its holder is certified dead, or has released its ballot.', () => {
    const dead = alone()
    dead.hear('v', 'l', beat(at(1), LOG))
    dead.give('v', { kind: 'dead', id: 'l' })
    expect(grants(dead, 'v', 'n', beat(at(2), LOG))).to.equal(true)
    const released = alone()
    released.hear('v', 'l', beat(at(1), LOG))
    released.hear('v', 'x', { kind: 'tell' }, { facts: { released: [['l', at(9, LATER - 1)]] } })
    expect(grants(released, 'v', 'n', beat(at(2), LOG))).to.equal(false)
    released.hear('v', 'x', { kind: 'tell' }, { facts: { released: [['l', at(1)]] } })
    expect(grants(released, 'v', 'n', beat(at(3), LOG))).to.equal(true)
  })

  it('G4.5 Who may not grant takes the entries of a beat all the same, and says that it grants not.', () => {
    const group = alone()
    group.hear('v', 'l', beat(at(1), LOG))
    const more = history(['l', 'n', 'v'], at(1), { kind: 'begin' })
    const [answer] = sent(group.hear('v', 'n', beat(at(2), more)), 'beat-answer')
    expect([answer?.granted, answer?.matches, answer?.index]).to.deep.equal([false, true, 2])
  })

  it('G4.6 A member that grants another stands for election no more.', () => {
    const group = new Cores(['a', 'b', 'c'])
    group.hold((body) => body.kind === 'vote-answer')
    group.runUntil(() => group.held.length > 0)
    const candidate = group.held[0]?.to ?? ''
    expect(votes(group, candidate, 'n', voteFor(at(1)))).to.equal(true)
    group.release()
    expect(group.core(candidate).isLeading).to.equal(false)
  })

  it('G4.8 A beat is granted only where the log matches: who grants is of that formation.', () => {
    const group = alone()
    const [genesis, ...more] = history(['l', 'n', 'v'], at(1), { kind: 'begin' })
    const rest = beat(at(1), more, { prev: position(1), genesis: at(1) })
    const [answer] = sent(group.hear('v', 'l', rest), 'beat-answer')
    expect([answer?.matches, answer?.granted]).to.deep.equal([false, false])
    // So it keeps no word to it, and may be of another.
    expect(votes(group, 'v', 'n', voteFor(at(1, LATER + 1)))).to.equal(true)
    const other = alone()
    other.hear('v', 'l', beat(at(1), genesis ? [genesis] : []))
    expect(grants(other, 'v', 'l', rest)).to.equal(true)
  })

  it('G5.1 A process grants nobody in the first W of its life, whoever is dead.', () => {
    const group = alone({ startedAtMs: 0 })
    group.give('v', { kind: 'dead', id: 'l' })
    group.run(word - 1)
    expect(votes(group, 'v', 'n', voteFor(at(1)))).to.equal(false)
    expect(grants(group, 'v', 'n', beat(at(1), LOG))).to.equal(false)
    group.run(1)
    expect(grants(group, 'v', 'n', beat(at(1), LOG))).to.equal(true)
  })

  it('G5.2 The birth word counts from when the seat was taken, not from joining.', () => {
    const group = alone({ startedAtMs: -word })
    expect(votes(group, 'v', 'n', voteFor(at(1)))).to.equal(true)
  })

  it('G5.3 The first inquiry of a member is at the end of its birth word, within 2 × forming.', () => {
    const group = alone({ startedAtMs: 0 })
    group.runUntil(() => group.told('v', 'broadcast').length > 0)
    expect(group.nowMs).to.be.within(word, word + 2 * timings.lan.forming + 1)
  })

  it('G6.1 A lease ends LEASE after the sending of the newest beats that q − 1 others granted.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c', 'd', 'e'], { quorum: 3 })
    group.hold((body) => body.kind === 'beat-answer')
    group.runUntil(() => group.held.length >= 4)
    group.held.splice(0)
    const before = group.core(leader).lease?.untilMs ?? 0
    group.runUntil(() => group.held.length >= 4)
    const sentAtMs = group.moment(leader).monoMs - 1
    group.run(50)
    group.release((_body, from) => from === next)
    expect(group.core(leader).lease?.untilMs).to.equal(before)
    group.release((_body, from) => from === last)
    expect(group.core(leader).lease?.untilMs).to.be.closeTo(sentAtMs + lease, 1)
  })

  it('G6.2 The request for votes counts as the first beat: a winner acts at once.', () => {
    const group = new Cores(['a', 'b'])
    group.hold((body) => body.kind === 'beat-answer')
    group.runUntil(() => group.acting.length > 0)
    const [leader = ''] = group.acting
    const asked = group.told(leader, 'send').filter(({ message }) => message.body.kind === 'vote')
    expect(asked).to.have.length(1)
    // One millisecond there and one back.
    expect(group.core(leader).lease?.untilMs).to.be.closeTo(group.moment(leader).monoMs - 2 + lease, 1)
  })

  it('G6.3 A candidate that has its votes only LEASE after it asked for them does not win.', () => {
    const group = new Cores(['a', 'b'])
    group.hold((body) => body.kind === 'vote-answer')
    group.runUntil(() => group.held.length > 0)
    group.run(lease)
    group.release()
    expect([group.core('a').isLeading, group.core('b').isLeading]).to.deep.equal([false, false])
  })

  it('G6.4 Only grants of newest members count for a lease.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.start('d')
    group.run(1000)
    expect(group.core(leader).log.members).not.to.include('d')
    group.cut(next)
    group.cut(last)
    // The learner still hears the leader, and answers.
    group.run(lease + 1)
    expect(group.acting).to.deep.equal([])
  })

  it('G6.5 An answer that is repeated, or of another ballot, lengthens no lease.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    const ballot = group.core(leader).promised
    group.cut(leader)
    const until = group.core(leader).lease?.untilMs
    const answer = { kind: 'beat-answer', matches: true, index: 1, granted: true } as const
    group.run(300)
    for (const from of [next, last]) {
      group.hear(leader, from, { ...answer, ballot, number: 1 })
      group.hear(leader, from, { ...answer, ballot: { ...ballot, term: ballot.term + 1 }, number: 30 })
    }
    expect(group.core(leader).lease?.untilMs).to.equal(until)
  })

  it('G1.4 Who holds no seat grants nothing, and asks for no votes.', () => {
    const group = alone({ isElectable: false })
    expect(votes(group, 'v', 'l', voteFor(at(1)))).to.equal(false)
    expect(grants(group, 'v', 'l', beat(at(1), LOG))).to.equal(false)
    const [answer] = sent(group.hear('v', 'l', inquiry(position(9))), 'pre-answer')
    expect([answer?.regular, answer?.forming]).to.deep.equal([false, false])
    group.run(10_000)
    expect(sent(group.told('v', 'broadcast'), 'pre')).to.deep.equal([])
  })

  it('G2.3 A member that leaves tells its own death, and grants and acts no more.', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    group.give(next, { kind: 'leave' })
    expect(group.told(next, 'broadcast').at(-1)?.message.facts.dead).to.deep.equal([next])
    expect(group.hear(next, 'n', beat(at(9), LOG))).to.deep.equal([])
    group.give(leader, { kind: 'leave' })
    expect(group.core(leader).lease).to.equal(undefined)
    group.run(5)
    const [stayed = ''] = ['a', 'b', 'c'].filter((id) => id !== leader && id !== next)
    expect(group.core(stayed).facts.isDead(leader)).to.equal(true)
  })
})
