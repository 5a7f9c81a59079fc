/** What a component does not hear of the history of its group, it is told: from which entry to which. */
import { expect } from 'chai'
import type { LinkEffect } from '../../../../groups/index.js'
import { frameOfOne } from '../../../../runtime/groups/outgoing.js'
import type { AnyGroup, HistoryRange } from '../../../../runtime/index.js'
import { runtimeLimits } from '../../../../runtime/limits.js'
import { createTestNetwork, type TestNetwork } from '../../../../testing/index.js'
import { until } from '../../../support/events.js'
import { Cell, Cellist, cells, Data } from './cell.js'
import { first, leaderOf, started } from './cells.js'
import { type Join, Played } from './played.js'

/** More than stays in the log. */
const BEYOND_THE_LOG = 3000
/** More than that, and is on its way. */
const BEYOND_THE_WAY = 8000

/** What a component is told from now on. */
function lostBy(cellist: Cellist): HistoryRange[] {
  const lost: HistoryRange[] = []
  cellist.onHistoryLost = (...[, range]: [group?: AnyGroup, range?: HistoryRange]) => {
    if (range) lost.push({ ...range })
  }
  return lost
}

function lengthOf(lost: readonly HistoryRange[]): number {
  return lost.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

describe('the history of a group that a component does not hear', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork({ seed: 1 })
  })
  afterEach(() => network.close())

  it('for it was cut off for longer than the log is kept, is told before what comes next', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C'])
    const { leader, others } = leaderOf(members)
    const late = first(others)
    const [cut, ...rest] = [...actors].sort((a) => (a.component(Cellist) === late ? -1 : 1))
    if (!cut) throw new Error('nobody is cut off')
    const lost = lostBy(late)
    const before: number[] = []
    late.onOrderedMessage = (_group, { n }: Data) => {
      before.push(lost.length)
      late.ordered.push(n)
    }
    for (const actor of rest) network.cut(cut, actor)
    for (let n = 0; n < BEYOND_THE_WAY; n += 1000) {
      const some = Array.from({ length: 1000 }, (_, at) => leader.in.sendOrdered({ n: n + at }))
      await network.settled(Promise.all(some))
    }
    for (const actor of rest) network.heal(cut, actor)
    await network.until(() => late.ordered.at(-1) === BEYOND_THE_WAY - 1)
    // What was on its way came yet; then some did not, and it heard that just there.
    const gap = before.indexOf(lost.length)
    const missed = BEYOND_THE_WAY - late.ordered.length
    const heard = Array.from({ length: late.ordered.length }, (_, at) => (at < gap ? at : at + missed))
    expect(missed).to.be.above(0)
    expect(late.ordered).to.deep.equal(heard)
    expect(new Set(before.slice(0, gap))).not.to.include(lost.length)
    expect(lengthOf(lost)).to.be.within(missed, missed + 10)
  })

  it('for it gets a seat, and is another member, is told', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C', 'D'])
    const seated = members.slice(0, 3)
    const last = first(members.slice(3))
    const { leader, others } = leaderOf(seated)
    const lost = lostBy(last)
    const isSeated = (): boolean => last.in.members.some(({ isSelf }) => isSelf)
    let n = 0
    const sending = setInterval(() => void leader.in.sendOrdered({ n: n++ }).catch(() => undefined), 2)
    await network.advance('1s')
    actors[members.indexOf(first(others))]?.kill()
    await network.until(isSeated)
    await network.advance('1s')
    clearInterval(sending)
    await network.until(() => last.ordered.at(-1) === n - 1)
    const missed = n - last.ordered.length
    expect(missed).to.be.above(0)
    expect(lost).to.have.length(1)
    expect(lengthOf(lost)).to.be.at.least(missed)
    expect(lengthOf(lost)).to.be.at.most(missed + 10)
  })

  it('is none where a component gets a seat while nothing is decided', async () => {
    const { members, actors } = await started(network, ['A', 'B', 'C', 'D'])
    const last = first(members.slice(3))
    const { leader, others } = leaderOf(members.slice(0, 3))
    const lost = members.map((member) => lostBy(member))
    await network.settled(leader.in.sendOrdered({ n: 1 }))
    await network.until(() => last.ordered.length === 1)
    actors[members.indexOf(first(others))]?.kill()
    await network.until(() => last.in.members.some(({ isSelf }) => isSelf))
    await network.settled(leader.in.sendOrdered({ n: 2 }))
    await network.until(() => last.ordered.length === 2)
    expect(lost).to.deep.equal([[], [], [], []])
  })

  it('is told to nobody who joins for the first time', async () => {
    const { members } = await started(network, ['A', 'B'])
    for (let n = 0; n < BEYOND_THE_LOG; n += 1000) {
      const some = Array.from({ length: 1000 }, () => first(members).in.sendOrdered({ n }))
      await network.settled(Promise.all(some))
    }
    const late = (await network.start(cells, 'Idle')).component(Cellist)
    const lost = lostBy(late)
    late.cell = await network.settled(late.join(Cell))
    await network.until(() => late.in.size === 3)
    await network.settled(first(members).in.sendOrdered({ n: -1 }))
    await network.until(() => late.ordered.length === 1)
    expect(lost).to.deep.equal([])
  })
})

