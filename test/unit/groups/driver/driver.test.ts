/** The driver on sockets in memory, and a clock that belongs to the test: every run is the same. */
import { expect } from 'chai'
import { DIRECT, Envelope, routingIdOf } from '../../../../groups/driver/frames.js'
import { directLink, driverLimits } from '../../../../groups/driver/index.js'
import type { LinkEvent, Moment } from '../../../../groups/index.js'
import { timings } from '../../../../groups/index.js'
import { type DealerSocket, portLimits, type RouterSocket, type Sockets } from '../../../../ports/index.js'
import { VirtualClock } from '../../../../testing/clock/virtual-clock.js'
import { Hosts } from '../../../../testing/hosts.js'
import { randomFrom } from '../../../../testing/random.js'
import type { MemorySocket } from '../../../../testing/sockets/memory-socket.js'
import { createMemorySockets } from '../../../../testing/sockets/memory-sockets.js'
import { introduce, type MemberOptions, TestMember } from '../../../integration/groups/driver/members.js'

const now = (): Moment => ({ monoMs: performance.now(), wallUs: Date.now() * 1000 })
const PATIENCE_MS = 60_000
/** See Envelope. */
const [DIRECT_VERSION, CONTROL] = new Envelope('', '').control(DIRECT, [])

/** Whether parts that a member sends say something, and not just that it is there. */
function isSaying(parts: Buffer | Buffer[]): boolean {
  const frame = Array.isArray(parts) ? parts.at(-1) : parts
  return frame?.[0] === DIRECT_VERSION && frame?.[1] === CONTROL
}

/** Tells what the sockets that decide on leases receive and say. */
function watch(sockets: Sockets, happened: (what: 'received' | 'sent') => void): void {
  const watched = <S extends RouterSocket | DealerSocket>(socket: S): S => {
    const receive = socket.receive.bind(socket)
    const send = socket.send.bind(socket)
    socket.receive = async () => {
      const parts = await receive()
      happened('received')
      return parts
    }
    socket.send = (parts) => {
      if (isSaying(parts)) happened('sent')
      return send(parts)
    }
    return socket
  }
  const { router, dealer } = sockets
  sockets.router = (bounds) => watched(router(bounds))
  sockets.dealer = (options) => watched(dealer(options))
}

