import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Dealer, Subscriber } from 'zeromq'
import { type Ballot, NO_BALLOT } from '../../../../groups/ballot.js'
import { Envelope, routingIdOf } from '../../../../groups/driver/frames.js'
import { type GroupTiming, timings } from '../../../../groups/index.js'
import { groupLimits } from '../../../../groups/limits.js'
import type { Body } from '../../../../groups/messages.js'
import { encodeGroupMessage } from '../../../../groups/wire.js'
import { READ_INTEGER_MAX } from '../../../../groups/wire-numbers.js'
import { createSockets, type DealerSocket } from '../../../../ports/index.js'
import { eventually } from '../../../support/eventually.js'
import { introduce, joinDirectly, type TestMember } from './members.js'

const GROUP = 'test/Cell.one'
/** Milliseconds within which a group has a leader again when those who attacked it have gone. */
const AGAIN_MS = 2000
const ID_BYTES = 16

type Form = [name: string, routingId: (id: string) => Buffer]

/** What a stranger that knows the id of a member can call itself; the last one as a member does. */
const mark = Buffer.of(0x67)
const forms: readonly Form[] = [
  ['its mark and id', (id) => Buffer.concat([mark, Buffer.from(id, 'hex')])],
  ['its id and a guess', (id) => Buffer.concat([mark, Buffer.from(id, 'hex'), Buffer.alloc(ID_BYTES)])],
  ['its id and chance', (id) => routingIdOf(id)],
]

/** A message of a member, as bytes. */
function message(from: string, promised: Ballot, body: Body): Buffer {
  const facts = { known: promised.epoch, dead: [], released: [] }
  return Buffer.from(encodeGroupMessage({ from, promised, facts, body }))
}

