/** Group messages: where RIAPS loses them without a word, recurses, or stops for good. */
import { expect } from 'chai'
import type { Group, GroupSender, LeaderSender } from '../../runtime/index.js'
import { createTestNetwork, type TestNetwork } from '../../testing/index.js'
import type { Cellist, Data } from '../unit/runtime/groups/cell.js'
import { first, leaderOf } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

/** How messages to a leader may end that is dead. */
const WRITTEN = ['it was done', 'no-leader', 'again']

describe('the messages of a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  function codeOf(call: () => unknown): Promise<unknown> {
    const outcome = new Promise((resolve) => resolve(call())).then(
      () => 'it was done',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    )
    return network.settled(outcome)
  }

  it('reach all in a timed group, by every way, with their times (RIAPS: the first ends all)', async () => {
    const crew = await Crew.of(network, 'Timed', 3)
    for (const [n, { in: cell }] of crew.members.entries()) {
      cell.send({ n })
      await network.settled(cell.sendToLeader({ n }))
      await network.settled(cell.sendOrdered({ n }))
    }
    await crew.until(() => crew.members.every(({ messages }) => messages.length === 3))
    await crew.until(() =>
      crew.members.every(({ ordered, fromLeader }) => ordered.length + fromLeader.length === 4),
    )
    expect((await network.settled(first(crew.members).in.requestVote('x'))).outcome).to.equal('yes')
    for (const { senders, in: cell } of crew.members) {
      for (const { sentAt = 0, receivedAt = 0, isSelf } of senders) {
        expect(receivedAt - sentAt).to.be.within(isSelf ? 0 : 1, 3)
      }
      expect(cell.hasLeader).to.equal(true)
    }
  })

  it('are answered, 2,000 outstanding, by handlers that send, one by one (RIAPS: recursion)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const { leader, others } = leaderOf(crew.members)
    let [depth, deepest, turns] = [0, 0, 0]
    const inTurn = (work: () => void): void => {
      deepest = Math.max(deepest, ++depth)
      turns++
      work()
      depth--
    }
    for (const member of crew.members) {
      member.onMessageToLeader = (group: Group<Data>, { n }: Data, from: GroupSender) =>
        inTurn(() => group.sendToMember(from, { n }))
      member.onMessageFromLeader = (group: Group<Data>, { n }: Data, from: LeaderSender) =>
        inTurn(() => {
          member.fromLeader.push([n, from])
          if (n < 2000) void group.sendToLeader({ n: n + 2000 })
        })
    }
    const asked = Array.from({ length: 2000 }, (_, n) => n)
    for (const member of [...others, leader]) {
      await network.settled(Promise.all(asked.map((n) => member.in.sendToLeader({ n }))))
    }
    await crew.until(() => crew.members.every(({ fromLeader }) => fromLeader.length === 4000))
    for (const { fromLeader } of crew.members) {
      const answers = fromLeader.map(([n]) => n)
      expect(answers.filter((n) => n < 2000)).to.deep.equal(asked)
      expect(answers.filter((n) => n >= 2000)).to.deep.equal(asked.map((n) => n + 2000))
    }
    expect([deepest, turns, crew.mostActing]).to.deep.equal([1, 3 * 8000, 1])
  })

  it('to the leader are refused where there is none (RIAPS: acknowledged, and lost)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [one, ...others] = crew.members
    if (!one) throw new Error('nobody is there')
    for (const member of others) crew.kill(member)
    await crew.until(() => !one.in.hasLeader)
    expect(await codeOf(() => one.in.sendToLeader({ n: 1 }))).to.equal('no-leader')
    await crew.join(2)
    await crew.untilLed()
    const before = one.fromLeader.length
    await network.settled(one.in.sendToLeader({ n: 2 }))
    await crew.until(() => one.fromLeader.length === before + 1)
  })

  it('to a leader that was killed settle, all 3,000, and its writers go on (RIAPS: they die)', async () => {
    const crew = await Crew.of(network, 'Two', 4)
    const { leader, others } = leaderOf(crew.members)
    crew.kill(leader)
    // On hosts of their own, they take it for the leader until its time is over.
    expect(others.map(({ in: cell }) => cell.leader?.id)).to.deep.equal(others.map(() => leader.in.id))
    const asked = Array.from({ length: 3000 }, (_, n) => n)
    const codes = new Set<unknown>()
    const written = others.flatMap(({ in: cell }) => asked.map((n) => codeOf(() => cell.sendToLeader({ n }))))
    for (const code of await Promise.all(written)) codes.add(code)
    expect([...codes].filter((code) => !WRITTEN.includes(String(code)))).to.deep.equal([])
    await crew.untilLed()
    const before = others.map(({ fromLeader }) => fromLeader.length)
    for (const { in: cell } of others) await network.settled(cell.sendToLeader({ n: 1 }))
    await crew.until(() => others.every(({ fromLeader }, at) => fromLeader.length > (before[at] ?? 0)))
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
  })

  it('to who is gone are refused, and so are those of one that does not lead (RIAPS: true)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const { leader, others } = leaderOf(crew.members)
    const [gone, stays] = others
    if (!gone || !stays) throw new Error('two are missing')
    const { id } = gone.in
    expect(await codeOf(() => stays.in.sendToMember(id, { n: 1 }))).to.equal('not-leader')
    // It never wrote to the leader.
    leader.in.sendToMember(stays.in.id, { n: 2 })
    await crew.until(() => stays.fromLeader.some(([n]) => n === 2))
    await network.settled(gone.leave(gone.in))
    await crew.until(() => leader.in.size === 2)
    expect(await codeOf(() => leader.in.sendToMember(id, { n: 3 }))).to.equal('not-member')
  })

  it('without a quorum go to all; what needs a leader is refused by code (RIAPS: TypeError)', async () => {
    const crew = new Crew(network, 'Loose')
    await crew.join(2)
    const { in: cell } = first(crew.members)
    await crew.until(() => crew.members.every((each) => each.in.size === 2))
    for (const call of [
      () => cell.sendToLeader({ n: 1 }),
      () => cell.sendOrdered({ n: 1 }),
      () => cell.sendToMember(cell.id, { n: 1 }),
      () => cell.requestVote('x'),
      () => cell.requestActionVote('x', 1),
      () => cell.sendVote('x', true),
      () => cell.transferLeadership(),
      () => cell.state.set('x', 1),
    ]) {
      expect(await codeOf(call), String(call)).to.equal('not-coordinated')
    }
    cell.send({ n: 2 })
    await crew.until(() => crew.members.every(({ messages }) => messages.length === 1))
  })

  /** The component of this member is busy until what is returned is called. */
  function busy(member: Cellist): () => void {
    let free: (() => void) | undefined
    const until = new Promise<void>((resolve) => {
      free = resolve
    })
    member.onGroupMessage = (_group, { n }: Data) => {
      member.messages.push(n)
      return until
    }
    return () => free?.()
  }

  /** Each in a frame of its own. */
  async function burst({ in: cell }: Cellist, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      cell.send({ n })
      await new Promise((resolve) => process.nextTick(resolve))
      if (n % 500 === 499) await network.advance(2)
    }
  }

  it('to one whose component hangs do not cost it its place, or the lead (RIAPS: they do)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [leader, follower, writer] = crew.members
    if (!leader || !follower || !writer) throw new Error('three are missing')
    const freed = [busy(leader), busy(follower)]
    await burst(writer, 3000)
    await crew.pass(20_000)
    expect([leader.in.isLeader, writer.in.size, crew.elections]).to.deep.equal([true, 3, [0, 0, 0]])
    for (const free of freed) free()
    await crew.until(() => [leader, follower].every(({ messages }) => messages.length === 3000))
  })

  it('in a burst beyond all bounds are counted, and no member or leader is lost (RIAPS: both)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [leader, follower, writer] = crew.members
    if (!leader || !follower || !writer) throw new Error('three are missing')
    const free = busy(follower)
    await burst(writer, 8000)
    await crew.pass(5000)
    expect([leader.in.isLeader, writer.in.size, crew.elections]).to.deep.equal([true, 3, [0, 0, 0]])
    free()
    await crew.pass(1000)
    writer.in.send({ n: 9999 })
    await crew.until(() => follower.messages.includes(9999))
    expect(follower.in.stats.missed).to.be.above(0)
    expect(follower.in.stats.missed + follower.messages.length).to.equal(8001)
    await crew.until(() => leader.messages.length === 8001)
  })

  it('do not stop a component that is scheduled by priority, in any burst (RIAPS: it hangs)', async () => {
    const crew = await Crew.of(network, 'Two', 3, { actor: 'Prioritized' })
    for (let burst = 0; burst < 3; burst++) {
      for (const { in: cell } of crew.members) for (let n = 0; n < 50; n++) cell.send({ n })
      const told = crew.members.flatMap(({ in: cell }) =>
        Array.from({ length: 50 }, (_, n) => [cell.sendToLeader({ n }), cell.sendOrdered({ n })]).flat(),
      )
      await network.settled(Promise.all(told))
      await network.advance('100ms')
      first(crew.members).in.send({ n: 99 })
    }
    await crew.until(() => crew.members.every(({ messages }) => messages.length === 3 * 151))
    await crew.until(() => crew.members.every(({ ordered }) => ordered.length === 3 * 150))
    await crew.until(() => crew.members.every(({ fromLeader }) => fromLeader.length === 3 * 50))
    expect((await network.settled(first(crew.members).in.requestVote('x'))).outcome).to.equal('yes')
  })
})
