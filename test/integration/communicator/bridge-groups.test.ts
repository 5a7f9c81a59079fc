/** A group of one network, as it is seen in another by a bridge. */
import { expect } from 'chai'
import { z } from 'zod'
import {
  GroupNews,
  GroupReport,
  RemoteGroup,
  type RemoteHappening,
  shows,
} from '../../../communicator/index.js'
import {
  type AnyGroup,
  type AppDefinition,
  actor,
  app,
  Component,
  type Group,
  group,
  message,
  type PollRequest,
  type RunningActor,
} from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog, until } from '../../support/events.js'
import { TwoPlants, untilBack } from './plants.js'

const Load = message('Load', z.object({ kW: z.number() }))
const Cell = group({ quorum: 2, using: Load })
const members: Member[] = []

class Member extends Component {
  cell: Group<{ kW: number }> | undefined
  vote = true
  override async onActivate(): Promise<void> {
    members.push(this)
    this.cell = await this.joinGroup(Cell, 'north')
  }
  override onVoteRequest(): boolean {
    return this.vote
  }
  override onActionVoteRequest(_cell: AnyGroup, _poll: PollRequest): boolean {
    return this.vote
  }
}

/** Somebody of the other network who wants to know. */
class Watcher extends Component {
  readonly all: RemoteHappening[] = []
  readonly elected: string[] = []
  readonly cell = new RemoteGroup('cell', {
    'leader-elected': ({ leader, epoch, term }) => this.elected.push(`${leader.actor} ${epoch} ${term}`),
  })
  readonly report = this.sub(GroupReport, (report) => this.cell.report(report))
  readonly news = this.sub(GroupNews, (news) => {
    this.all.push(news.news)
    this.cell.hear(news)
  })

  /** Those of a kind. */
  of<Is extends RemoteHappening['is']>(is: Is) {
    return this.all.filter((each): each is Extract<RemoteHappening, { is: Is }> => each.is === is)
  }
}

