import { expect } from 'chai'
import { timings } from '../../../../groups/timing.js'
import { Cores } from '../../../support/cores.js'
import {
  alone,
  at,
  beat,
  entry,
  formed,
  history,
  ordered,
  position,
  preAnswer,
  sent,
} from '../../../support/group-words.js'

const { electionMax, heartbeat, lease } = timings.lan
const FIVE = ['a', 'b', 'c', 'd', 'e']

/** What a leader has in its log of changes, in their order. */
function changes(group: Cores, id: string): (readonly string[])[] {
  const { log } = group.core(id)
  const bodies = log.from(log.base.position.index + 1).map(({ body }) => body)
  return bodies.flatMap((body) => (body.kind === 'members' || body.kind === 'genesis' ? [body.members] : []))
}

describe('members', () => {
  it('G14.1 Members change one at a time: the next change waits until this one is decided.', () => {
    const group = new Cores(['a', 'b'], { quorum: 3 })
    group.start('c')
    group.run(2000)
    const leader = group.lead()
    expect(changes(group, leader)).to.have.length(1)
    group.start('d')
    group.start('e')
    // Nothing is decided while nobody's answer says what it holds; grants go on.
    group.hold((body) => body.kind === 'beat-answer' && body.index > 1)
    group.run(lease - heartbeat)
    expect(changes(group, leader).length).to.be.at.most(2)
    group.heal()
    group.release()
    group.run(3000)
    const sizes = changes(group, group.lead()).map(({ length }) => length)
    expect(sizes.slice(0, 3)).to.deep.equal([3, 4, 5])
  })

  it('G14.2 A leader changes no members before an entry of its own ballot is decided.', () => {
    const group = alone()
    group.hear('v', 'b', beat(at(1), history(['v', 'b']), { commit: 1 }))
    const asks = group.hear('v', 'b', { kind: 'hand-over', ballot: at(1) })
    const nonce = sent(asks, 'pre')[0]?.nonce ?? 0
    group.hear('v', 'b', preAnswer({ nonce, regular: true }))
    group.hear('v', 'b', { kind: 'vote-answer', ballot: at(2), granted: true })
    group.hear('v', 'c', { kind: 'follow', ballot: at(2), isElectable: true })
    const answer = { kind: 'beat-answer', ballot: at(2), number: 1, matches: true, granted: true } as const
    group.hear('v', 'c', { ...answer, index: 2 })
    group.run(heartbeat + 1)
    expect([group.acting, group.core('v').log.members]).to.deep.equal([['v'], ['v', 'b']])
    group.hear('v', 'b', { ...answer, index: 2 })
    group.run(heartbeat + 1)
    expect(group.core('v').log.members).to.deep.equal(['v', 'b', 'c'])
  })

  it('G14.3 A leader changes members only while its lease is valid.', () => {
    const [group, leader, next] = formed(['a', 'b'])
    group.cut(next)
    group.runUntil(() => group.acting.length === 0)
    group.start('c', { startedAtMs: group.nowMs - 1000 })
    group.hear(leader, 'c', { kind: 'follow', ballot: group.core(leader).promised, isElectable: true })
    const last = group.core(leader).log.last.index
    const ballot = group.core(leader).promised
    const caught = { kind: 'beat-answer', number: 1, matches: true, index: last, granted: false } as const
    group.hear(leader, 'c', { ...caught, ballot })
    expect(group.core(leader).isLeading).to.equal(true)
    expect(changes(group, leader)).to.have.length(1)
  })

  it('G14.4 A newcomer is added once it has caught up, while there is room.', () => {
    const [group, leader] = formed(['a', 'b'])
    group.start('c')
    group.hold((body, from) => from === 'c' && body.kind === 'beat-answer')
    group.run(1000)
    expect(group.core(leader).log.members).not.to.include('c')
    group.heal()
    group.release()
    group.run(1000)
    expect(group.core(leader).log.members).to.include('c')
    group.start('d')
    group.run(3000)
    expect([group.core(leader).log.members.length, group.core(leader).log.observers]).to.deep.equal([
      3,
      ['d'],
    ])
  })

  it('G14.5 Where there is no room, one that is dead goes first, and the newcomer comes next.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.kill(last)
    group.start('d')
    group.run(1500)
    expect(group.core(leader).log.members).to.include(last)
    group.give(leader, { kind: 'dead', id: last })
    group.run(500)
    expect(changes(group, leader).slice(1)).to.deep.equal([
      group.core(leader).log.members.filter((id) => id !== 'd'),
      group.core(leader).log.members,
    ])
    expect(group.core(leader).log.members).to.have.members([leader, next, 'd'])
  })

  it('G14.6 Where nobody is dead, one goes that has been silent for more than 2 × Emax.', () => {
    const [group, leader, , last] = formed(['a', 'b', 'c'])
    group.kill(last)
    const from = group.nowMs
    group.start('d')
    group.runUntil(() => !group.core(leader).log.members.includes(last))
    expect(group.nowMs - from).to.be.within(2 * electionMax - heartbeat, 2 * electionMax + 3 * heartbeat)
  })

  it('G14.7 Nobody goes where fewer than q of the rest have answered within 3.5 heartbeats.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.start('d')
    group.run(1000)
    group.cut(last)
    group.hold((body, from) => from === next && body.kind === 'beat-answer')
    group.run(3.6 * heartbeat)
    group.give(leader, { kind: 'dead', id: last })
    group.run(heartbeat)
    expect([group.acting, changes(group, leader).length]).to.deep.equal([[leader], 1])
  })

  it('G14.8 Nobody goes to leave fewer than q, or where nobody comes.', () => {
    const [group, leader, , last] = formed(['a', 'b', 'c'])
    group.kill(last)
    group.give(leader, { kind: 'dead', id: last })
    group.run(4 * electionMax)
    expect(changes(group, leader)).to.have.length(1)
  })

  it('G14.9 An entry is decided when q of the newest members hold it and it is of the own ballot.', () => {
    const [group, leader, next] = formed(FIVE, { quorum: 3 })
    group.hold((body) => body.kind === 'beat-answer')
    group.give(leader, ordered(1))
    group.run(5)
    const before = group.core(leader).log.commit.index
    group.release((body, from) => body.kind === 'beat-answer' && body.index > before && from === next)
    expect(group.core(leader).log.commit.index).to.equal(before)
    group.release()
    expect(group.core(leader).log.commit.index).to.equal(before + 1)
  })

  it('G14.10 New members count from when their entry is appended, and not when it is cut off.', () => {
    const group = alone()
    const [one, two] = history(['l', 'v'], at(1), { kind: 'members', members: ['l', 'v', 'x'] })
    group.hear(
      'v',
      'l',
      beat(
        at(1),
        [one, two].flatMap((each) => each ?? []),
        { commit: 1 },
      ),
    )
    expect(group.core('v').log.members).to.deep.equal(['l', 'v', 'x'])
    const begin = entry(at(2), { kind: 'begin' })
    group.hear('v', 'l', beat(at(2), [begin], { prev: position(1), genesis: at(1) }))
    expect(group.core('v').log.members).to.deep.equal(['l', 'v'])
  })

  it('G15.1 The answers of a learner count for no decision.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.start('d')
    group.run(1000)
    group.cut(next)
    group.cut(last)
    const before = group.core(leader).log.commit.index
    group.give(leader, ordered(1))
    group.run(50)
    expect(group.core('d').log.last.index).to.equal(before + 1)
    expect(group.core(leader).log.commit.index).to.equal(before)
  })

  it('G15.2 A member that was left out wrongly learns the log, and comes back under its id.', () => {
    const [group, leader, next, last] = formed(['a', 'b', 'c'])
    group.cut(last)
    group.start('d')
    group.cut('d', last)
    group.run(2 * electionMax + 2000)
    expect(group.core(leader).log.members).to.have.members([leader, next, 'd'])
    group.heal()
    group.run(1000)
    expect(group.core(leader).log.observers).to.deep.equal([last])
    group.kill('d')
    group.give(leader, { kind: 'dead', id: 'd' })
    group.run(1000)
    expect(group.core(leader).log.members).to.have.members([leader, next, last])
  })

  it('G15.3 Who follows, has caught up and is no member is an observer, until it is gone or silent.', () => {
    const [group, leader] = formed(['a', 'b', 'c'])
    group.start('o', { isElectable: false })
    group.start('p', { isElectable: false })
    group.run(1000)
    expect(group.core(leader).log.observers).to.have.members(['o', 'p'])
    group.kill('o')
    group.give('p', { kind: 'leave' })
    group.run(2 * electionMax + 4 * heartbeat)
    expect(group.core(leader).log.observers).to.deep.equal([])
    expect(sent(group.told(leader, 'broadcast'), 'tell')).to.deep.equal([])
  })
})