describe('frames of others on the sockets of a group', () => {
  const ends: (() => void)[] = []
  let victim: TestMember
  let friend: TestMember
  beforeEach(async () => {
    victim = join()
    friend = join()
    await eventually(() => [victim, friend].every(({ peer }) => peer), 'both are bound')
    introduce([victim, friend])
    await eventually(
      () => [victim, friend].every(({ connected }) => connected.length === 1),
      'both are connected',
    )
  })
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  function join(): TestMember {
    return joinDirectly(ends, { quorum: 2, group: GROUP })
  }

  /** A socket at the gans of the victim that calls itself so. */
  function dealer(routingId: Buffer): DealerSocket {
    const sockets = createSockets()
    const made = sockets.dealer({ routingId })
    ends.push(() => sockets.closeAll())
    made.connect(victim.peer?.gans ?? '')
    return made
  }

  async function say(by: DealerSocket, frame: Buffer): Promise<void> {
    await eventually(() => !by.closed, 'it is open')
    for (;;) {
      try {
        return await by.send(frame)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }

  const notices = (): string[] => victim.told('notice').map(({ code }) => code)
  const noticed = (code: string): Promise<void> =>
    eventually(() => notices().includes(code), `notice of ${code}`)

  async function stillWorks(): Promise<void> {
    friend.say('all', 'and yet')
    await eventually(() => victim.messages.some(({ text }) => text === 'and yet'), 'it still hears')
  }

  /** One that is listed, whose sockets are not the driver's. */
  async function listed(): Promise<{ id: string; envelope: Envelope; socket: DealerSocket }> {
    const id = randomBytes(16).toString('hex')
    const envelope = new Envelope(GROUP, id)
    const socket = dealer(routingIdOf(id))
    const nowhere = 'tcp://127.0.0.1:9'
    const peers = [friend.peer, { id, gpub: nowhere, gans: nowhere, isElectable: false }]
    victim.link.send({ do: 'peers', member: 1, peers: peers.flatMap((peer) => peer ?? []) })
    await say(socket, envelope.greeting('hello', victim.id))
    return { id, envelope, socket }
  }

  it('are refused where they come from no member', async () => {
    await say(dealer(randomBytes(16)), Buffer.from('hello'))
    await noticed('foreign')
    await stillWorks()
  })

  it('are refused where they are garbage, one notice for all of a source', async () => {
    const { socket, envelope } = await listed()
    for (let i = 0; i < 50; i++) await say(socket, randomBytes(200).fill(9, 0, 1))
    await say(socket, envelope.control(victim.id, [Buffer.from('no message')]))
    await noticed('garbage')
    await stillWorks()
    expect(notices()).to.deep.equal(['garbage'])
    const refused = (): number => victim.told('refused').reduce((sum, { count }) => sum + count, 0)
    await eventually(() => refused() === 51, 'all of them are counted')
  })

  it('are refused where they are of nothing but lengths, before memory is set aside for each', async () => {
    const { socket, envelope } = await listed()
    await say(socket, Buffer.concat([envelope.control(victim.id, []), Buffer.alloc(2 ** 22)]))
    await noticed('garbage')
    expect(victim.told('notice')[0]?.text).to.match(
      /^refused a control frame of empty messages, or of too many/,
    )
    await stillWorks()
  })

  it('are refused where they tell of an epoch that cannot be one', async () => {
    const { socket, envelope, id } = await listed()
    const promised = { epoch: READ_INTEGER_MAX, term: 1 }
    await say(socket, envelope.control(victim.id, [message(id, promised, { kind: 'tell' })]))
    await noticed('incredible')
    await stillWorks()
  })

  it('do not keep a member busy for ever where a leader lies about its log', async () => {
    const { socket, envelope, id } = await listed()
    const [nobody, one] = [NO_BALLOT, { epoch: 1, term: 1 }]
    const ballot = { epoch: (Date.now() + 3_600_000) * 1000, term: 1 }
    const rest = { genesis: ballot, number: 1, commit: 0, snapshot: undefined }
    const entries = [1, 2, 3].map(() => ({ ballot: nobody, body: { kind: 'begin' } as const }))
    for (const beat of [
      { prev: { ballot: one, index: 0 }, entries: [] },
      { prev: { ballot: nobody, index: 0 }, entries },
      { prev: { ballot: one, index: 3 }, entries: [] },
    ]) {
      await say(
        socket,
        envelope.control(victim.id, [message(id, ballot, { kind: 'beat', ballot, ...rest, ...beat })]),
      )
    }
    await eventually(() => victim.leader === id, 'it follows the liar')
    await stillWorks()
  })

  it('are refused where they are of another group', async () => {
    const { socket, id } = await listed()
    await say(socket, new Envelope('test/Cell.two', id).control(victim.id, []))
    await noticed('foreign')
    await stillWorks()
  })

  it('are refused where they claim to be of another', async () => {
    const { socket } = await listed()
    const asFriend = new Envelope(GROUP, friend.id)
    const parcel = { route: 'all', ballot: undefined, count: 1, parts: [Buffer.from('forged')] } as const
    for (const part of asFriend.users(victim.id, parcel)) await say(socket, part)
    await noticed('forged')
    await stillWorks()
    expect(victim.messages.map(({ text }) => text)).not.to.include('forged')
  })

  it('are refused where a leader that is none says them', async () => {
    await eventually(() => victim.leader !== undefined, 'there is a leader')
    const { socket, envelope } = await listed()
    const ballot = { epoch: 1, term: 1 }
    const parcel = { route: 'from-leader', ballot, count: 1, parts: [Buffer.from('obey')] } as const
    for (const part of envelope.users(victim.id, parcel)) await say(socket, part)
    await noticed('old-ballot')
    expect(victim.messages.map(({ text }) => text)).not.to.include('obey')
  })

  it('of one that is not listed are dropped without a word, for its listing may be on its way', async () => {
    const id = randomBytes(16).toString('hex')
    const socket = dealer(routingIdOf(id))
    const envelope = new Envelope(GROUP, id)
    await say(socket, envelope.greeting('hello', victim.id))
    const parcel = { route: 'all', ballot: undefined, count: 1, parts: [Buffer.from('stranger')] } as const
    for (const part of envelope.users(victim.id, parcel)) await say(socket, part)
    await stillWorks()
    expect(victim.messages.map(({ text }) => text)).not.to.include('stranger')
    expect(notices()).to.deep.equal([])
  })

  it('of one that was taken for another, as its port is used again, are passed over', async () => {
    const { socket, id } = await listed()
    const envelope = new Envelope(GROUP, id)
    const parcel = { route: 'all', ballot: undefined, count: 1, parts: [Buffer.from('for another')] } as const
    for (const part of envelope.users(randomBytes(16).toString('hex'), parcel)) await say(socket, part)
    await stillWorks()
    expect(victim.messages.map(({ text }) => text)).not.to.include('for another')
    expect(notices()).to.deep.equal([])
  })

  it('do no harm where a listing says an address that is none', async () => {
    const nowhere = { id: randomBytes(16).toString('hex'), gpub: 'nowhere', gans: '', isElectable: true }
    victim.link.send({ do: 'peers', member: 1, peers: [nowhere, ...(friend.peer ? [friend.peer] : [])] })
    await noticed('garbage')
    await stillWorks()
  })

  it('that are no subscriptions are refused', async () => {
    const subscriber = new Subscriber({ linger: 0 })
    ends.push(() => subscriber.close())
    subscriber.subscribe('everything')
    subscriber.connect(victim.peer?.gpub ?? '')
    await noticed('foreign')
    await stillWorks()
  })

  it('that subscribe for made-up members leave room for those that join', async () => {
    const subscriber = new Subscriber({ linger: 0 })
    ends.push(() => subscriber.close())
    subscriber.connect(victim.peer?.gpub ?? '')
    const envelope = new Envelope(GROUP, victim.id)
    for (let n = 0; n <= groupLimits.participants; n++) {
      subscriber.subscribe(envelope.ownTopic(victim.id, randomBytes(16).toString('hex')))
    }
    // Each of them that finds a place is welcomed.
    for (let welcomes = 0; welcomes < groupLimits.participants; welcomes++) await subscriber.receive()
    const third = join()
    await eventually(() => third.peer !== undefined, 'it is bound')
    introduce([victim, friend, third])
    await eventually(() => third.connected.includes(victim.id), 'it is connected')
    victim.say('all', 'welcome')
    await eventually(() => third.messages.some(({ text }) => text === 'welcome'), 'it hears')
  })

  it('of a socket of another kind do no harm', async () => {
    const stranger = new Dealer({ linger: 0 })
    ends.push(() => stranger.close())
    stranger.connect(victim.peer?.gpub ?? '')
    await stillWorks()
  })
})

describe('connections of others in the name of a member of a group', () => {
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  async function group(timing: GroupTiming): Promise<[leader: TestMember, other: TestMember]> {
    const [a, b] = [join(timing), join(timing)]
    await eventually(() => a.peer !== undefined && b.peer !== undefined, 'both are bound')
    introduce([a, b])
    await eventually(() => [a, b].every(({ participants }) => participants.length === 2), 'both take part')
    return a.leads ? [a, b] : [b, a]
  }

  function join(timing: GroupTiming): TestMember {
    return joinDirectly(ends, { quorum: 2, timing, group: GROUP })
  }

  /** Connects to the gans of a member under the routing id of another. */
  async function intrude(to: TestMember, routingId: Buffer): Promise<{ socket: DealerSocket; end(): void }> {
    const sockets = createSockets()
    const socket = sockets.dealer({ routingId })
    const end = (): void => sockets.closeAll()
    ends.push(end)
    let isConnected = false
    socket.events.on('handshake', () => {
      isConnected = true
    })
    socket.connect(to.peer?.gans ?? '')
    await eventually(() => isConnected, 'it is connected')
    return { socket, end }
  }

  /** Both ways, and by way of the leader. */
  async function decides(by: TestMember): Promise<void> {
    const tag = by.poll()
    const isSettled = (): boolean => by.effects('settled').some((each) => each.tag === tag)
    await eventually(isSettled, 'the poll is settled')
    const settled = by.effects('settled').find((each) => each.tag === tag)
    expect(settled).to.deep.include({ as: 'done', outcome: 'yes' })
  }

  const says: readonly [what: string, frames: () => Buffer[]][] = [
    ['says nothing', () => []],
    ['says garbage', () => [randomBytes(20), Buffer.alloc(0), randomBytes(5000)]],
  ]
  for (const [what, frames] of says) {
    it(`leave the group its leader where one of them ${what}`, async function () {
      this.timeout(30_000)
      const members = await group(timings.wan)
      const [leader, other] = members
      const ballot = leader.reader.read()
      const intruders: { end(): void }[] = []
      for (const [to, as] of [members, [other, leader] as const]) {
        for (const [, routingId] of forms) {
          const intruder = await intrude(to, routingId(as.id))
          for (const frame of frames()) await intruder.socket.send(frame)
          intruders.push(intruder)
        }
      }
      for (const member of members) await decides(member)
      for (const { end } of intruders) end()
      for (const member of members) await decides(member)
      expect(leader.reader.read(), 'the same leader, by the same election').to.deep.equal(ballot)
      for (const member of members) {
        expect(member.effects('leader').map(({ id }) => id)).to.deep.equal([leader.id])
        expect(member.told('broken')).to.deep.equal([])
      }
    })
  }

  it('that say hello in its name leave the group a leader soon after they have gone', async function () {
    this.timeout(30_000)
    const members = await group(timings.lan)
    const pairs = [members, [members[1], members[0]] as const]
    const intruders = await Promise.all(
      pairs.map(async ([to, as]) => ({ to, as, ...(await intrude(to, routingIdOf(as.id))) })),
    )
    const untilMs = performance.now() + 2000
    while (performance.now() < untilMs) {
      for (const { to, as, socket } of intruders) {
        const hello = new Envelope(GROUP, as.id).greeting('hello', to.id)
        await socket.send(hello).catch(() => undefined)
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    for (const { end } of intruders) end()
    const endMs = performance.now()
    await eventually(() => members.some(({ leads }) => leads), 'there is a leader')
    for (const member of members) await decides(member)
    expect(performance.now() - endMs).to.be.below(AGAIN_MS)
    const all = (): boolean => members.every(({ connected }) => connected.length === 1)
    await eventually(all, 'both are connected')
  })
})
