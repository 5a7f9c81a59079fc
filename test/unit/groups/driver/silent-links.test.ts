/** Links that stand and carry nothing, on sockets in memory and a clock of the test: all runs are alike. */
import { expect } from 'chai'
import { directLink, driverLimits } from '../../../../groups/driver/index.js'
import { type Moment, timings } from '../../../../groups/index.js'
import type { AnySocket, BoundSocket, Sockets } from '../../../../ports/index.js'
import { VirtualClock } from '../../../../testing/clock/virtual-clock.js'
import { Hosts } from '../../../../testing/hosts.js'
import { randomFrom } from '../../../../testing/random.js'
import type { MemorySocket } from '../../../../testing/sockets/memory-socket.js'
import { createMemorySockets } from '../../../../testing/sockets/memory-sockets.js'
import { introduce, type MemberOptions, TestMember } from '../../../integration/groups/driver/members.js'

const now = (): Moment => ({ monoMs: performance.now(), wallUs: Date.now() * 1000 })
const PATIENCE_MS = 60_000
const WAY_MS = 1
const { largeBytes, linkAnswerMs, linkDialMs, linkDialMaxMs, linkPairMs, linkQuietMs, watchMs } = driverLimits

/** What a member sends and dials, and what becomes of it. */
interface Observer {
  /** Milliseconds on its way of a message of so many bytes. */
  wayMs(bytes: number): number
  sent(): void
  /** @returns whether the socket that is made now carries nothing. */
  made(dials: boolean): () => boolean
}

/** Frames take `delay.ms`, as Hosts has it. */
function observe(sockets: Sockets, delay: { ms: number }, observer: Observer): Sockets {
  const sending = <S extends AnySocket & Pick<BoundSocket, 'send'>>(socket: S, isDumb: () => boolean): S => {
    const send = socket.send.bind(socket)
    socket.send = (parts) => {
      observer.sent()
      if (isDumb()) return Promise.resolve()
      const before = delay.ms
      delay.ms = observer.wayMs(Array.isArray(parts) ? Buffer.concat(parts).length : parts.length)
      const sent = send(parts)
      delay.ms = before
      return sent
    }
    return socket
  }
  const hearing = <S extends AnySocket>(socket: S, isDumb: () => boolean): S => {
    const receive = socket.receive.bind(socket)
    socket.receive = async () => {
      for (;;) {
        const parts = await receive()
        if (!isDumb()) return parts
      }
    }
    return socket
  }
  return {
    ...sockets,
    router: (bounds) => {
      const isDumb = observer.made(false)
      return sending(hearing(sockets.router(bounds), isDumb), isDumb)
    },
    // Who subscribes is still heard: ZeroMQ reads that by itself.
    publisher: (bounds) => sending(sockets.publisher(bounds), observer.made(false)),
    subscriber: (bounds) => hearing(sockets.subscriber(bounds), observer.made(true)),
    dealer: (options) => {
      const isDumb = observer.made(true)
      return sending(hearing(sockets.dealer(options), isDumb), isDumb)
    },
  }
}

