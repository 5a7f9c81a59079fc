/** Polls, actions, ordered messages, shared values and the clock of a group. */
import { expect } from 'chai'
import type { PollRequest, PollResult } from '../../../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { Cellist } from './cell.js'
import { first, leaderOf, started } from './cells.js'

describe('the decisions of a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  async function codeOf(work: Promise<unknown>): Promise<unknown> {
    const error = await network.settled(
      work.then(
        () => 'it was done',
        (thrown: unknown) => thrown,
      ),
    )
    return error instanceof Error && 'code' in error ? error.code : error
  }

  /** All have heard of so many ends of polls. */
  function heard(members: readonly Cellist[], count: number): Promise<void> {
    return network.until(() => members.every(({ results }) => results.length === count))
  }

  it('a vote ends as all hear it, the requester by its promise and by the hook, once', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { others } = leaderOf(members)
    const requester = first(others)
    const result = await network.settled(requester.in.requestVote({ island: true }))
    await heard(members, 1)
    expect(result).to.include({ outcome: 'yes', kind: 'majority' })
    expect(result.topic).to.deep.equal({ island: true })
    expect(result.requestedBy).to.include({ actor: requester.actor.name, isSelf: true })
    for (const { results, polls } of members) {
      expect(first(results)).to.include({ id: result.id, outcome: 'yes' })
      expect(first(polls)).to.include({ id: result.id, kind: 'majority' })
      expect(first(results).requestedBy.actor).to.equal(requester.actor.name)
    }
    await network.advance('5s')
    expect(members.map(({ results }) => results.length)).to.deep.equal([1, 1, 1])
  })

  it('a majority is for yes, or for no, however the rest votes', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const [a, b, c] = members
    if (a) a.vote = () => false
    const votes = [first(members).in.requestVote('one no'), b?.in.requestVote('again')]
    const results = await network.settled(Promise.all(votes))
    expect(results.map((result) => result?.outcome)).to.deep.equal(['yes', 'yes'])
    if (b) b.vote = async () => 'no' as const
    const third = await network.settled(c?.in.requestVote('two noes') ?? Promise.reject(new Error('no C')))
    expect(third.outcome).to.equal('no')
  })

  it('one no ends a consensus at once, and one who is silent its time', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const [a, b] = members
    if (b) b.vote = ({ topic }: PollRequest) => (topic === 'silence' ? undefined : false)
    const startedMs = network.now
    const no = await network.settled(first(members).in.requestVote('x', { kind: 'consensus', timeout: 5000 }))
    expect(no.outcome).to.equal('no')
    expect(network.now - startedMs).to.be.below(50)
    const silent = await network.settled(
      first(members).in.requestVote('silence', { kind: 'consensus', timeout: 800 }),
    )
    expect(silent.outcome).to.equal('timeout')
    expect(network.now - startedMs).to.be.within(800, 1000)
    expect(a?.results.map(({ outcome }: PollResult) => outcome)).to.deep.equal(['no', 'timeout'])
  })

  it('a vote may come later, once, and not after the end', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    for (const member of members) member.vote = () => undefined
    const [a, b, c] = members
    if (!a || !b || !c) throw new Error('three are missing')
    const asked = a.in.requestVote('x', { timeout: 5000 })
    await network.until(() => members.every(({ polls }) => polls.length === 1))
    const { id } = first(b.polls)
    b.in.sendVote(id, true)
    expect(() => b.in.sendVote(id, 'no'))
      .to.throw()
      .with.property('code', 'voted')
    expect(() => b.in.sendVote('other', 'no'))
      .to.throw()
      .with.property('code', 'unknown-poll')
    c.in.sendVote(id, 'yes')
    expect((await network.settled(asked)).outcome).to.equal('yes')
    await heard(members, 1)
    expect(() => a.in.sendVote(id, 'no'))
      .to.throw()
      .with.property('code', 'poll-closed')
  })

  it('a poll outlives its leader', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'], 'one')
    const { leader, others } = leaderOf(members)
    for (const member of members) member.vote = () => undefined
    const asked = first(others).in.requestVote('x', { timeout: 20_000 })
    await network.until(() => members.every(({ polls }) => polls.length === 1))
    actors.find((actor) => actor.component(Cellist) === leader)?.kill()
    for (const member of others) member.in.sendVote(first(member.polls).id, true)
    expect((await network.settled(asked)).outcome).to.equal('yes')
    await heard(others, 1)
  })

  it('what makes no sense is refused: no leader, no time, a moment that has passed, too much', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { in: cell } = first(members)
    expect(await codeOf(cell.requestVote('x', { timeout: 0 }))).to.equal('bad-option')
    expect(await codeOf(cell.requestVote('x', { timeout: Number.NaN }))).to.equal('bad-option')
    expect(await codeOf(cell.requestVote('x'.repeat(70_000)))).to.equal('too-large')
    expect(await codeOf(cell.requestVote(() => 'x'))).to.equal('unencodable')
    expect(await codeOf(cell.requestActionVote('x', cell.clock.now() - 1))).to.equal('action-past')
    expect(await codeOf(cell.requestActionVote('x', Number.NaN))).to.equal('bad-option')
    expect(await codeOf(cell.state.set('', 1))).to.equal('bad-option')
    const { others } = leaderOf(members)
    expect(() => first(others).in.sendToMember(cell.id, { n: 1 }))
      .to.throw()
      .with.property('code', 'not-leader')
    const { leader } = leaderOf(members)
    expect(() => leader.in.sendToMember('0'.repeat(32), { n: 1 }))
      .to.throw()
      .with.property('code', 'not-member')
    expect(await codeOf(first(others).in.transferLeadership())).to.equal('not-leader')
    for (const actor of actors.slice(1)) actor.kill()
    await network.until(() => !cell.hasLeader)
    expect(await codeOf(cell.requestVote('x'))).to.equal('no-leader')
    expect(await codeOf(cell.sendToLeader({ n: 1 }))).to.equal('no-leader')
    const waiting = cell.sendOrdered({ n: 1 })
    const left = codeOf(waiting)
    await network.settled(cell.leave())
    expect(await left).to.equal('left')
    expect(await codeOf(cell.requestVote('x'))).to.equal('left')
  })

  it('an action that is agreed runs at all at one moment of the group clock', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { others } = leaderOf(members)
    const { in: cell } = first(others)
    await network.advance('1s')
    const at = cell.clock.now() + 300
    const agreed = await network.settled(cell.requestActionVote({ open: 'breaker' }, at))
    expect(agreed).to.deep.include({ outcome: 'yes', kind: 'consensus', action: { open: 'breaker' }, at })
    await network.until(() => members.every(({ actions }) => actions.length === 1))
    const moments = members.map(({ actions }) => first(actions))
    for (const [action, when, hostMs] of moments) {
      expect(action).to.deep.equal({ open: 'breaker' })
      expect(when.at).to.equal(at)
      expect(Math.abs(hostMs - first(moments)[2])).to.be.at.most(1)
    }
    expect(cell.clock.now()).to.be.within(at - 2, at + 5)
    expect(cell.clock.error).to.be.below(5)
    const refused = await network.settled(
      Promise.all([network.advance(0), codeOf(cell.requestActionVote('soon', cell.clock.now() + 1))]),
    )
    expect(refused[1]).to.equal('action-past')
    await network.advance('1s')
    expect(members.flatMap(({ actions, missed }) => [actions.length, missed.length])).to.deep.equal([
      1, 0, 1, 0, 1, 0,
    ])
  })

  it('G21.1 An agreed action runs at its time at all who know of it, whoever leads by then.', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'], 'one')
    const { leader, others } = leaderOf(members)
    const { in: cell } = first(others)
    await network.advance('1s')
    const [at, atMs] = [cell.clock.now() + 2000, performance.now() + 2000]
    await network.settled(cell.requestActionVote('x', at))
    await heard(members, 1)
    actors.find((actor) => actor.component(Cellist) === leader)?.kill()
    await network.until(() => others.some(({ in: { isLeader } }) => isLeader))
    expect(others.map(({ actions }) => actions.length)).to.deep.equal([0, 0])
    await network.until(() => others.every(({ actions }) => actions.length === 1), '5s')
    for (const { actions } of others) {
      const [action, when, hostMs] = first(actions)
      expect([action, when.at]).to.deep.equal(['x', at])
      expect(Math.abs(hostMs - atMs)).to.be.at.most(3)
    }
  })

  it('G21.8 An action that is heard of after its time is told, and not run.', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const late = first(others)
    await network.advance('1s')
    const [cut, ...rest] = [...actors].sort((a) => (a.component(Cellist) === late ? -1 : 1))
    const at = leader.in.clock.now() + 300
    for (const actor of rest) if (cut) network.cut(cut, actor)
    const agreed = leader.in.requestActionVote('x', at, { kind: 'majority' })
    expect((await network.settled(agreed)).outcome).to.equal('yes')
    await network.advance('1s')
    for (const actor of rest) if (cut) network.heal(cut, actor)
    await network.until(() => late.missed.length + late.actions.length > 0)
    const [action, { at: agreedAt, lateBy }] = first(late.missed)
    expect([action, agreedAt]).to.deep.equal(['x', at])
    expect(lateBy).to.be.above(600)
    const ran = members.filter(({ actions }) => actions.length === 1)
    expect(ran).to.have.members(members.filter((each) => each !== late))
  })

  it('a component that was busy at the moment is told, and does not do it', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { others } = leaderOf(members)
    const busy = first(others)
    await network.advance('1s')
    const at = busy.in.clock.now() + 200
    await network.settled(busy.in.requestActionVote('x', at))
    await heard(members, 1)
    busy.onGroupMessage = () => new Promise((resolve) => setTimeout(resolve, 1000))
    busy.in.send({ n: 1 })
    await network.until(() => members.every(({ actions, missed }) => actions.length + missed.length === 1))
    expect(busy.actions).to.have.length(0)
    expect(first(busy.missed)[0]).to.equal('x')
    expect(first(busy.missed)[1].lateBy).to.be.within(700, 1100)
  })

  it('the clock is not known where the machine stood still, until it is measured anew', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    await network.advance('1s')
    const { now } = Date
    try {
      Date.now = () => now() + 5000
      await network.until(() => members.every(({ in: { clock } }) => !clock.isKnown))
      const { in: cell } = first(members)
      expect(cell.clock.error).to.equal(Number.POSITIVE_INFINITY)
      expect(await codeOf(cell.requestActionVote('x', 1e15))).to.be.oneOf(['no-clock', 'no-leader'])
      await network.until(() => members.every(({ in: { clock } }) => clock.isKnown))
    } finally {
      Date.now = now
    }
  })

  it('ordered messages are in one order at all, of whomever they are', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const sent = members.flatMap(({ in: cell }, at) =>
      Array.from({ length: 20 }, (_, n) => cell.sendOrdered({ n: 100 * at + n })),
    )
    await network.settled(Promise.all(sent))
    await network.until(() => members.every(({ ordered }) => ordered.length === 60))
    const [a, b, c] = members.map(({ ordered }) => ordered)
    expect(b).to.deep.equal(a)
    expect(c).to.deep.equal(a)
  })

  it('shared values are the same at all, and watched', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const [a, b] = members
    if (!a || !b) throw new Error('two are missing')
    const seen: unknown[] = []
    const end = b.in.state.watch('limit', (key, value) => seen.push([key, value]))
    await network.settled(a.in.state.set('limit', { kW: 5 }))
    await network.settled(b.in.state.set('other', 1))
    await network.until(() => members.every(({ in: { state } }) => state.get('other') === 1))
    expect([...b.in.state.entries()]).to.deep.equal([
      ['limit', { kW: 5 }],
      ['other', 1],
    ])
    await network.settled(a.in.state.delete('limit'))
    await network.until(() => members.every(({ in: { state } }) => state.get('limit') === undefined))
    end()
    await network.settled(a.in.state.set('limit', 6))
    expect(seen).to.deep.equal([
      ['limit', { kW: 5 }],
      ['limit', undefined],
    ])
  })
})
