/** Polls: where RIAPS counts a vote twice, waits for the silent and the dead, or never says how one ended. */
import { expect } from 'chai'
import { GroupError, type PollResult } from '../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../testing/index.js'
import { Cores, type CoresOptions } from '../support/cores.js'
import { formed, polling, voting } from '../support/group-words.js'
import type { Cellist } from '../unit/runtime/groups/cell.js'
import { first, leaderOf } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

const FIVE = ['a', 'b', 'c', 'd', 'e']
const HOUR_MS = 3_600_000

/** Opens a poll, and gives its id when all were asked. */
function open(group: Cores, by: string, ...options: Parameters<typeof polling>): string {
  const before = group.told(by, 'asked').length
  group.give(by, polling(...options))
  group.runUntil(() => group.told(by, 'asked').length > before, 500)
  group.run(5)
  return group.told(by, 'asked').at(-1)?.poll.id ?? ''
}

/** The outcome of a vote, or why it has none. */
function endOf(asked: Promise<PollResult>): Promise<string> {
  return asked.then(
    ({ outcome }) => outcome,
    (error: unknown) => (error instanceof GroupError ? error.code : String(error)),
  )
}

function outcomes(group: Cores, id: string): string[] {
  return group.told(id, 'ended').map(({ ended }) => ended.outcome)
}

describe('a poll, member by member', () => {
  for (const decidedBy of ['consensus', 'majority'] as const) {
    it(`counts one vote of one that votes five times, by ${decidedBy} (RIAPS: five, and a yes)`, () => {
      const repeats: CoresOptions = { quorum: 3, repeats: () => true }
      const [group, leader, voter] = formed(FIVE, repeats)
      const poll = open(group, leader, 1, { decidedBy })
      group.give(voter, voting(poll))
      for (let n = 0; n < 5; n++) {
        group.hear(leader, voter, { kind: 'choose', poll, choice: 'yes' })
        group.give(voter, voting(poll))
      }
      group.run(500)
      expect(outcomes(group, leader)).to.deep.equal([])
      group.run(1000)
      for (const id of FIVE) expect(outcomes(group, id)).to.deep.equal(['timeout'])
    })
  }

  it('counts no vote of one that is no member, or joined after it was opened (RIAPS: of any peer)', () => {
    const [group, leader, next] = formed(FIVE, { quorum: 3 })
    const poll = open(group, leader, 1)
    group.start('late', { isElectable: false })
    group.run(300)
    for (const id of [leader, next]) group.give(id, voting(poll))
    for (const from of ['x', 'y', 'z', 'late']) {
      group.hear(leader, from, { kind: 'choose', poll, choice: 'yes' })
    }
    expect(group.told('late', 'asked')).to.deep.equal([])
    group.run(1500)
    expect(outcomes(group, leader)).to.deep.equal(['timeout'])
  })

  it('lasts its time though the clock of the requester is an hour off (RIAPS: more, or none)', () => {
    for (const wallOffsetMs of [-HOUR_MS, HOUR_MS]) {
      const group = new Cores(['a', 'b'])
      group.start('c', { wallOffsetMs })
      group.run(3000)
      expect(group.core('c').log.members).to.include('c')
      open(group, 'c', 1, { timeoutMs: 800 })
      group.run(750)
      expect(outcomes(group, 'c')).to.deep.equal([])
      group.run(100)
      expect(outcomes(group, 'c')).to.deep.equal(['timeout'])
    }
  })

  it('ends at its time while messages come without a pause (RIAPS: when they stop)', () => {
    const [group, leader, next] = formed(['a', 'b', 'c'])
    const poll = open(group, leader, 1, { timeoutMs: 300 })
    for (let ms = 0; ms < 3000; ms++) {
      group.hear(leader, next, { kind: 'tell' })
      if (ms % 10 === 0) group.run(1)
      if (outcomes(group, leader).length > 0) break
    }
    expect([poll, ...outcomes(group, leader)]).to.deep.equal([poll, 'timeout'])
    expect(group.acting).to.deep.equal([leader])
  })

  it('has one outcome, though two lead in turn while it is open, and its news are lost (RIAPS: two)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [group, leader] = formed(FIVE, { quorum: 3, seed })
      const poll = open(group, leader, 1, { timeoutMs: 2500 })
      const [one = '', two = ''] = FIVE.filter((id) => id !== leader)
      group.cut(leader, ...FIVE.filter((id) => id !== leader && id !== one))
      group.cut(one, ...FIVE.filter((id) => id !== leader && id !== one))
      for (const id of [leader, one]) group.give(id, voting(poll, seed % 2 ? 'yes' : 'no'))
      group.run(2000)
      for (const id of FIVE) if (id !== leader && id !== one) group.give(id, voting(poll))
      group.drop((_body, _from, to) => to === two)
      group.run(500)
      group.heal()
      group.run(5000)
      const heard = new Set(FIVE.flatMap((id) => outcomes(group, id)))
      expect([...heard], `seed ${seed}`).to.have.length(1)
      for (const id of FIVE) expect(outcomes(group, id), `seed ${seed}, ${id}`).to.have.length(1)
    }
  })
})