describe('links of a group that carry nothing', () => {
  let clock: VirtualClock
  let hosts: Hosts<MemorySocket>
  let members: TestMember[]
  let ends: (() => void)[]
  const delay = { ms: WAY_MS }
  let wayMs: (bytes: number) => number
  /** What was dialled before carries nothing any more. */
  let dumbMs: number
  /** It does nothing at all. */
  let stopped: TestMember | undefined
  let sent: number
  let dialled: number
  beforeEach(() => {
    clock = new VirtualClock()
    hosts = new Hosts<MemorySocket>(() => delay.ms)
    members = []
    ends = []
    wayMs = () => WAY_MS
    dumbMs = Number.NEGATIVE_INFINITY
    stopped = undefined
    sent = 0
    dialled = 0
  })
  afterEach(() => {
    for (const end of ends) end()
    clock.end()
  })

  async function until(isSo: () => boolean): Promise<void> {
    if (!(await clock.until(isSo, PATIENCE_MS))) expect.fail(`it never came to this: ${isSo}`)
  }

  const observerOf = (number: number): Observer => ({
    wayMs: (bytes) => wayMs(bytes),
    sent: () => {
      sent++
    },
    made: (dials) => {
      const bornMs = clock.nowMs
      if (dials) dialled++
      return () => (dials && bornMs < dumbMs) || (stopped !== undefined && members[number] === stopped)
    },
  })

  async function group(count: number, options: Partial<MemberOptions> = {}): Promise<TestMember[]> {
    for (let number = 0; number < count; number++) {
      const host = hosts.host(`host ${number}`)
      const inMemory = createMemorySockets(hosts, host)
      const sockets = observe(inMemory, delay, observerOf(number))
      const open = directLink({ sockets, now, random: randomFrom(number + 1) })
      const own = { id: number.toString(16).padStart(2, '0').repeat(16), host: host.address }
      const member = new TestMember({ open, now, quorum: 2, timing: timings.lan, ...own, ...options })
      members.push(member)
      ends.push(() => {
        member.link.close()
        inMemory.closeAll()
      })
    }
    await until(() => members.every(({ peer }) => peer))
    introduce(members)
    await until(() => members.every(({ connected }) => connected.length === count - 1))
    return members
  }

  /** All say something to all, 50 times a second. */
  function talk(): void {
    const talking = setInterval(() => {
      for (const member of members) member.say('all', `${clock.nowMs}`)
    }, 20)
    ends.push(() => clearInterval(talking))
  }

  /** When all of them have heard, of all others, what was said since. */
  async function heardSince(startMs: number): Promise<number> {
    const isFresh = ({ text }: { readonly text: string }): boolean => Number(text) >= startMs
    await until(() =>
      members.every((member) => {
        const from = new Set(member.messages.filter(isFresh).map((message) => message.from))
        return from.size >= members.length - 1
      }),
    )
    return clock.nowMs
  }

  for (const cutMs of [1500, 5000]) {
    it(`carry messages within a second after a cut of ${cutMs} ms, however long TCP waits`, async () => {
      await group(3)
      await until(() => members.some(({ leads }) => leads))
      talk()
      await clock.advance(500)
      const pairs = [
        [0, 1],
        [0, 2],
        [1, 2],
      ].map(([one, other]) => [hosts.host(`host ${one}`), hosts.host(`host ${other}`)] as const)
      for (const [one, other] of pairs) hosts.cut(one, other)
      dumbMs = clock.nowMs
      await clock.advance(cutMs)
      for (const [one, other] of pairs) hosts.heal(one, other)
      const healedMs = clock.nowMs
      expect((await heardSince(healedMs)) - healedMs).to.be.at.most(1000)
      await until(() => members.filter(({ leads }) => leads).length === 1)
    })
  }

  it('are told as broken, and are dialled anew', async () => {
    const [a, b] = await group(2, { quorum: undefined })
    if (!a || !b) expect.fail('there are two')
    await clock.advance(2 * linkQuietMs)
    dumbMs = clock.nowMs
    await until(() => dialled === 8)
    await until(() => a.connected.length === 1 && b.connected.length === 1)
    expect(clock.nowMs - dumbMs).to.be.at.most(linkQuietMs + 3 * linkAnswerMs + watchMs)
    expect(a.told('broken')[0]).to.deep.equal({ is: 'broken', member: 1, id: b.id })
    expect(b.told('broken')[0]).to.deep.equal({ is: 'broken', member: 1, id: a.id })
    await clock.advance(10_000)
    expect([dialled, a.connected.length, b.connected.length]).to.deep.equal([8, 1, 1])
  })

  it('to one that is stopped are dialled ever less, and the others keep their leader', async function () {
    this.timeout(30_000)
    await group(3)
    await until(() => members.every(({ participants }) => participants.length === 3))
    const first = members.find(({ leads }) => leads) ?? expect.fail('nobody leads')
    const ballot = first.reader.read()
    stopped = members.find(({ leads }) => !leads)
    const rest = members.filter((member) => member !== stopped)
    dialled = 0
    await until(() => rest.every(({ connected }) => connected.length === 1))
    await clock.advance(30_000)
    // A gsub and a gqry to each: of the two to it, and of it to them.
    const times = 30_000 / linkDialMaxMs + Math.log2(linkDialMaxMs / linkDialMs) + 2
    expect(dialled).to.be.at.most(8 * times)
    expect(first.reader.read()).to.deep.equal(ballot)
    stopped = undefined
    await until(() => members.every(({ connected }) => connected.length === 2))
    await until(() => members.every(({ leader }) => leader === first.id))
    expect(first.reader.read()).to.deep.equal(ballot)
  })

  it('are not those that say nothing: of such each says a frame a second at most', async () => {
    await group(4, { quorum: undefined })
    await clock.advance(5000)
    sent = 0
    await clock.advance(60_000)
    // Each of the 4 to 3 others a hello and the answer to one; and to all of them at once that it is there.
    expect(sent).to.be.at.most(4 * (3 + 3 + 1) * 61)
    expect([dialled, members.map((member) => member.told('connected').length > 3)]).to.deep.equal([
      24,
      [false, false, false, false],
    ])
  })

  it('are asked ever less in a crowd: all of a group need so much, however many there are', async () => {
    const size = 20
    await group(size, { quorum: undefined })
    const quietMs = linkPairMs * (size - 1) ** 2
    expect(quietMs).to.be.above(5 * linkQuietMs)
    await clock.advance(2 * quietMs)
    sent = 0
    const before = dialled
    await clock.advance(10 * quietMs)
    expect(sent).to.be.at.most(size * (2 * (size - 1) + 1) * 11)
    expect(dialled).to.equal(before)
  })

  it('are not those on which something large is on its way', async () => {
    const [a, b] = await group(2)
    if (!a || !b) expect.fail('there are two')
    await until(() => [a, b].every(({ participants }) => participants.length === 2))
    const [leader, follower] = a.leads ? [a, b] : [b, a]
    wayMs = (bytes) => (bytes > largeBytes ? 10_000 : WAY_MS)
    const large = 'x'.repeat(largeBytes)
    leader.say('all', large)
    await until(() => follower.messages.length === 1)
    leader.say('from-leader', large, follower.id)
    await clock.advance(12_000)
    // The beats waited behind it: it leads no more, but what it said has come.
    expect([a, b].flatMap((member) => member.told('broken'))).to.deep.equal([])
    expect(dialled).to.equal(4)
  })
})
