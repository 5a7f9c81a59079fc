/** Two apps that cannot see each other, with one end of a bridge each. Registers its hooks with the suite. */
import { z } from 'zod'
import { bridge, type CrossingOptions, type Lanes, mirrored } from '../../../communicator/index.js'
import { createMemoryNetwork, memoryDiscovery } from '../../../discovery/index.js'
import {
  type ActorDefinition,
  actor,
  app,
  Component,
  type Controls,
  type Door,
  type GroupTypes,
  message,
  type RunningActor,
} from '../../../runtime/index.js'
import type { ActorsForTests } from '../../support/actors-for-tests.js'
import { EventLog } from '../../support/events.js'
import { eventually } from '../../support/eventually.js'
import { freePort } from '../../support/free-port.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

export const Reading = message('Reading', z.object({ n: z.number() }))
export const Price = message('Price', z.object({ cents: z.number() }))
export const Question = message('Question', z.object({ n: z.number() }))
export const Answer = message('Answer', z.object({ double: z.number() }))

/** What is asked by each pair of kinds. */
export class Answering extends Component {
  readonly questions = this.ans(Question, Answer, ({ n }, reply) => reply({ double: doubled(n) }), {
    bytes: (bytes, reply) => reply.bytes(bytes),
  })
  readonly requests = this.rep(Question, Answer, ({ n }) => ({ double: doubled(n) }))
  readonly calls = this.srv(Question, Answer, ({ n }) => ({ double: doubled(n) }))
}

function doubled(n: number): number {
  if (n < 0) throw new Error('too little')
  return 2 * n
}

/** Never answers. */
export class Silent extends Component {
  readonly questions = this.ans(Question, Answer, () => undefined)
}

export class Asking extends Component {
  readonly questions = this.qry(Question, Answer)
  readonly requests = this.req(Question, Answer, ({ double }) => this.replies.push(double))
  readonly calls = this.clt(Question, Answer)
  readonly replies: number[] = []
}

export class Saying extends Component {
  readonly reading = this.pub(Reading)
}

export class Hearing extends Component {
  readonly numbers: number[] = []
  readonly pieces: string[] = []
  readonly reading = this.sub(Reading, ({ n }) => this.numbers.push(n), {
    bytes: (bytes) => this.pieces.push(Buffer.from(bytes).toString()),
  })
}

/** An app with these components in one actor each, and an end of a bridge. */
export class Plant {
  readonly name: string
  readonly log = new EventLog()
  readonly gateLog = new EventLog()
  gate: RunningActor | undefined
  readonly #network = createMemoryNetwork()
  readonly #actors: ActorsForTests
  readonly #groups: GroupTypes
  #controls: Controls | undefined

  constructor(name: string, actors: ActorsForTests, groups: GroupTypes = {}) {
    this.name = name
    this.#actors = actors
    this.#groups = groups
  }

  /** Starts an actor with one component of this class, and gives that. */
  async start<C extends Component>(type: new () => C): Promise<C> {
    let made: C | undefined
    class Held extends (type as new () => Component) {
      constructor() {
        super()
        if (this instanceof type) made = this
      }
    }
    const definition = app(this.name, {
      actors: { [type.name]: actor({ components: () => ({ it: [Held, {}] }) }) },
    })
    await this.#actors.start(definition, type.name, { discovery: this.discovery(), sink: this.log })
    if (!made) throw new Error('nothing was made')
    return made
  }

  async startGate(gate: ActorDefinition, params: Readonly<Record<string, string>>): Promise<RunningActor> {
    const definition = app(this.name, { actors: { Gate: gate }, groups: this.#groups })
    const watch: Door = {
      open: async ({ controls }) => {
        this.#controls = controls
        return undefined
      },
      close: async () => undefined,
    }
    const options = { discovery: this.discovery(), sink: this.gateLog, params, doors: [watch] }
    this.gate = await this.#actors.start(definition, 'Gate', options)
    return this.gate
  }

  /** What the gate tells of itself. */
  gateProperty(name: string): unknown {
    return this.#controls?.get(name)
  }

  discovery() {
    return memoryDiscovery(this.#network)
  }
}

/** As until(), after a cut: whoever dials waits for up to ten seconds between two attempts. */
export function untilBack(isSo: () => boolean): Promise<void> {
  return eventually(isSo, String(isSo), BACK_MS)
}

const BACK_MS = 30_000

/** Two networks with a way between them that can be cut. */
export class TwoPlants {
  readonly north: Plant
  readonly south: Plant
  proxy: TcpProxy | undefined
  readonly #quick: CrossingOptions = { communicator: { heartbeatMs: 500 } }

  /** @param groups of the north */
  constructor(actors: ActorsForTests, groups: GroupTypes = {}) {
    this.north = new Plant('north', actors, groups)
    this.south = new Plant('south', actors)
  }

  /** Joins them by a bridge of these lanes, as north has them; south has the opposite ones. */
  async join(lanes: Lanes, opposite: Lanes = mirrored(lanes), options = this.#quick): Promise<void> {
    const listen = `tcp://127.0.0.1:${await freePort()}`
    await this.north.startGate(bridge(lanes, options), { peer: 'south.Gate', listen })
    this.proxy = await TcpProxy.to(listen)
    await this.south.startGate(bridge(opposite, options), { peer: 'north.Gate', dial: this.proxy.endpoint })
  }

  /** Joins them without anything in between, by what has this URL. */
  async joinBy(url: string, lanes: Lanes): Promise<void> {
    await this.north.startGate(bridge(lanes), { peer: 'south.Gate', listen: url })
    await this.south.startGate(bridge(mirrored(lanes)), { peer: 'north.Gate', dial: url })
  }

  async restartSouth(lanes: Lanes, options = this.#quick): Promise<void> {
    const dial = this.proxy?.endpoint ?? ''
    await this.south.startGate(bridge(lanes, options), { peer: 'north.Gate', dial })
  }

  close(): void {
    this.proxy?.close()
    this.proxy = undefined
  }
}