describe('a poll in a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  /** What a poll ends with, and after how many milliseconds. */
  async function poll(by: Cellist, ...options: Parameters<Cellist['in']['requestVote']>) {
    const beganMs = network.now
    const { outcome, id } = await network.settled(by.in.requestVote(...options))
    return { outcome, id, ms: network.now - beganMs }
  }

  const silent = (): undefined => undefined

  it('is yes as soon as two of three say so, whoever is silent (RIAPS: timeout)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    for (const mute of crew.members) {
      for (const member of crew.members) member.vote = () => true
      mute.vote = silent
      const { outcome, ms } = await poll(mute, 'x')
      expect([outcome, ms < 50]).to.deep.equal(['yes', true])
    }
  })

  it('ends within 1.5 s unless told otherwise, with a silent member (RIAPS: nothing in 20 s)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    first(crew.members).vote = silent
    const { outcome, ms } = await poll(leaderOf(crew.members).leader, 'x', { kind: 'consensus' })
    expect(outcome).to.equal('timeout')
    expect(ms).to.be.within(1500, 1600)
  })

  it('does not wait for one that died and is still counted (RIAPS: each poll times out)', async () => {
    const crew = await Crew.of(network, 'Three', 5)
    const { others } = leaderOf(crew.members)
    const [dies, asks] = others
    if (!dies || !asks) throw new Error('two are missing')
    crew.kill(dies)
    const { outcome, ms } = await poll(asks, 'x')
    expect([outcome, ms < 50, asks.in.size]).to.deep.equal(['yes', true, 5])
  })

  it('waits for nobody that left before it, by consensus too (RIAPS: for up to 3 s)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const leaver = first(leaderOf(crew.members).others)
    await network.settled(leaver.leave(leaver.in))
    const stayed = crew.members.filter((each) => each !== leaver)
    await network.until(() => stayed.every(({ in: cell }) => cell.size === 2))
    const { outcome, ms } = await poll(first(stayed), 'x', { kind: 'consensus' })
    expect([outcome, ms < 50]).to.deep.equal(['yes', true])
  })

  it('survives its leader: the requester hears the outcome, once, as all do (RIAPS: never)', async () => {
    for (const timeout of [700, 20_000]) {
      const crew = await Crew.of(network, 'Two', 3)
      const { leader, others } = leaderOf(crew.members)
      for (const member of crew.members) member.vote = silent
      const asked = first(others).in.requestVote('x', { timeout })
      await crew.until(() => crew.members.every(({ polls }) => polls.length === 1))
      crew.kill(leader)
      const { id } = first(first(others).polls)
      if (timeout > 1000) for (const member of others) member.in.sendVote(id, true)
      const { outcome } = await network.settled(asked)
      expect(outcome).to.equal(timeout > 1000 ? 'yes' : 'timeout')
      await crew.pass(3000)
      const heard = others.map(({ results }) => results.map((result) => [result.id, result.outcome]))
      expect(heard).to.deep.equal([[[id, outcome]], [[id, outcome]]])
      for (const member of [...crew.members]) crew.kill(member)
      await network.advance('5s')
    }
  })

  it('that nobody can decide ends for its requester, too, in bounded time (RIAPS: never)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const { leader, others } = leaderOf(crew.members)
    const asks = first(others)
    for (const member of crew.members) if (member !== asks) crew.kill(member)
    const asked = asks.in.requestVote('x', { timeout: 1000 }).then(
      () => 'it was decided',
      (error: unknown) => error,
    )
    expect(await network.settled(asked)).to.have.property('code', 'unknown-outcome')
    expect([leader.in.isLeader, asks.results.length]).to.deep.equal([false, 0])
  })

  it('is asked of nobody when its time is over and its requester is heard again (RIAPS: it is)', async () => {
    const ends: unknown[] = []
    for (const apart of ['1200ms', '10s', '60s'] as const) {
      const crew = await Crew.of(network, 'Two', 3)
      const [asks, ...others] = crew.members.toReversed()
      if (!asks) throw new Error('nobody asks')
      network.split(
        [crew.actorOf(asks)],
        others.map((member) => crew.actorOf(member)),
      )
      const vote = asks.in.requestVote('late', { timeout: 1000 })
      const action = asks.in.requestActionVote('late', asks.in.clock.now() + 500, { timeout: 5000 })
      const both = Promise.all([vote, action].map(endOf))
      await network.advance(apart)
      network.heal()
      ends.push(await network.settled(both))
      await crew.pass(1000)
      expect(crew.members.flatMap(({ polls, actions }) => [...polls, ...actions])).to.deep.equal([])
      // What it asks for next goes on.
      expect((await network.settled(asks.in.requestVote('now'))).outcome).to.equal('yes')
      for (const member of [...crew.members]) crew.kill(member)
      await network.advance('5s')
    }
    expect(ends).to.deep.equal([
      ['timeout', 'action-past'],
      ['timeout', 'timeout'],
      ['unknown-outcome', 'unknown-outcome'],
    ])
  })

  it('takes one vote of a member, and none when it is over', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    for (const member of crew.members) member.vote = silent
    const { leader, others } = leaderOf(crew.members)
    const asked = leader.in.requestVote('x', { kind: 'consensus', timeout: 500 })
    await crew.until(() => crew.members.every(({ polls }) => polls.length === 1))
    const voter = first(others)
    const { id } = first(voter.polls)
    voter.in.sendVote(id, true)
    for (let n = 0; n < 5; n++) {
      expect(() => voter.in.sendVote(id, true))
        .to.throw()
        .with.property('code', 'voted')
    }
    expect((await network.settled(asked)).outcome).to.equal('timeout')
    await crew.until(() => leader.results.length === 1)
    expect(() => leader.in.sendVote(id, true))
      .to.throw()
      .with.property('code', 'poll-closed')
  })
})
