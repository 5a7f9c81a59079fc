/**
 * Who talks to whom, in which number and scope: the matrix of RIAPS's own tests. Each port is of an actor of
 * its own, found by discovery and connected by the runtime, over real sockets.
 */
import { expect } from 'chai'
import { createMemoryNetwork, type MemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import { actor, app, Component, type MessageType } from '../../../runtime/index.js'
import { rejectionOf } from '../../rejection.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog, until } from '../../support/events.js'
import { Answer, Question, Reading } from '../../support/messages.js'
import { givenUp } from './given-up.js'

const MESSAGES = 20
const COUNTDOWN = [3, 2, 1]

class Publisher extends Component {
  readonly port = this.pub(Reading)
}

class Subscriber extends Component {
  /** What came of each publisher. */
  readonly got = new Map<string, number[]>()
  readonly port = this.sub(Reading, ({ n }, from) => {
    this.got.set(from.actorId, [...(this.got.get(from.actorId) ?? []), n])
  })
}

class Asker extends Component {
  readonly got: number[] = []
  readonly port = this.qry(Question, Answer, ({ n }) => void this.got.push(n))
}

/** Answers ask() once by its number, a number below 0 by a countdown. */
class Answerer extends Component {
  readonly port = this.ans(Question, Answer, ({ n }, reply) => {
    if (n >= 0) reply({ n: n * 2, by: this.actor.id })
    else for (const left of COUNTDOWN) setImmediate(() => reply({ n: left }))
  })
}

class Requester extends Component {
  readonly by: (string | undefined)[] = []
  readonly port = this.req(Question, Answer, ({ by }) => void this.by.push(by))
}

class Replier extends Component {
  readonly port = this.rep(Question, Answer, ({ n }) => ({ n, by: this.actor.id }))
}

class Client extends Component {
  readonly port = this.clt(Question, Answer)
}

/** Serves a number below 0 never, but goes on when the test says so. */
class Server extends Component {
  goOn: (() => void) | undefined
  readonly port = this.srv(Question, Answer, ({ n }) => {
    if (n >= 0) return { n: n * 2, by: this.actor.id }
    return new Promise((resolve) => {
      this.goOn = () => resolve({ n })
    })
  })
}

interface Cell {
  readonly connecting: number
  readonly binding: number
  readonly scope: 'global' | 'local'
}

/** 1–1, 1–N, N–1 and N–N in both scopes; the first number is of those that connect. */
const cells: readonly Cell[] = (['global', 'local'] as const).flatMap((scope) =>
  [1, 3].flatMap((connecting) => [1, 3].map((binding) => ({ connecting, binding, scope }))),
)

interface Connecting extends Component {
  readonly port: { readonly connected: number }
}

describe('the matrix', () => {
  let network: MemoryNetwork
  const actors = new ActorsForTests()

  beforeEach(() => {
    network = createMemoryNetwork()
  })

  async function start<C extends Component>(count: number, type: new () => C, local: readonly MessageType[]) {
    const made: C[] = []
    class Held extends (type as new () => Component) {
      constructor() {
        super()
        if (this instanceof type) made.push(this)
      }
    }
    const held = actor({ local: [...local], components: () => ({ it: Held }) })
    const definition = app('matrix', { actors: { [type.name]: held } })
    for (let i = 0; i < count; i++) {
      const options = { discovery: memoryDiscovery(network), sink: new EventLog() }
      await actors.start(definition, type.name, options)
    }
    return made
  }

  /** Actors with a component each, those that connect and those that bind, all connected with all. */
  async function fleet<A extends Connecting, B extends Component>(
    { connecting, binding, scope }: Cell,
    connects: new () => A,
    binds: new () => B,
  ): Promise<{ near: A[]; far: B[] }> {
    const local = scope === 'local' ? [Reading, Question, Answer] : []
    // Some are there before the others, some come later.
    const near = await start(1, connects, local)
    const far = await start(binding, binds, local)
    near.push(...(await start(connecting - 1, connects, local)))
    await until(() => near.every(({ port }) => port.connected === binding))
    return { near, far }
  }

  for (const cell of cells) {
    const { connecting, binding, scope } = cell
    const many = `${connecting}–${binding}, ${scope}`
    it(`pub/sub ${binding}–${connecting}, ${scope}: every sub gets all of each pub, in order`, async () => {
      const { near, far } = await fleet(cell, Subscriber, Publisher)
      await until(() => far.every(({ port }) => port.connected === connecting))
      const numbers = Array.from({ length: MESSAGES }, (_, n) => n)
      for (const n of numbers) for (const { port } of far) port.send({ n })
      const all = new Map(far.map((each) => [each.actor.id, numbers]))
      for (const { got } of near) {
        await until(() => [...got.values()].flat().length === binding * MESSAGES)
        expect(got).to.deep.equal(all)
      }
      for (const { port } of [...near, ...far]) expect(port.info.scope).to.equal(scope)
    })

    it(`qry/ans ${many}: each has its own answers, the answerers are asked in turn`, async () => {
      const { near, far } = await fleet(cell, Asker, Answerer)
      for (const { port } of near) {
        const answers = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => port.ask({ n })))
        expect(answers.map(({ n }) => n)).to.deep.equal([0, 2, 4, 6, 8, 10])
        expect(new Set(answers.map(({ by }) => by))).to.deep.equal(new Set(far.map((each) => each.actor.id)))
      }
    })

    it(`qry/ans ${many}, several answers each: all come to who asked`, async () => {
      const { near } = await fleet(cell, Asker, Answerer)
      for (const { port } of near) for (let times = 0; times < binding; times++) await port.send({ n: -1 })
      for (const { got } of near) {
        await until(() => got.length === binding * COUNTDOWN.length)
        const sorted = [...got].sort((a, b) => b - a)
        expect(sorted).to.deep.equal(COUNTDOWN.flatMap((left) => new Array(binding).fill(left)))
      }
    })

    it(`req/rep ${many}: one after another, the repliers in turn`, async () => {
      const { near, far } = await fleet(cell, Requester, Replier)
      for (let n = 0; n < 6; n++) await Promise.all(near.map(({ port }) => port.send({ n })))
      for (const { by } of near) {
        expect(by).to.have.length(6)
        for (const { actor } of far) expect(by.filter((id) => id === actor.id)).to.have.length(6 / binding)
      }
    })

    it(`clt/srv ${many}, with time-outs: a call that fails leaves the port as it was`, async () => {
      const { near, far } = await fleet(cell, Client, Server)
      const [first] = near
      if (!first) throw new Error('no client')
      for (const { port } of near) expect(await port.call({ n: 4 })).to.include({ n: 8 })
      await givenUp(
        (options) => first.port.call({ n: -1 }, options),
        () => far.some(({ goOn }) => goOn),
      )
      // That server hangs in its handler; where it is the only one, the next call is in vain, too.
      const next = first.port.call({ n: 1 }, { timeout: binding === 1 ? 30 : 5000 })
      if (binding === 1) expect(await rejectionOf(next)).to.include({ code: 'timeout' })
      else expect(await next).to.include({ n: 2 })
      for (const { goOn } of far) goOn?.()
      for (const { port } of near) expect(await port.call({ n: 5 })).to.include({ n: 10 })
      await until(() => first.port.stats.late === 1)
    })
  }

  it('qry/ans inverted: who has the work answers those who ask for it, when there is some', async () => {
    class Foreman extends Component {
      readonly idle: { reply: (job: { n: number }) => boolean; id: string }[] = []
      readonly port = this.ans(
        Question,
        Answer,
        (_, reply) => void this.idle.push({ reply, id: reply.from.actorId }),
      )
    }
    const { near, far } = await fleet({ connecting: 3, binding: 1, scope: 'global' }, Asker, Foreman)
    const [foreman] = far
    if (!foreman) throw new Error('no foreman')
    for (const { port } of near) await port.send({ n: 0 })
    await until(() => foreman.idle.length === 3)
    for (const [n, { reply }] of foreman.idle.entries()) expect(reply({ n })).to.equal(true)
    for (const { actor, got } of near) {
      await until(() => got.length === 1)
      expect(foreman.idle[got[0] ?? -1]?.id).to.equal(actor.id)
    }
  })

  it('timers: a periodic one ticks from the activation on, a sporadic one once for each launch', async () => {
    class Clock extends Component {
      periodic = 0
      sporadic = 0
      readonly often = this.timer('5ms', () => {
        this.periodic++
      })
      readonly once = this.timer('sporadic', () => {
        this.sporadic++
      })
    }
    const [clock] = await start(1, Clock, [])
    if (!clock) throw new Error('no clock')
    await until(() => clock.periodic >= 5)
    expect(clock.sporadic).to.equal(0)
    for (let launches = 1; launches <= 3; launches++) {
      clock.once.launch('5ms')
      await until(() => clock.sporadic === launches)
    }
    const { periodic } = clock
    await until(() => clock.periodic >= periodic + 5)
    expect(clock.sporadic).to.equal(3)
  })
})