describe('the driver of groups, in memory', () => {
  let clock: VirtualClock
  let hosts: Hosts<MemorySocket>
  let members: TestMember[]
  let kills: Map<TestMember, () => void>
  beforeEach(() => {
    clock = new VirtualClock()
    hosts = new Hosts<MemorySocket>(() => 1)
    members = []
    kills = new Map()
    asleepMs = new Map()
  })
  afterEach(() => {
    for (const kill of kills.values()) kill()
    clock.end()
  })

  async function until(isSo: () => boolean): Promise<void> {
    if (!(await clock.until(isSo, PATIENCE_MS))) expect.fail(`it never came to this: ${isSo}`)
  }

  /** For how long their machines stood still, by the number of the member. */
  let asleepMs: Map<number, number>
  /** What is called when a driver reads its clocks, or its sockets receive or send. */
  let happened: (what: 'clocks' | 'received' | 'sent', number: number) => void = () => undefined

  function join(options: Partial<MemberOptions> & { stallMs?: number } = {}): TestMember {
    const number = members.length
    const host = hosts.host(`host ${number}`)
    const sockets = createMemorySockets(hosts, host)
    watch(sockets, (what) => happened(what, number))
    const random = randomFrom(number + 1)
    const { stallMs } = options
    const read = (): Moment => {
      happened('clocks', number)
      const { monoMs, wallUs } = now()
      return { monoMs, wallUs: wallUs + (asleepMs.get(number) ?? 0) * 1000 }
    }
    const open = directLink({ sockets, now: read, random, stallMs })
    const id = `${number}`.repeat(32)
    const timing = timings.lan
    const member = new TestMember({ ...{ open, quorum: 2, timing, host: host.address, now, id }, ...options })
    members.push(member)
    kills.set(member, () => {
      sockets.die()
      member.link.close()
      sockets.closeAll()
    })
    return member
  }

  async function group(count: number, options: Partial<MemberOptions> & { stallMs?: number } = {}) {
    for (let i = 0; i < count; i++) join(options)
    await until(() => members.every(({ peer }) => peer))
    introduce(members)
    await until(() => members.every(({ connected }) => connected.length === count - 1))
  }

  async function leader(among = members): Promise<TestMember> {
    const found = (): TestMember | undefined => among.find(({ leads }) => leads)
    await until(() => found() !== undefined && among.every((each) => each.leader === found()?.id))
    await until(() => among.every(({ participants }) => participants.length >= among.length))
    return found() ?? expect.fail('no leader')
  }

  it('G4.7 The clocks of a step are read after the messages that go into it were received.', async () => {
    await group(3)
    await leader()
    const last = new Map<number, string>()
    let [steps, early] = [0, 0]
    happened = (what, number) => {
      if (what === 'sent' && last.get(number) === 'received') early++
      if (what === 'clocks' && last.get(number) === 'received') steps++
      last.set(number, what)
    }
    members[0]?.poll()
    await clock.advance(1000)
    happened = () => undefined
    expect({ early, enough: steps > 50 }).to.deep.equal({ early: 0, enough: true })
  })

  it('G11.2 A refused connection is no proof of a death, only a reason to ask its host.', async () => {
    await group(3)
    const first = await leader()
    kills.get(first)?.()
    const rest = members.filter((member) => member !== first)
    await until(() => rest.every((member) => member.told('broken').length > 0))
    const brokenMs = clock.nowMs
    await clock.advance(timings.lan.lease - timings.lan.heartbeat - 50)
    expect(
      rest.filter(({ leads }) => leads),
      'within its lease',
    ).to.deep.equal([])
    await leader(rest)
    expect(clock.nowMs - brokenMs).to.be.above(timings.lan.electionMin - timings.lan.heartbeat - 50)
  })

  it('elects one leader, and the next when it is certified dead', async () => {
    await group(3)
    const first = await leader()
    kills.get(first)?.()
    const rest = members.filter((member) => member !== first)
    const startMs = clock.nowMs
    for (const member of rest) {
      await until(() => member.told('broken').length > 0)
      member.input({ kind: 'dead', id: first.id })
    }
    const second = await leader(rest)
    expect(second).not.to.equal(first)
    expect(clock.nowMs - startMs).to.be.below(100)
  })

  it('tells once that a connection broke, and connects again when the cable is mended', async () => {
    await group(2)
    const [a, b] = members
    if (!a || !b) expect.fail('there are two')
    hosts.cut(hosts.host('host 0'), hosts.host('host 1'))
    await until(() => a.told('broken').length > 0 && b.told('broken').length > 0)
    await clock.advance(5000)
    expect(a.told('broken')).to.deep.equal([{ is: 'broken', member: 1, id: b.id }])
    expect([a.connected, b.connected]).to.deep.equal([[], []])
    hosts.heal(hosts.host('host 0'), hosts.host('host 1'))
    await until(() => a.connected.length === 1 && b.connected.length === 1)
  })

  it('brings messages in a group that has no leader', async () => {
    await group(2, { quorum: undefined })
    const [a, b] = members
    a?.say('all', 'hello')
    a?.say('to-leader', 'nobody')
    await until(() => b?.messages.length === 1)
    expect(b?.messages[0]).to.deep.include({ route: 'all', from: a?.id, text: 'hello' })
    await until(() => a?.told('unsent').length === 1)
    expect(a?.told('unsent')).to.deep.equal([{ is: 'unsent', member: 1, route: 'to-leader', count: 1 }])
  })

  it('takes observers in, who vote but never lead', async () => {
    await group(3)
    await leader()
    const observer = join({ isElectable: false })
    await until(() => observer.peer !== undefined)
    introduce(members)
    const first = await leader()
    expect(first).not.to.equal(observer)
    const tag = observer.poll()
    await until(() => observer.effects('settled').some((each) => each.tag === tag))
    expect(observer.effects('settled')).to.deep.equal([{ kind: 'settled', tag, as: 'done', outcome: 'yes' }])
    expect(first.effects('ended')[0]?.ended.poll.electorate).to.have.members(members.map(({ id }) => id))
  })

  it('voids the lease before it says that it leads no more', async () => {
    await group(3)
    const first = await leader()
    const leases: boolean[] = []
    first.on = (event) => {
      if (event.is === 'effect' && event.effect.kind === 'leader') leases.push(first.leads)
    }
    // Until one of them has all that there is.
    await clock.advance(50)
    first.input({ kind: 'hand-over', to: undefined })
    await until(() => leases.length > 0)
    expect(leases[0]).to.equal(false)
    expect(await leader()).not.to.equal(first)
  })

  it('hands over where the main thread gives no sign of life', async () => {
    await group(3, { stallMs: 1000 })
    const first = await leader()
    first.link.send({ do: 'alive' })
    await until(() => !first.leads)
    const rest = members.filter((member) => member !== first)
    const second = await leader(rest)
    expect(first.effects('leader').at(-1)?.id).not.to.equal(first.id)
    // It votes, but stands for nothing, not even where it is asked to.
    kills.get(second)?.()
    const third = await leader(rest.filter((member) => member !== second))
    third.link.send({ do: 'alive' })
    third.input({ kind: 'hand-over', to: first.id })
    await until(() => !third.leads)
    await until(() => third.leads)
    expect(first.leads).to.equal(false)
    first.link.send({ do: 'alive' })
    third.link.send({ do: 'alive' })
    third.input({ kind: 'hand-over', to: first.id })
    await until(() => first.leads)
  })

  it('tells that the clock is not known where the machine stood still, until it is measured', async () => {
    await group(3)
    const first = await leader()
    await clock.advance(2000)
    const sleeper = members.find((member) => member !== first) ?? expect.fail('there are three')
    const before = sleeper.told('clock').length
    asleepMs.set(members.indexOf(sleeper), 5000)
    await until(() => sleeper.told('clock').length > before + 1)
    const [forgotten, measured] = sleeper.told('clock').slice(before)
    expect(forgotten).to.include({ reading: undefined })
    expect(measured?.reading?.errorMs).to.be.below(3)
    expect(first.told('clock').every(({ reading }) => reading)).to.equal(true)
  })

  it('loses nothing for the others where one does not read, and tells what that one misses', async () => {
    await group(2, { quorum: undefined })
    const [a, b] = members
    if (!a?.peer || !b) expect.fail('there are two')
    const deaf = createMemorySockets(hosts, hosts.host('deaf'))
    const socket = deaf.subscriber()
    const envelope = new Envelope('test/Cell.one', a.id)
    socket.subscribe(envelope.liveTopic(a.id), envelope.ownTopic(a.id, 'd'.repeat(32)))
    socket.connect(a.peer.gpub)
    await clock.advance(100)
    const room = driverLimits.queueFrames + portLimits.queueFrames
    for (let i = 0; i < room + 500; i++) {
      a.say('all', `${i}`)
      if (i % 100 === 0) await clock.advance(5)
    }
    await until(() => b.messages.length === room + 500)
    expect(b.messages.map(({ text }) => Number(text))).to.deep.equal([...b.messages.keys()])
    const unsent = a.told('unsent').reduce((sum, { count }) => sum + count, 0)
    // The welcome takes the place of one.
    expect(unsent).to.equal(501)
    deaf.closeAll()
  })

  it('tells the group clock, and how well it is known', async () => {
    await group(3)
    const first = await leader()
    await clock.advance(2000)
    const last = (member: TestMember) => member.told('clock').at(-1)?.reading ?? expect.fail('no clock')
    for (const member of members) {
      const { offsetMs, errorMs } = last(member)
      expect(Math.abs(offsetMs - last(first).offsetMs)).to.be.at.most(errorMs + 1e-6)
      expect(errorMs).to.be.below(3)
    }
    const before = first.told('clock').length
    await clock.advance(2000)
    expect(first.told('clock').length - before).to.be.within(1, 4)
  })

  it('a member that leaves is known to have left, and its place is taken', async () => {
    await group(3)
    const first = await leader()
    first.link.send({ do: 'leave', member: 1 })
    await until(() => first.told('left').length === 1)
    const rest = members.filter((member) => member !== first)
    const startMs = clock.nowMs
    await until(() => rest.every(({ participants }) => !participants.includes(first.id)))
    const second = await leader(rest)
    expect(clock.nowMs - startMs).to.be.below(200)
    expect(second).not.to.equal(first)
  })

  it('a member that leaves tells of what it refused last, before it has left', async () => {
    await group(2, { quorum: undefined })
    const [a] = members
    if (!a?.peer) expect.fail('there are two')
    const strange = createMemorySockets(hosts, hosts.host('strange'))
    const dealer = strange.dealer({ routingId: routingIdOf('d'.repeat(32)) })
    dealer.connect(a.peer.gans)
    await clock.advance(100)
    const refused = (): number => a.told('refused').reduce((sum, { count }) => sum + count, 0)
    await dealer.send(Buffer.from('garbage'))
    await until(() => refused() === 1)
    await dealer.send(Buffer.from('garbage'))
    await clock.advance(10)
    a.link.send({ do: 'leave', member: 1 })
    await until(() => a.told('left').length === 1)
    expect([refused(), a.events.at(-1)?.is]).to.deep.equal([2, 'left'])
    strange.closeAll()
  })

  it('a member that leaves from within what it is told has left as soon as another', async () => {
    await group(3)
    const first = await leader()
    const [one, other] = members.filter((member) => member !== first)
    if (!one || !other) expect.fail('there are three')
    for (const [member, isIt] of [
      [one, (event: LinkEvent) => event.is === 'effect' && event.effect.kind === 'asked'],
      [other, (event: LinkEvent) => event.is === 'message'],
    ] as const) {
      member.on = (event) => {
        if (isIt(event)) member.link.send({ do: 'leave', member: 1 })
      }
      first.poll(100)
      first.say('all', 'hello')
      const startMs = clock.nowMs
      await until(() => member.told('left').length === 1)
      expect(clock.nowMs - startMs).to.be.below(4 * driverLimits.leaveMs)
      await until(() => !first.participants.includes(member.id))
    }
  })

  it('says from which entry on a member hears what is decided, and up to which it may have', async () => {
    await group(3)
    const first = await leader()
    const payload = Buffer.from('ordered')
    const order = async (): Promise<void> => {
      const tag = first.request({ kind: 'ordered', payload })
      await until(() => first.effects('settled').some((each) => each.tag === tag))
    }
    await order()
    await order()
    const heard = (member: TestMember): number[] => member.effects('ordered').map(({ index }) => index)
    const before = heard(first)
    const observer = join({ isElectable: false })
    await until(() => observer.peer !== undefined)
    introduce(members)
    await until(() => observer.told('takes-part').length === 1)
    await order()
    await until(() => heard(observer).length === 1)
    const [part] = observer.told('takes-part')
    expect(part?.unheardTo).to.equal(before.at(-1))
    expect(part?.index).to.be.within((before.at(-1) ?? 0) + 1, (heard(observer)[0] ?? 0) - 1)
    expect(part?.formations).to.deep.equal(first.told('takes-part').at(-1)?.formations)
    expect(members.map((member) => member.told('takes-part').length)).to.deep.equal([1, 1, 1, 1])
  })

  it('a member that is listed again is heard again', async () => {
    await group(2, { quorum: undefined })
    const [a, b] = members
    if (!a || !b) expect.fail('there are two')
    a.hears([])
    await until(() => a.connected.length === 0)
    a.hears(members)
    await until(() => a.connected.length === 1 && b.connected.length === 1)
    b.say('all', 'again')
    await until(() => a.messages.some(({ text }) => text === 'again'))
  })
})
