/** Groups as components have them: members, leader, messages, and how they come and go. */
import { expect } from 'chai'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { Cellist, cells, Loose, Timed } from './cell.js'
import { first, leaderOf, started } from './cells.js'

describe('a group of actors', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('elects one leader, whom all name', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { leader } = leaderOf(members)
    for (const { in: cell, told } of members) {
      expect(cell.leader?.id).to.equal(leader.in.id)
      expect(cell.epoch).to.equal(leader.in.epoch).and.to.be.above(0)
      expect(cell.members.map(({ actor }) => actor)).to.have.members(['A', 'B', 'C'])
      expect(told.filter((each) => each === 'leads' || each === 'led')).to.have.length(1)
      expect(told.filter((each) => each.startsWith('joined'))).to.have.length(3)
    }
    expect(leader.in.token).to.deep.equal({ epoch: leader.in.epoch, term: leader.in.term })
  })

  it('a message to all is heard by all, the sender included, in order', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    for (let n = 0; n < 100; n++) first(members).in.send({ n })
    await network.until(() => members.every(({ messages }) => messages.length === 100))
    for (const { messages, senders } of members) {
      expect(messages).to.deep.equal(Array.from({ length: 100 }, (_, n) => n))
      expect(first(senders)).to.include({ actor: 'A', component: 'cellist', isObserver: false })
      expect(first(senders)).not.to.have.property('sentAt')
    }
    expect(members.map(({ senders }) => first(senders).isSelf)).to.deep.equal([true, false, false])
  })

  it('members write to the leader, themselves or not, and it answers with its epoch and term', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { leader } = leaderOf(members)
    await network.settled(Promise.all(members.map(({ in: cell }, n) => cell.sendToLeader({ n }))))
    await network.until(() => members.every(({ fromLeader }) => fromLeader.length === 1))
    expect(leader.toLeader.map(([n]) => n)).to.have.members([0, 1, 2])
    for (const [at, { fromLeader }] of members.entries()) {
      const [n, from] = first(fromLeader)
      expect(n).to.equal(at * 2)
      expect(from).to.include({ id: leader.in.id, epoch: leader.in.epoch, term: leader.in.term })
    }
  })

  it('a leader that is killed is followed by another of a higher term, on its host at once', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'], 'one')
    const { leader, others } = leaderOf(members)
    const killedMs = network.now
    const { term, epoch } = leader.in
    actors.find((actor) => actor.component(Cellist) === leader)?.kill()
    await network.until(() => others.some(({ in: cell }) => cell.isLeader))
    expect(network.now - killedMs).to.be.below(100)
    const { leader: next } = leaderOf(others)
    expect([next.in.epoch > epoch, next.in.epoch === epoch && next.in.term > term]).to.include(true)
    await network.until(() =>
      others.every(({ in: cell }) => cell.leader?.id === next.in.id && cell.size === 2),
    )
    for (const { told } of others)
      expect(told)
        .to.include('led no more')
        .and.to.include.members([`left ${leader.actor.name}`])
  })

  it('a leader on another host is missed when its time is over', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    actors.find((actor) => actor.component(Cellist) === leader)?.kill()
    await network.until(() => others.some(({ in: cell }) => cell.isLeader), '5s')
  })

  it('a leader that is cut off acts no more, and hears of the next one', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const [cut, ...rest] = [...actors].sort((a) => (a.component(Cellist) === leader ? -1 : 1))
    for (const actor of rest) if (cut) network.cut(cut, actor)
    await network.until(() => others.some(({ in: cell }) => cell.isLeader))
    expect(leader.in.isLeader).to.equal(false)
    const { leader: next } = leaderOf(others)
    for (const actor of rest) if (cut) network.heal(cut, actor)
    await network.until(() => leader.in.leader?.id === next.in.id)
    expect(leader.told).to.include('leads no more')
  })

  it('a member that leaves is gone for the others, and one that joins again is another', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { others } = leaderOf(members)
    const leaver = first(others)
    const { id } = leaver.in
    const before = leaver.in
    await network.settled(leaver.leave(before))
    await network.until(() => members.every((each) => each === leaver || each.in.size === 2))
    expect(() => before.send({ n: 1 }))
      .to.throw()
      .with.property('code', 'left')
    const again = await network.settled(leaver.join())
    expect(again).not.to.equal(before)
    expect(again.id).not.to.equal(id)
    await network.until(() => members.every((each) => each === leaver || each.in.size === 3))
    await network.until(() => again.hasLeader)
  })

  it('an actor that stops hands the lead over', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const stoppedMs = network.now
    const stopped = actors.find((actor) => actor.component(Cellist) === leader)?.stop()
    await network.until(() => others.some(({ in: cell }) => cell.isLeader))
    expect(network.now - stoppedMs).to.be.below(100)
    await stopped
    await network.until(() => others.every(({ in: cell }) => cell.size === 2))
  })

  it('a leader hands over when it is told to, to whom it is told', async () => {
    const { members } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const next = first([...others].reverse())
    await network.settled(leader.in.transferLeadership(next.in.id))
    expect(leader.in.leader?.id).to.equal(next.in.id)
    await network.until(() => next.in.isLeader)
    expect(leader.in.isLeader).to.equal(false)
  })

  it('joined twice by one component it is the same; by two of an actor both are members', async () => {
    const { members } = await started(network, ['A', 'B'])
    const member = first(members)
    expect(await network.settled(member.join())).to.equal(member.in)
    const pair = await network.start(cells, 'Pair')
    const [one, two] = ['one', 'two'].map((name) => pair.component(Cellist, name))
    await network.until(() => one?.in.size === 4 && two?.in.size === 4)
    // Three have seats.
    expect(one?.in.observers).to.have.length(1)
  })

  it('who finds no seat observes, until one is free', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const late = await network.start(cells, 'D', {}, { host: 'd' })
    const observer = late.component(Cellist)
    await network.until(() => observer.in.size === 4 && observer.in.hasLeader)
    expect(observer.in.observers.map(({ actor, isSelf }) => [actor, isSelf])).to.deep.equal([['D', true]])
    const { others } = leaderOf(members)
    const { id } = observer.in
    actors.find((actor) => actor.component(Cellist) === first(others))?.kill()
    await network.until(() => observer.in.members.some(({ isSelf }) => isSelf), '30s')
    expect(observer.in.id).not.to.equal(id)
    expect(observer.in.observers).to.have.length(0)
  })

  it('an observer that becomes a member is told of again, under its id', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const late = (await network.start(cells, 'D', {}, { host: 'd' })).component(Cellist)
    await network.until(() => late.in.size === 4)
    const { others } = leaderOf(members)
    const gone = first(others)
    const [witness = gone] = members.filter((each) => each !== gone)
    const told: [actor: string, id: string, isObserver: boolean][] = []
    witness.onMemberJoined = (_group, { actor, id, isObserver }) => told.push([actor, id, isObserver])
    actors.find((actor) => actor.component(Cellist) === gone)?.kill()
    // It takes the seat at once, as another; it is a member when the one before has been silent for long.
    await network.until(() => late.in.members.some(({ isSelf }) => isSelf), '30s')
    await network.until(() => witness.in.members.some(({ id }) => id === late.in.id))
    expect(told).to.deep.equal([
      ['D', late.in.id, true],
      ['D', late.in.id, false],
    ])
    const own = late.told.filter((each) => each === 'joined self')
    // It observed under another id before.
    expect(own).to.have.length(3)
  })

  it('who wants to observe takes no seat', async () => {
    const { members } = await started(network, ['A', 'B'])
    const idle = (await network.start(cells, 'Idle')).component(Cellist)
    const group = await network.settled(idle.join(undefined, 'north', { observe: true }))
    await network.until(() => group.hasLeader && group.size === 3)
    expect(first(members).in.observers.map(({ actor }) => actor)).to.deep.equal(['Idle'])
  })

  it('without a quorum its members know each other and send, and nobody leads', async () => {
    const idlers: Cellist[] = []
    for (const host of ['a', 'b', 'c']) {
      idlers.push((await network.start(cells, 'Idle', {}, { host })).component(Cellist))
    }
    const groups = await network.settled(Promise.all(idlers.map((each) => each.join(Loose))))
    await network.until(() => groups.every(({ size }) => size === 3))
    first(groups).send({ n: 7 })
    await network.until(() => idlers.every(({ messages }) => messages.length === 1))
    const error = await network.settled(
      first(groups)
        .requestVote('x')
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
    )
    expect(error).to.have.property('code', 'not-coordinated')
    expect(first(groups)).to.include({ hasLeader: false, isLeader: false, token: undefined, epoch: 0 })
    await network.settled(first(groups).leave())
    await network.until(() => groups[1]?.size === 2)
    expect(idlers[1]?.told).to.include('left Idle')
  })

  it('timed, its messages say when they left and came', async () => {
    const idlers: Cellist[] = []
    for (const host of ['a', 'b']) {
      idlers.push((await network.start(cells, 'Idle', {}, { host })).component(Cellist))
    }
    const groups = await network.settled(Promise.all(idlers.map((each) => each.join(Timed))))
    await network.until(() => groups.every(({ size, hasLeader }) => size === 2 && hasLeader))
    first(groups).send({ n: 1 })
    await network.settled(first(groups).sendOrdered({ n: 2 }))
    await network.until(() => idlers.every(({ messages, ordered }) => messages.length + ordered.length === 2))
    const { sentAt = 0, receivedAt = 0 } = first(idlers[1]?.senders ?? [])
    expect(receivedAt - sentAt).to.be.within(1, 3)
  })
})