describe('a group behind a bridge', function () {
  this.timeout(60_000)
  const actors = new ActorsForTests()
  let plants: TwoPlants
  beforeEach(() => {
    members.length = 0
    plants = new TwoPlants(actors, { Cell })
  })
  afterEach(() => plants.close())

  async function start(name: string): Promise<{ member: Member; running: RunningActor }> {
    const running = await actors.start(appOf(name), name, {
      discovery: plants.north.discovery(),
      sink: new EventLog(),
    })
    const member = members.at(-1)
    if (!member) throw new Error('no member was made')
    return { member, running }
  }

  function appOf(name: string): AppDefinition {
    const member = actor({ components: () => ({ member: Member }) })
    return app('north', { actors: { [name]: member }, groups: { Cell } })
  }

  async function watched() {
    await plants.join({ cell: shows(Cell, 'north') })
    return plants.south.start(Watcher)
  }

  const leaderOf = () => members.find(({ cell }) => cell?.isLeader)

  it('is seen there: who is in it, who leads, and that another one does', async () => {
    const all = [await start('A'), await start('B'), await start('C')]
    await until(() => leaderOf() !== undefined)
    const watcher = await watched()
    const { cell } = watcher
    await until(() => cell.last?.members.length === 3 && cell.leader !== undefined)
    await until(() => cell.last?.observers.length === 1)
    expect(cell.last?.group).to.equal('Cell.north')
    expect(cell.last?.members.map(({ actor }) => actor).sort()).to.deep.equal(['A', 'B', 'C'])
    expect(cell.last?.observers.map(({ actor }) => actor)).to.deep.equal(['Gate'])
    const before = leaderOf()
    expect(cell.leader?.id).to.equal(before?.cell?.id)
    expect(cell.token).to.deep.equal(before?.cell?.token)
    expect(cell.ageMs).to.be.within(0, 60_000)
    const token = cell.token ?? { epoch: 0, term: 0 }
    await all.find(({ member }) => member === before)?.running.stop()
    await until(() => cell.leader !== undefined && cell.leader.id !== before?.cell?.id)
    expect(cell.last?.members).to.have.length(2)
    const now = cell.token ?? { epoch: 0, term: 0 }
    expect(now.epoch > token.epoch || now.term > token.term).to.equal(true)
    await until(() => watcher.elected.length > 0 && watcher.of('member-left').length > 0)
    expect(watcher.of('leader-exited').map(({ leader }) => leader.actor)).to.deep.equal([before?.actor.name])
  })

  it('has its polls, actions and messages told there; the observer makes no difference to them', async () => {
    await start('A')
    await start('B')
    await start('C')
    const watcher = await watched()
    await until(() => watcher.cell.last?.members.length === 3 && leaderOf() !== undefined)
    const [a, b, c] = members
    const cell = a?.cell
    if (!a || !b || !c || !cell) throw new Error('nobody joined')
    const outcome = async (votes: readonly boolean[], kind: 'majority' | 'consensus') => {
      for (const [index, each] of [a, b, c].entries()) each.vote = votes[index] === true
      const topic = `${kind} ${votes.join(' ')}`
      return (await cell.requestVote(topic, { kind, timeout: 20_000 })).outcome
    }
    // Of four who are asked two are no majority, and of three they are.
    expect(await outcome([true, true, false], 'majority')).to.equal('yes')
    expect(await outcome([true, false, false], 'majority')).to.equal('no')
    expect(await outcome([true, true, true], 'consensus')).to.equal('yes')
    expect(await outcome([true, true, false], 'consensus')).to.equal('no')
    for (const each of [a, b, c]) each.vote = true
    await until(() => cell.clock.isKnown)
    await cell.requestActionVote('open', cell.clock.now() + 300, { kind: 'majority' })
    cell.send({ kW: 1 })
    await cell.sendOrdered({ kW: 2 })
    await until(() => watcher.of('poll-ended').length === 5 && watcher.of('action').length === 1)
    await until(() => watcher.of('message').length === 1 && watcher.of('ordered-message').length === 1)
    const outcomes = watcher.of('poll-ended').map(({ outcome, isAction }) => [outcome, isAction])
    const expected = ['yes', 'no', 'yes', 'no', 'yes'].map((each, index) => [each, index === 4])
    expect(outcomes).to.deep.equal(expected)
    expect(watcher.of('poll-opened')[0]?.topic).to.equal('majority true true false')
    expect(watcher.of('action')[0]?.action).to.equal('open')
    expect(watcher.of('message')[0]?.message).to.deep.equal({ kW: 1 })
    expect(watcher.of('ordered-message')[0]?.message).to.deep.equal({ kW: 2 })
  })

  it('votes otherwise, and tells of no messages, where the lane says so', async () => {
    await start('A')
    const { member } = await start('B')
    await plants.join({ cell: shows(Cell, 'north', { vote: 'no', messages: false }) })
    const watcher = await plants.south.start(Watcher)
    await until(() => watcher.cell.leader !== undefined && watcher.cell.last?.observers.length === 1)
    const { cell } = member
    cell?.send({ kW: 1 })
    await cell?.sendOrdered({ kW: 2 })
    const result = await cell?.requestVote('all of us', { kind: 'consensus', timeout: 20_000 })
    expect(result?.outcome).to.equal('no')
    await until(() => watcher.of('poll-ended').length === 1)
    expect(watcher.all.filter(({ is }) => is.endsWith('message'))).to.deep.equal([])
  })

  it('has no leader by the observer: one member and it are no quorum', async () => {
    const { member } = await start('A')
    const watcher = await watched()
    const reports: GroupReport[] = []
    await until(() => {
      const { last } = watcher.cell
      if (last && last !== reports.at(-1)) reports.push(last)
      return reports.length > 3
    })
    expect(reports.map(({ leader }) => leader)).to.deep.equal(reports.map(() => null))
    expect(member.cell?.hasLeader).to.equal(false)
    await start('B')
    await until(() => watcher.cell.leader !== undefined)
  })

  it('grows old there while the way is cut, and is told anew afterwards', async () => {
    await start('A')
    await start('B')
    const watcher = await watched()
    const { cell } = watcher
    await until(() => cell.last?.isReached === true && cell.leader !== undefined)
    plants.proxy?.cut(true)
    await until(() => cell.last?.isReached === false)
    expect(cell.ageMs).to.be.at.least(3000)
    const { running } = await start('C')
    plants.proxy?.mend()
    await untilBack(() => cell.last?.isReached === true && cell.last.members.length === 3)
    await until(() => watcher.of('member-joined').some(({ member }) => member.actor === 'C'))
    await running.stop()
  })
})
