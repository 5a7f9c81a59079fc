/** Joining and leaving: where RIAPS blocks, knows nothing of what was before, and listens to strangers. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { XPublisher } from 'zeromq'
import { Envelope } from '../../groups/driver/frames.js'
import { createLeaseCell, LeaseReader } from '../../groups/host/index.js'
import { timings } from '../../groups/timing.js'
import { createTestNetwork, type TestNetwork } from '../../testing/index.js'
import { introduce, joinDirectly, type TestMember } from '../integration/groups/driver/members.js'
import { belongTogether } from '../integration/groups/host/numbers.js'
import { bundled } from '../support/bundled.js'
import { eventually } from '../support/eventually.js'
import { first } from '../unit/runtime/groups/cells.js'
import { Crew } from './crew.js'

const LEASE_WRITER = new URL('../integration/groups/host/programs/lease-writer.ts', import.meta.url)

describe('one that joins a group', () => {
  let network: TestNetwork
  beforeEach(() => {
    network = createTestNetwork()
  })
  afterEach(() => network.close())

  it('is connected to all when it has joined, in less than 100 ms (RIAPS: 1 s, and who knows)', async () => {
    const crew = await Crew.of(network, 'Three', 4)
    const before = [...crew.members]
    const started = await crew.start(1)
    // It has found the others.
    await network.advance('1s')
    const beganMs = network.now
    const late = first(await crew.join(started))
    expect(network.now - beganMs).to.be.below(100)
    late.in.send({ n: 7 })
    await crew.until(() => before.every(({ messages }) => messages.includes(7)), 50)
    const leftMs = network.now
    await network.settled(late.leave(late.in))
    expect(network.now - leftMs).to.be.below(100)
  })

  it('knows leader, members and values in 10 heartbeats, and misses nothing (RIAPS: a third)', async () => {
    const crew = await Crew.of(network, 'Two', 3)
    const [leader, follower] = crew.members
    if (!leader || !follower) throw new Error('two are missing')
    await network.settled(follower.in.state.set('limit', 5))
    await network.settled(follower.in.sendOrdered({ n: 1 }))
    let n = 0
    const ticks = setInterval(() => follower.in.send({ n: n++ }), 2)
    await crew.pass(200)
    const late = first(await crew.join(1))
    await crew.until(() => late.in.hasLeader && late.in.size === 4, 10 * timings.lan.heartbeat)
    expect(late.in.leader?.id).to.equal(leader.in.id)
    expect(late.in.state.get('limit')).to.equal(5)
    await crew.pass(800)
    clearInterval(ticks)
    await crew.until(() => late.messages.at(-1) === n - 1)
    const begins = first(late.messages)
    expect(late.messages).to.deep.equal(Array.from({ length: n - begins }, (_, at) => begins + at))
    expect(late.in.stats.missed).to.equal(0)
    expect(begins, 'heard from before it was listed as a member').to.be.below(150)
  })

  it('unseats nobody, and is no leader for a moment, however often it comes and goes', async () => {
    const crew = await Crew.of(network, 'Three', 4)
    for (let round = 0; round < 10; round++) {
      const late = first(await crew.join(1))
      await crew.pass(round * 37)
      crew.kill(late)
      await crew.pass(round * 53)
    }
    expect([crew.mostActing, crew.hasGoneBack]).to.deep.equal([1, false])
    expect(crew.elections).to.deep.equal([0, 0, 0, 0])
  })
})

describe('one that reads its group', () => {
  let writer: Worker | undefined
  afterEach(() => writer?.terminate())

  it('sees a token whole while another thread writes it (RIAPS: two threads, and no lock)', () => {
    const cell = createLeaseCell()
    const workerData = [cell, new SharedArrayBuffer(4)]
    writer = new Worker(bundled(fileURLToPath(LEASE_WRITER)), { workerData })
    const reader = new LeaseReader(cell)
    let [seen, term] = [0, 0]
    while (seen < 200) {
      const lease = reader.published()
      if (!lease || lease.ballot.term === term) continue
      if (!belongTogether(lease)) expect.fail(`torn: ${JSON.stringify(lease)}`)
      term = lease.ballot.term
      seen++
    }
  })
})

describe('one that is gone', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  function join(): TestMember {
    return joinDirectly(ends, { quorum: 2, group: 'test/Cell.one' })
  }

  /** A socket on the port of another, as soon as that is free, and what was subscribed to there. */
  async function bound(endpoint: string): Promise<XPublisher> {
    const socket = new XPublisher({ linger: 0 })
    ends.push(() => socket.close())
    for (;;) {
      try {
        await socket.bind(endpoint)
        return socket
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }

  it('is not taken for a stranger who got its port (RIAPS: whose messages are taken in)', async () => {
    const [gone, stays] = [join(), join()]
    await eventually(() => [gone, stays].every(({ peer }) => peer), 'both are bound')
    introduce([gone, stays])
    await eventually(() => stays.connected.length === 1, 'they are connected')
    const endpoint = gone.peer?.gpub ?? ''
    gone.link.close()
    const stranger = await bound(endpoint)
    // It comes back to this address, as it was never told another.
    await stranger.receive()
    const say = { route: 'all', ballot: undefined, count: 1, parts: [Buffer.from('crosstalk')] } as const
    for (const group of ['test/Cell.one', 'test/Cell.two', 'other/Cell.one']) {
      const envelope = new Envelope(group, randomBytes(16).toString('hex'))
      for (const part of envelope.users(undefined, say)) await stranger.send(part)
    }
    await stranger.send('anything')
    const friend = join()
    await eventually(() => friend.peer !== undefined, 'it is bound')
    introduce([stays, friend])
    await eventually(() => friend.connected.includes(stays.id), 'it is connected')
    await eventually(() => {
      friend.say('all', 'hello')
      return stays.messages.some(({ text }) => text === 'hello')
    }, 'a member is heard')
    expect(stays.messages.filter(({ text }) => text !== 'hello')).to.deep.equal([])
  })
})
