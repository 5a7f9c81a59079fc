import { expect } from 'chai'
import { z } from 'zod'
import {
  createMemoryNetwork,
  type Discovery,
  type DiscoveryEvents,
  type MemoryNetwork,
  memoryDiscovery,
} from '../../../discovery/index.js'
import type { MessageType } from '../../../ports/index.js'
import {
  type AppDefinition,
  actor,
  app,
  Component,
  message,
  number,
  type PeerEvent,
  type PlacedActor,
  PortError,
  placeActor,
  startActor,
} from '../../../runtime/index.js'
import { placeHere } from '../../../runtime/place.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { changed, silent } from '../../support/discoveries.js'
import { EventLog, until } from '../../support/events.js'

const Reading = message('Reading', z.object({ n: z.number() }))
const Inner = message('Inner', z.object({ n: z.number() }))
const Far = message('Far', z.object({ n: z.number() }))
const Question = message('Question', z.object({ n: z.number() }))
const Answer = message('Answer', z.object({ double: z.number() }))

class Source extends Component {
  readonly out = this.pub(Reading)
  readonly answers = this.ans(Question, Answer, (question, reply) => reply({ double: question.n * 2 }))
}

class Sink extends Component {
  readonly got: number[] = []
  readonly peers: PeerEvent[] = []
  readonly in = this.sub(Reading, (reading) => this.got.push(reading.n))
  readonly ask = this.qry(Question, Answer)

  override onPeer(event: PeerEvent): void {
    this.peers.push(event)
  }
}

/** An actor whose one component the test can reach. */
function holding<C extends Component>(type: new () => C): { definition: AppDefinition; made: () => C } {
  let last: C | undefined
  class Held extends (type as new () => Component) {
    constructor() {
      super()
      if (this instanceof type) last = this
    }
  }
  return {
    definition: app('lab', { actors: { [type.name]: actor({ components: () => ({ it: [Held, {}] }) }) } }),
    made: () => {
      if (!last) throw new Error('nothing was made yet')
      return last
    },
  }
}

