/**
 * Groups of real processes, with threads, sockets and seats: killed leaders, actions, and a busy main thread.
 */
import { expect } from 'chai'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { timings } from '../../../groups/index.js'
import { type ActorProcess, ActorProcesses } from '../../support/actor-process.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { type Event, EventLog, until } from '../../support/events.js'
import { Cellist, cells } from '../../unit/runtime/groups/cell.js'

const APP = 'test/fixtures/apps/cell.ts'

describe('a group of processes', function () {
  this.timeout(60_000)
  const processes = new ActorProcesses()
  let count = 0
  beforeEach(() => {
    // Seats are of the host, and another run may be at it.
    process.env.CELL_APP = `cells-${process.pid}-${count++}`
  })
  afterEach(async () => {
    delete process.env.CELL_APP
    await processes.end()
  })

  async function start(number: number, ...args: string[]): Promise<ActorProcess[]> {
    const all = await Promise.all(
      Array.from({ length: number }, () => processes.start(APP, ['Member', ...args])),
    )
    return all
  }

  const isElection = ({ msg }: Event): boolean => msg === 'I lead' || msg === 'is led'

  /** What each said of a leader last, where all name one. */
  function elected(members: readonly ActorProcess[], but = ''): readonly Event[] | undefined {
    const last = members.flatMap(({ log }): readonly Event[] => {
      const event = log.events.filter(isElection).at(-1)
      return event ? [event] : []
    })
    const [first] = last
    const isOne = last.length === members.length && last.every(({ leader }) => leader === first?.leader)
    return isOne && first?.leader !== but ? last : undefined
  }

  async function untilElected(members: readonly ActorProcess[], but?: string): Promise<readonly Event[]> {
    await until(() => elected(members, but) !== undefined)
    return elected(members, but) ?? []
  }

  it('has one leader, and another with a higher token soon after that is killed', async () => {
    const members = await start(3)
    const [before] = await untilElected(members)
    const leader = members.find(({ log }) => log.events.some(({ msg }) => msg === 'I lead'))
    if (!before || !leader) throw new Error('nobody leads')
    const others = members.filter((each) => each !== leader)
    // Until the end of its birth word the youngest votes for nobody, which has no other sign.
    const joined = await Promise.all(members.map(({ log }) => log.saying('joined')))
    await until(() => joined.every(({ t }) => Date.now() > Number(t) + timings.lan.word))
    const killedAt = Date.now()
    process.kill(leader.pid, 'SIGKILL')
    const after = await untilElected(others, String(before.leader))
    for (const event of after) {
      // Some 40 ms; without a witness the lease alone would take 500.
      expect(Number(event.t) - killedAt).to.be.below(500)
      const [epoch, term] = [Number(event.epoch), Number(event.term)]
      expect(epoch > Number(before.epoch) || term > Number(before.term)).to.equal(true)
    }
  })

  it('acts at one moment', async () => {
    const members = await start(3, '--actions', '10')
    await Promise.all(members.map(({ log }) => log.saying('all actions done')))
    const isTold = (msg: unknown) => msg === 'acted' || msg === 'missed an action'
    const told = members.map(({ log }) => log.events.filter(({ msg }) => isTold(msg)))
    for (let action = 0; action < 10; action++) {
      const each = told.map((events) => events[action])
      expect(each.map((event) => event?.action)).to.deep.equal([action, action, action])
      const moments = each.filter((event) => event?.msg === 'acted').map((event) => Number(event?.atMs))
      // Less than one where the machine is free.
      expect(Math.max(...moments) - Math.min(...moments)).to.be.below(50)
    }
    // Who stood still over a moment acts not at all, and says so: on a busy machine one may, once.
    expect(told.flat().filter(({ msg }) => msg === 'missed an action')).to.have.length.at.most(1)
  })

  it('is led by another while the main thread of the leader is stuck', async () => {
    const members = await start(3, '--blockMs', '4000')
    const [before] = await untilElected(members)
    const leader = members.find(({ log }) => log.events.some(({ msg }) => msg === 'I lead'))
    if (!before || !leader) throw new Error('nobody leads')
    const others = members.filter((each) => each !== leader)
    const [after] = await untilElected(others, String(before.leader))
    const stalled = await leader.log.saying('stalled')
    expect(Number(after?.t)).to.be.below(Number(stalled.t))
    expect(Number(stalled.ms)).to.be.above(3000)
  })
})

describe('a group of actors in one process', function () {
  this.timeout(30_000)
  const actors = new ActorsForTests()

  it('gives its seats to as many as there are, and the next one when one is free', async () => {
    const network = createMemoryNetwork()
    const logs: EventLog[] = []
    const start = (name: string) => {
      const sink = new EventLog()
      logs.push(sink)
      return actors.start(cells, name, { discovery: memoryDiscovery(network), sink })
    }
    const made: Cellist[] = []
    const noted = Cellist.made((each) => made.push(each))
    const [first] = [await start('A'), await start('B'), await start('C'), await start('D')]
    noted()
    await until(() => made.every(({ in: { size, hasLeader } }) => size === 4 && hasLeader))
    const [a, , , d] = made
    expect(a?.in.observers.map(({ actor }) => actor)).to.deep.equal(['D'])
    expect(
      logs[3]?.events.some(({ msg }) => String(msg).includes('all seats of Cell.north here are taken')),
    ).to.equal(true)
    await first.stop()
    await until(() => d?.in.members.some(({ isSelf }) => isSelf) === true)
  })
})
