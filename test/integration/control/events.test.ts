/** What an actor tells by its doors without being asked: each event is brought about, and then waited for. */
import { expect } from 'chai'
import { z } from 'zod'
import { ActorCommand, ApiCommand, ApiEventKind, ApiTopic } from '../../../control/index.js'
import { actor, Component } from '../../../runtime/index.js'
import type { Event } from '../../support/events.js'
import { type Gate, hold, Member, NORTH } from './members.js'
import { call, electionIn, isLater, isOf, own, WatchedActors, type WatchedHere } from './watched-actors.js'

const { LEADER_ELECTED, LEADER_LOST } = ApiEventKind
const ELECTION = ['group', 'member', 'actor', 'component', 'epoch', 'term']
/** Longer than a leader keeps the lead without a sign of life. */
const STALL_MS = 1200

class Plain extends Component<Gate> {
  readonly rate = this.property('rate', z.number(), { value: 1, writable: true })
  readonly work = this.command('work', z.object({ ms: z.number() }), ({ ms }) => hold(ms), {
    deadline: '2ms',
  })

  override onActivate(): Promise<void> {
    return this.params.isHeard
  }
}

describe('what an actor tells of itself', function () {
  this.timeout(30_000)
  const actors = new WatchedActors()
  const member = (name: string): Promise<WatchedHere> =>
    actors.start(name, (isHeard) => actor({ components: () => ({ it: [Member, { isHeard }] }) }))
  const plain = (): Promise<WatchedHere> =>
    actors.start('Plain', (isHeard) => actor({ components: () => ({ it: [Plain, { isHeard }] }) }))

  async function members(): Promise<WatchedHere[]> {
    const all: WatchedHere[] = []
    for (const name of ['A', 'B', 'C']) all.push(await member(name))
    return all
  }

  it('that it is ready, and that it stops', async () => {
    const { running, id, heard } = await plain()
    const self = { app: actors.app, actor: 'Plain', id }
    expect(await heard.event(ApiEventKind.APPLICATION_LAUNCHED)).to.deep.equal(self)
    await running.stop()
    expect(await heard.event(ApiEventKind.APPLICATION_TERMINATING)).to.deep.equal(self)
  })

  it('which peers come, and which go', async () => {
    const { heard } = await plain()
    const { running, id } = await member('A')
    const peer = { actor: 'A', actorId: id }
    expect(await heard.event(ApiEventKind.PEER_CONNECTED)).to.deep.equal(peer)
    await running.stop()
    expect(await heard.event(ApiEventKind.PEER_DISCONNECTED)).to.deep.equal(peer)
  })

  it('who leads its groups, who leads no more, and that too few are left', async () => {
    const all = await members()
    const election = await electionIn(all)
    expect(election).to.include({ group: NORTH, component: 'it' }).and.have.all.keys(ELECTION)
    expect(['A', 'B', 'C']).to.include(election.actor)
    const leader = all.find(isOf(election)) ?? expect.fail('a stranger leads')
    await leader.running.stop()
    const others = all.filter((each) => each !== leader)
    const isOther = (each: Event): boolean => isLater(each, election) && !isOf(each)(leader)
    const successions = others.map(async ({ heard }) => {
      expect(await heard.event(LEADER_LOST, ({ term }) => term === election.term)).to.deep.equal(election)
      return heard.event(LEADER_ELECTED, isOther)
    })
    const [next = expect.fail('nobody'), again] = await Promise.all(successions)
    expect(again).to.deep.equal(next)
    const [second, last] = isOf(next)(others[0] ?? leader) ? others : others.toReversed()
    await second?.running.stop()
    expect(await last?.heard.event(LEADER_LOST, isOther)).to.deep.equal(next)
    expect(await last?.heard.event(ApiEventKind.QUORUM_LOST)).to.deep.equal({ group: NORTH })
  })

  it('in which ballot one led who handed over, not in which the next does', async () => {
    const all = await members()
    const election = await electionIn(all)
    const leader = all.find(isOf(election)) ?? expect.fail('a stranger leads')
    expect(await own(leader.client, ActorCommand.GROUP_TRANSFER, { group: NORTH })).to.include({
      result: 100,
    })
    for (const { heard } of all) expect(await heard.event(LEADER_LOST)).to.deep.equal(election)
  })

  it('its status at any moment, also while another begins to lead', async () => {
    const all = await members()
    let leader = await electionIn(all)
    for (let change = 0; change < 3; change++) {
      const former = all.find(isOf(leader)) ?? expect.fail('a stranger leads')
      let isOver = false
      const asking = all.map(async ({ client }) => {
        while (!isOver) expect(await client.run(ApiCommand.GET_STATUS)).to.include({ result: 100 })
      })
      await own(former.client, ActorCommand.GROUP_TRANSFER, { group: NORTH })
      const before = leader
      const elected = all.map(({ heard }) =>
        heard.event(ApiEventKind.LEADER_ELECTED, (each) => isLater(each, before)),
      )
      ;[leader = before] = await Promise.all(elected)
      isOver = true
      await Promise.all(asking)
    }
  })

  it('how the polls of its groups end, whoever asked for them', async () => {
    const all = await members()
    const leader = all.find(isOf(await electionIn(all)))
    const polls = [
      { asked: leader, topic: 'go', outcome: 'yes' },
      { asked: all.find((each) => each !== leader), topic: 'stay', outcome: 'no' },
    ]
    for (const { asked = expect.fail('nobody'), topic, outcome } of polls) {
      const wanted = { group: NORTH, topic, kind: 'consensus' }
      const { data } = await own(asked.client, ActorCommand.GROUP_VOTE, wanted)
      expect(data).to.include({ outcome, topic })
      const { id: poll } = z.object({ id: z.string() }).parse(data)
      for (const { heard } of all) {
        const told = await heard.event(ApiEventKind.POLL_ENDED, (each) => each.poll === poll)
        expect(told).to.deep.equal({ ...wanted, poll, outcome })
      }
    }
  })

  it('which deadlines were missed', async () => {
    const { client, heard } = await plain()
    expect(await call(client, 'work', { ms: 5 })).to.include({ result: 100 })
    const { took, ...missed } = await heard.event(ApiEventKind.DEADLINE_MISSED)
    expect(missed).to.deep.equal({ component: 'it', port: 'work', deadline: 2 })
    expect(took).to.be.at.least(5)
  })

  it('that its event loop stood still, where it has joined a group', async () => {
    const { client, heard } = await member('A')
    expect(await call(client, 'work', { ms: STALL_MS })).to.include({ result: 100 })
    const { ms } = await heard.event(ApiEventKind.STALLED)
    expect(ms).to.be.at.least(STALL_MS)
  })

  it('what its properties become, whoever sets them', async () => {
    const { client, heard } = await plain()
    expect(await own(client, ActorCommand.SET, { name: 'rate', value: 7 })).to.include({ result: 100 })
    const change = await heard.log.event(({ topic }) => topic === ApiTopic.PROPERTY_CHANGE)
    expect(change).to.deep.include({ objectId: 'it', propertyName: 'rate', newValue: 7, oldValue: 1 })
  })
})