describe('actors of an app', () => {
  let network: MemoryNetwork
  const actors = new ActorsForTests()
  const placed: PlacedActor[] = []

  beforeEach(() => {
    network = createMemoryNetwork()
  })
  afterEach(async () => {
    await Promise.all(placed.splice(0).map((each) => each.stop()))
  })

  async function start<C extends Component>(type: new () => C, discovery?: Discovery, insecure = false) {
    const { definition, made } = holding(type)
    const log = new EventLog()
    const options = { discovery: discovery ?? memoryDiscovery(network), sink: log, insecure }
    const started = await actors.start(definition, type.name, options)
    return { actor: started, it: made(), log }
  }

  it('find each other, in whichever order they start, and their ports connect themselves', async () => {
    const early = await start(Sink)
    const source = await start(Source)
    const late = await start(Sink)
    for (const { it } of [early, late]) {
      await until(() => it.in.connected === 1 && it.ask.connected === 1)
      expect(await it.ask.ask({ n: 21 })).to.deep.equal({ double: 42 })
    }
    expect(source.it.out.connected).to.equal(2)
    source.it.out.send({ n: 1 })
    await until(() => early.it.got.length === 1 && late.it.got.length === 1)
  })

  it('are told to each other by onPeer and by events, when they come and when they stop', async () => {
    const sink = await start(Sink)
    const source = await start(Source)
    await until(() => sink.it.peers.length === 1)
    await source.actor.stop()
    await until(() => sink.it.peers.length === 2)
    expect(sink.it.peers.map(({ state, actor }) => `${actor} ${state}`)).to.deep.equal([
      'Source connected',
      'Source disconnected',
    ])
    expect(sink.it.in.connected).to.equal(0)
    expect((await sink.log.named('disconnected')).peer).to.equal(source.actor.id)
  })

  it('connect both ways when only one of them discovers the other', async () => {
    const met: string[] = []
    const deaf: Discovery = { ...silent('deaf'), met: ({ id }) => met.push(id) }
    const sink = await start(Sink, deaf, true)
    const [host = '', port = ''] = sink.actor.directory.split(':')
    // The source is told of the sink; the sink hears of the source only by its hello.
    const telling: Discovery = {
      ...silent('telling'),
      start: async (events) => {
        const record = { id: sink.actor.id, app: 'lab', actor: 'Sink', host, port: Number(port) }
        events.found({ ...record, key: '', generation: 0, wire: [1] })
      },
    }
    const source = await start(Source, telling, true)
    await until(() => sink.it.in.connected === 1 && source.it.out.connected === 1)
    await until(() => sink.it.ask.connected === 1)
    expect(await sink.it.ask.ask({ n: 4 })).to.deep.equal({ double: 8 })
    // So that it asks the network for nobody whom it knows.
    expect(met).to.deep.equal([source.actor.id])
  })

  it('stay connected when a stranger says goodbye for one, and believe it when it is gone', async () => {
    let events: DiscoveryEvents | undefined
    const memory = memoryDiscovery(network)
    const listening = changed(memory, {
      start: (told) => {
        events = told
        return memory.start(told)
      },
    })
    const sink = await start(Sink, listening)
    const source = await start(Source)
    await until(() => sink.it.in.connected === 1 && sink.it.ask.connected === 1)
    events?.gone(source.actor.id)
    expect(await sink.it.ask.ask({ n: 21 })).to.deep.equal({ double: 42 })
    expect(sink.it.peers.map(({ state }) => state)).to.deep.equal(['connected'])
    await source.actor.stop()
    expect(await sink.log.named('disconnected')).to.include({ peer: source.actor.id, why: 'it stopped' })
  })

  it('of other apps stay apart, whatever their ports are called', async () => {
    const sink = await start(Sink)
    const log = new EventLog()
    const other = app('other', { actors: { Source: actor({ components: () => ({ it: [Source, {}] }) }) } })
    const discovery = memoryDiscovery(network)
    await actors.start(other, 'Source', { discovery, sink: log })
    const source = await start(Source)
    await until(() => sink.it.in.connected === 1)
    expect(sink.it.in.peers.map(({ actorId }) => actorId)).to.deep.equal([source.actor.id])
    expect(log.events.some(({ event }) => event === 'connected')).to.equal(false)
  })

  it('whose schemas differ stay apart, and both sides say which path differs', async () => {
    const source = await start(Source)
    const other = message('Reading', z.object({ n: z.string() }))
    class OtherSink extends Component {
      readonly in = this.sub(other)
    }
    const sink = await start(OtherSink)
    const [there, here] = await Promise.all([
      source.log.saying('not connected'),
      sink.log.saying('not connected'),
    ])
    expect(there.msg).to.match(
      /it\.out is not connected to it\.in of OtherSink: .*value\.n: number here, string there/,
    )
    expect(here.msg).to.match(
      /it\.in is not connected to it\.out of Source: .*value\.n: string here, number there/,
    )
    expect(sink.it.in.connected).to.equal(0)
  })

  it('whose schemas differ in an optional field connect', async () => {
    const newer: MessageType<{ n: number; unit?: string | undefined }> = message(
      'Reading',
      z.object({ n: z.number(), unit: z.string().optional() }),
    )
    class NewerSink extends Component {
      readonly in = this.sub(newer)
    }
    const source = await start(Source)
    const sink = await start(NewerSink)
    await until(() => sink.it.in.connected === 1)
    source.it.out.send({ n: 5 })
    expect(await sink.it.in.recv()).to.deep.equal({ n: 5 })
  })

  it('follow a port that was reset to its new address', async () => {
    const source = await start(Source)
    const sink = await start(Sink)
    await until(() => sink.it.in.connected === 1 && sink.it.ask.connected === 1)
    const before = source.it.out.info.port
    await source.it.out.reset()
    await source.it.answers.reset()
    expect(source.it.out.info.port).to.not.equal(before)
    await until(
      () => source.it.out.connected === 1 && sink.it.in.connected === 1 && sink.it.ask.connected === 1,
    )
    source.it.out.send({ n: 7 })
    await until(() => sink.it.got.includes(7))
    expect(await sink.it.ask.ask({ n: 1 })).to.deep.equal({ double: 2 })
  })

  it('keep internal messages to themselves, and local ones to their host', async () => {
    const made: Spread[] = []
    class Spread extends Component<{ n: number }> {
      readonly heard = { inner: new Set<number>(), near: new Set<number>(), far: new Set<number>() }
      readonly inner = this.pub(Inner)
      readonly near = this.pub(Reading)
      readonly far = this.pub(Far)
      readonly fromInner = this.sub(Inner, ({ n }) => this.heard.inner.add(n))
      readonly fromNear = this.sub(Reading, ({ n }) => this.heard.near.add(n))
      readonly fromFar = this.sub(Far, ({ n }) => this.heard.far.add(n))
      override onActivate(): void {
        made.push(this)
      }
    }
    const components = (p: { n: number }) => ({ it: [Spread, { n: p.n }] as const })
    const spread = actor({ params: { n: number(0) }, internal: [Inner], local: [Reading], components })
    // The last is alone on its host, though the same loopback would lead to it.
    for (const [n, hostId] of ['here', 'here', 'there'].entries()) {
      const each = placeActor(app('lab', { actors: { Spread: spread } }), 'Spread', {
        params: { n },
        place: { ...placeHere('app', undefined), hostId },
        discovery: memoryDiscovery(network),
        host: '127.0.0.1',
        sink: new EventLog(),
      })
      placed.push(each)
      await each.start()
    }
    await until(() => made.every(({ far, fromFar }) => far.connected === 3 && fromFar.connected === 3))
    await until(() => made.every(({ near }, n) => near.connected === (n === 2 ? 1 : 2)))
    for (const { inner, near, far, params } of made) for (const port of [inner, near, far]) port.send(params)
    await until(() =>
      made.every(({ heard: { inner, near, far } }) => inner.size > 0 && near.size > 0 && far.size === 3),
    )
    await until(() => made.slice(0, 2).every(({ heard }) => heard.near.size > 1))
    expect(made.map(({ heard: { inner, near } }) => [[...inner], [...near].sort()])).to.deep.equal([
      [[0], [0, 1]],
      [[1], [0, 1]],
      [[2], [2]],
    ])
  })

  it('keep local messages apart from global ones of the same name', async () => {
    class Near extends Component {
      readonly near = this.pub(Reading)
    }
    const local = actor({ local: [Reading], components: () => ({ it: Near }) })
    const options = { discovery: memoryDiscovery(network), sink: new EventLog() }
    await actors.start(app('lab', { actors: { Near: local } }), 'Near', options)
    const sink = await start(Sink)
    await until(() => sink.it.peers.length === 1)
    const source = await start(Source)
    await until(() => sink.it.in.connected > 0)
    expect(sink.it.in.peers.map(({ actorId }) => actorId)).to.deep.equal([source.actor.id])
  })

  it('reject a request at once when the peer that holds it stops', async () => {
    class Silent extends Component {
      readonly answers = this.ans(Question, Answer, () => undefined)
    }
    const silent = await start(Silent)
    const sink = await start(Sink)
    await until(() => sink.it.ask.connected === 1)
    const asked = sink.it.ask.ask({ n: 1 }, { timeout: 60_000 }).catch((error: unknown) => error)
    await silent.actor.stop()
    const error = await asked
    expect(error).to.be.instanceOf(PortError)
    expect(error).to.have.property('code', 'peer-lost')
  })

  it('report a handler that throws, and go on', async () => {
    class Fragile extends Component<{ n: number }> {
      readonly in = this.sub(Reading, (reading) => {
        if (reading.n === 1) throw new Error('one is too much')
        if (reading.n === 2) return Promise.reject(new Error('two, too'))
        this.log.info(`got ${reading.n}`)
        return undefined
      })
    }
    const definition = app('lab', {
      actors: {
        Fragile: actor({ params: { n: number(1) }, components: (p) => ({ it: [Fragile, { n: p.n }] }) }),
      },
    })
    const log = new EventLog()
    const discovery = memoryDiscovery(network)
    await actors.start(definition, 'Fragile', { discovery, sink: log })
    const source = await start(Source)
    await until(() => source.it.out.connected === 1)
    for (const n of [1, 2, 3]) source.it.out.send({ n })
    await log.saying('got 3')
    const errors = log.events.filter(({ event }) => event === 'error')
    expect(errors.map(({ msg }) => String(msg).replace(/ \(.*/, ''))).to.deep.equal([
      'the handler of it.in threw: one is too much',
      'the handler of it.in threw: two, too',
    ])
  })

  it('that cannot start say why once, and leave nothing running', async () => {
    const taken = (await start(Source)).it.out.info.port
    const ran: string[] = []
    class Ticking extends Component {
      readonly tick = this.timer(1, () => ran.push('tick'))
      readonly in = this.sub(Reading)
      override onActivate(): void {
        ran.push('activated')
      }
    }
    class Blocked extends Component {
      readonly out = this.pub(Reading, { port: taken })
    }
    const definition = app('lab', {
      actors: { Both: actor({ components: () => ({ ticking: [Ticking, {}], blocked: [Blocked, {}] }) }) },
    })
    const log = new EventLog()
    const discovery = memoryDiscovery(network)
    const error = await startActor(definition, 'Both', { discovery, interface: '127.0.0.1', sink: log }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).to.include({ code: 'address-in-use' })
    const before = ran.filter((each) => each === 'tick').length
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(ran).to.have.length(before)
    expect(log.events.map(({ event }) => event)).to.deep.equal(['started'])
  })

  it('activate when their ports are open, before any message, and deactivate before they close', async () => {
    const order: string[] = []
    class Lively extends Component {
      readonly out = this.pub(Reading, { keep: 1 })
      readonly in = this.sub(Reading, () => order.push('message'))
      override async onActivate(): Promise<void> {
        this.out.send({ n: 1 })
        await until(() => this.in.connected === 1)
        order.push('activated')
      }
      override onDeactivate(): void {
        this.out.send({ n: 2 })
        order.push('deactivated')
      }
    }
    const lively = await start(Lively)
    await until(() => order.includes('message'))
    await lively.actor.stop()
    expect(order).to.deep.equal(['activated', 'message', 'deactivated'])
    expect((await lively.log.named('stopped')).event).to.equal('stopped')
  })
})
