/**
 * Members in the place of others, over a link that the test plays: put out, sockets lost, the thread ended.
 */
import { expect } from 'chai'
import type { LinkEffect } from '../../../../groups/index.js'
import { openFrame } from '../../../../runtime/groups/incoming.js'
import { frameOfOne } from '../../../../runtime/groups/outgoing.js'
import type { AnyGroup, HistoryRange } from '../../../../runtime/index.js'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { until } from '../../../support/events.js'
import { Cell, Data } from './cell.js'
import { Played } from './played.js'

describe('a member in the place of another', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  it('joins with the seat that it has, whose last holder may have given its word until then', async () => {
    const { group, first } = await played.joined()
    expect(first.options).to.include({
      id: group.id,
      group: 'cells/Cell.north',
      quorum: 2,
      isElectable: true,
    })
    expect(first.options.startedAtMs).to.equal(42)
  })

  it('joins again where others hold it for dead, under another id, with the same handle', async () => {
    const { group, first } = await played.joined()
    played.tell({ is: 'effect', member: first.member, effect: { kind: 'expelled' } })
    const second = await played.open(2)
    await until(() => group.id === second.options.id)
    expect(second.options.id).not.to.equal(first.options.id)
    expect(played.commands).to.deep.include({ do: 'leave', member: first.member })
    expect([...played.seats.keys()]).to.deep.equal([second.options.id])
    expect(await played.groups.join('cellist', Cell, 'north', {})).to.equal(group)
  })

  it('over another link where the thread has ended, as soon and as seldom as is right', async () => {
    const { group, first } = await played.joined()
    const ended = { is: 'failed', code: 'thread-ended', message: 'the thread has ended' } as const
    played.tell({ ...ended, member: first.member })
    const second = await played.open(2)
    expect(played.links).to.equal(2)
    await until(() => group.id === second.options.id)
    const againMs = performance.now()
    played.tell({ ...ended, member: second.member })
    await played.open(3)
    // Twice as late as the first time.
    expect(performance.now() - againMs).to.be.above(150)
  })

  it('frees its seat when it has left, and not before', async () => {
    const { group, first } = await played.joined()
    const leaving = group.leave()
    expect(played.seats.size).to.equal(1)
    expect(played.commands.at(-1)).to.deep.equal({ do: 'leave', member: first.member })
    played.tell({ is: 'left', member: first.member })
    await leaving
    expect(played.seats.size).to.equal(0)
  })

  it('where it leaves while it joins, neither joins nor frees its seat before it is told', async () => {
    const joining = played.groups.join('cellist', Cell, 'north', {})
    await until(() => played.joins.length === 1)
    const [membership] = played.groups.memberships
    const leaving = membership?.leave()
    const outcome = await joining.then(
      () => 'joined',
      (error: unknown) => error,
    )
    expect(outcome).to.have.property('code', 'left')
    expect(played.seats.size).to.equal(1)
    played.tell({ is: 'left', member: played.joins[0]?.member ?? 0 })
    await leaving
    expect(played.seats.size).to.equal(0)
  })

  it('whose sockets cannot be bound has not joined, and may try again', async () => {
    const joining = played.groups.join('cellist', Cell, 'north', {})
    await until(() => played.joins.length === 1)
    played.tell({ is: 'failed', member: 1, code: 'EADDRNOTAVAIL', message: 'no such address' })
    const outcome = await joining.then(
      () => 'joined',
      (error: unknown) => error,
    )
    expect(outcome).to.have.property('code', 'cannot-join')
    expect([played.seats.size, played.groups.memberships.length]).to.deep.equal([0, 0])
    const again = played.groups.join('cellist', Cell, 'north', {})
    await played.open(2)
    expect((await again).id).to.equal(played.joins[1]?.options.id)
  })

  it('takes a seat that is free, and has it until it has left', async () => {
    played.takeAll()
    const { group, first } = await played.joined()
    expect(first.options.isElectable).to.equal(false)
    played.freeOne()
    await until(() => played.commands.at(-1)?.do === 'leave')
    played.left(first)
    const second = await played.open(2)
    expect([second.options.isElectable, group.id]).to.deep.equal([true, second.options.id])
    expect(played.seats.get(second.options.id)).to.equal('1')
  })

  it('whose component leaves while it gets a seat holds none, and joins no more', async () => {
    played.takeAll()
    const { group, first } = await played.joined()
    played.freeOne()
    await until(() => played.commands.at(-1)?.do === 'leave')
    const leaving = group.leave()
    played.left(first)
    await leaving
    await until(() => !(played.seats.size > 2))
    expect([...played.seats.keys()]).to.deep.equal(['other 0', 'other 2'])
    expect([played.joins.length, played.groups.memberships.length]).to.deep.equal([1, 0])
  })

  it('whose component leaves when it hears of the new one holds its seat until that has left', async () => {
    played.takeAll()
    const { group, first } = await played.joined()
    const ballot = { epoch: 1, term: 1 }
    played.effect(first, { kind: 'leader', id: 'b'.repeat(32), ballot })
    const ends: Promise<void>[] = []
    played.cellist.onLeaderExited = (left) => ends.push(left.leave())
    played.freeOne()
    await until(() => played.commands.at(-1)?.do === 'leave')
    played.left(first)
    await until(() => ends.length === 1)
    const [, second] = played.joins
    expect(played.commands.slice(-2)).to.deep.include({ do: 'leave', member: second?.member })
    expect(played.seats.size).to.equal(3)
    if (second) played.left(second)
    await Promise.all(ends)
    expect([played.seats.size, group.isConnected]).to.deep.equal([2, false])
  })

  it('that leaves when its thread ends frees its seat', async () => {
    const { group, first } = await played.joined()
    const leaving = group.leave()
    played.tell({ is: 'failed', member: first.member, code: 'thread-ended', message: 'it has ended' })
    await leaving
    expect([played.seats.size, played.groups.listing.groups?.length ?? 0]).to.deep.equal([0, 0])
  })

  it('that leaves twice has left when the others were told', async () => {
    const { group, first } = await played.joined()
    const ended: string[] = []
    const leaving = [group.leave().then(() => ended.push('one')), group.leave().then(() => ended.push('two'))]
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended).to.deep.equal([])
    played.left(first)
    await Promise.all(leaving)
    expect(ended).to.deep.equal(['one', 'two'])
  })

  it('on a host without a seat of the group observes, and says once which seats there are', async () => {
    played.seatsHere = [5]
    const { first } = await played.joined()
    expect(first.options.isElectable).to.equal(false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(played.log.join()).not.to.contain('joins again')
    expect(played.log.filter((line) => line.includes('Cell.north has the seats 0 to 2'))).to.have.length(1)
  })
})