describe('the history that a member in the place of another does not hear', () => {
  let played: Played
  beforeEach(() => {
    played = new Played()
  })
  afterEach(() => played.groups.close())

  const payload = frameOfOne(Data, { n: 1 }, false)
  const ordered = (index: number): LinkEffect => ({ kind: 'ordered', index, by: 'b'.repeat(32), payload })
  const failed = { is: 'failed', code: 'thread-ended', message: 'the thread has ended' } as const

  const causes: readonly [what: string, happens: (first: Join) => void][] = [
    ['was put out by others', (first) => played.effect(first, { kind: 'expelled' })],
    ['lost its thread', ({ member }) => played.tell({ ...failed, member })],
    [
      'has another address',
      (first) => {
        played.groups.moved()
        played.left(first)
      },
    ],
  ]
  for (const [what, happens] of causes) {
    it(`is told where it ${what}, from behind what it heard`, async () => {
      const { first } = await played.joined()
      const lost = lostBy(played.cellist)
      played.hearsBehind(first, 3)
      played.effect(first, ordered(7))
      happens(first)
      const second = await played.open(2)
      played.hearsBehind(second, 20, 18)
      played.effect(second, ordered(21))
      await until(() => played.cellist.ordered.length === 2)
      expect(lost).to.deep.equal([{ from: 8, to: 18 }])
    })
  }

  it('begins where it heard first, however often it is another before it takes part', async () => {
    const { first } = await played.joined()
    const lost = lostBy(played.cellist)
    played.hearsBehind(first, 3)
    played.effect(first, { kind: 'expelled' })
    const second = await played.open(2)
    played.effect(second, { kind: 'expelled' })
    const third = await played.open(3)
    played.hearsBehind(third, 9)
    expect(lost).to.deep.equal([{ from: 4, to: 9 }])
  })

  it('is also what is gone, where the group began anew without it', async () => {
    const { first } = await played.joined()
    const lost = lostBy(played.cellist)
    played.hearsBehind(first, 3)
    played.effect(first, ordered(30))
    played.effect(first, { kind: 'expelled' })
    const second = await played.open(2)
    const [one, other] = [1, 2].map((epoch) => ({ epoch, term: 1 }))
    if (!one || !other) throw new Error('there are two')
    const formations = [
      { genesis: one, index: 1 },
      { genesis: other, index: 11 },
    ]
    played.hearsBehind(second, 14, 12, formations)
    expect(lost).to.deep.equal([{ from: 11, to: 30 }])
  })

  it('is told at once where ranges follow one another and it was not told of the first yet', async () => {
    const { first } = await played.joined()
    const { cellist } = played
    const lost = lostBy(cellist)
    played.hearsBehind(first, 0)
    let free = (): void => undefined
    cellist.onOrderedMessage = () => new Promise<void>((resolve) => (free = resolve))
    played.effect(first, ordered(1))
    const installed = (missedFrom: number, to: number): void =>
      played.effect(first, { kind: 'installed', missedFrom, to })
    installed(2, 10)
    installed(11, 10)
    installed(11, 20)
    played.effect(first, ordered(21))
    installed(22, 30)
    free()
    await until(() => lost.length === 1)
    expect(lost).to.deep.equal([{ from: 2, to: 20 }])
    await new Promise((resolve) => setImmediate(resolve))
    free()
    await until(() => lost.length === 2)
    expect(lost[1]).to.deep.equal({ from: 22, to: 30 })
  })

  it('is all that came with a snapshot whose news found no room', async () => {
    const { first } = await played.joined()
    const { cellist } = played
    const lost = lostBy(cellist)
    played.hearsBehind(first, 5)
    let free = (): void => undefined
    cellist.onOrderedMessage = () => new Promise<void>((resolve) => (free = resolve))
    played.effect(first, ordered(6))
    const news = { kind: 'leader', id: 'b'.repeat(32) } as const
    const isOut = (): boolean => played.commands.at(-1)?.do === 'leave'
    for (let term = 1; !isOut() && term < 2 * runtimeLimits.decidedArrivals; term++) {
      played.effect(first, { ...news, ballot: { epoch: 1, term } })
    }
    expect(isOut()).to.equal(true)
    played.effect(first, { kind: 'installed', missedFrom: 3, to: 900 })
    played.left(first)
    free()
    const second = await played.open(2)
    played.hearsBehind(second, 950, 940)
    await until(() => lost.length === 1)
    expect(lost).to.deep.equal([{ from: 3, to: 940 }])
  })
})