describe('a component that does not keep up with what its group decides', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  it('leaves beyond a bound, and is another member, that says what it missed, when it has room', async () => {
    const { group, first } = await played.joined()
    const { cellist } = played
    played.takesPart(first)
    played.hearsBehind(first, 0)
    let free = (): void => undefined
    let heard = 0
    cellist.onOrderedMessage = () => {
      heard++
      return heard > 1 ? undefined : new Promise<void>((resolve) => (free = resolve))
    }
    const lost: unknown[] = []
    cellist.onHistoryLost = (...[, range]: [group?: AnyGroup, range?: HistoryRange]) => {
      lost.push(range)
    }
    const payload = frameOfOne(Data, { n: 1 }, false)
    const ordered = (index: number): LinkEffect => ({ kind: 'ordered', index, by: 'b'.repeat(32), payload })
    const most = runtimeLimits.decidedArrivals
    const isOut = (): boolean => played.commands.at(-1)?.do === 'leave'
    let index = 0
    while (!isOut() && index < 2 * most) played.effect(first, ordered(++index))
    const full = index
    expect(full).to.be.above(most)
    for (let more = 0; more < 5; more++) played.effect(first, ordered(++index))
    played.left(first)
    expect([group.stats.missed, group.hasLeader]).to.deep.equal([5, false])
    expect([played.groups.listing.groups, [...played.seats]]).to.deep.equal([[], []])
    await new Promise((resolve) => setTimeout(resolve, 2 * runtimeLimits.rejoinMs))
    expect(played.joins.length).to.equal(1)
    free()
    const second = await played.open(2)
    expect(heard).to.equal(full - 1)
    played.effect(second, { kind: 'installed', missedFrom: index + 10, to: index + 9 })
    played.hearsBehind(second, index + 9)
    played.takesPart(second)
    played.effect(second, ordered(index + 10))
    await until(() => heard === full)
    expect(lost).to.deep.equal([{ from: full, to: index + 9 }])
    expect(played.log.join()).to.match(/cellist does not keep up with what the group decides/)
  })

  it('sends nothing as its next member that it sent as the last one', async () => {
    const { group, first } = await played.joined()
    const { cellist } = played
    played.takesPart(first)
    played.hearsBehind(first, 0)
    let free = (): void => undefined
    let heard = 0
    cellist.onOrderedMessage = () => {
      group.send({ n: heard })
      return heard++ > 0 ? undefined : new Promise<void>((resolve) => (free = resolve))
    }
    const payload = frameOfOne(Data, { n: 1 }, false)
    const isOut = (): boolean => played.commands.at(-1)?.do === 'leave'
    for (let index = 1; !isOut(); index++) {
      played.effect(first, { kind: 'ordered', index, by: 'b'.repeat(32), payload })
    }
    played.left(first)
    await new Promise((resolve) => setTimeout(resolve, 2 * runtimeLimits.rejoinMs))
    free()
    const second = await played.open(2)
    group.send({ n: -1 })
    const sent = (): number[] =>
      played.commands.flatMap((command) => {
        if (command.do !== 'send' || command.member !== second.member) return []
        const opened = openFrame(command.parts)
        return typeof opened === 'string' ? [] : [opened.sequence]
      })
    await until(() => sent().length > 0)
    expect(sent()).to.deep.equal([1])
    // Nobody could hear it: the last one had left.
    expect(group.stats.dropped).to.equal(heard)
    // What it sent to all is its own, whoever it was then.
    await until(() => cellist.messages.at(-1) === -1)
    expect(new Set(cellist.senders.map(({ isSelf }) => isSelf))).to.deep.equal(new Set([true]))
  })
})
