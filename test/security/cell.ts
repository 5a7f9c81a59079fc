/**
 * An app that is attacked: one actor has every kind of port that listens, one every kind that dials, and both
 * are members of a group. What reaches a handler is remembered.
 */
import { z } from 'zod'
import { operatorDoor } from '../../control/index.js'
import { frameOf } from '../../discovery/directory-frames.js'
import {
  type ActorRecord,
  createMemoryNetwork,
  type Discovery,
  type DiscoveryEvents,
  type DiscoveryOptions,
  memoryDiscovery,
} from '../../discovery/index.js'
import { newLinkId } from '../../ports/index.js'
import type { ActorKeys } from '../../runtime/guard.js'
import {
  type AppDefinition,
  actor,
  app,
  Component,
  type Door,
  type DoorAd,
  type Group,
  group,
  message,
  type PlacedActor,
  placeActor,
} from '../../runtime/index.js'
import { placeHere } from '../../runtime/place.js'
import { changed } from '../support/discoveries.js'
import { EventLog, until } from '../support/events.js'
import { eventually } from '../support/eventually.js'
import type { AppKeys } from './app-keys.js'
import type { Mechanism } from './intruders.js'
import type { RawSockets } from './raw-sockets.js'

export const HOST = '127.0.0.1'
const Word = message('Word', z.object({ text: z.string() }))
type Word = { text: string }
type Verify = DiscoveryOptions['verify']
const Cell = group({ quorum: 2, using: Word })

/** A member of the group, and what reached its handlers. */
abstract class Attacked extends Component {
  readonly handled: string[] = []
  cell: Group<Word> | undefined

  override async onActivate() {
    this.cell = await this.joinGroup(Cell, 'north')
  }
  override onGroupMessage(_group: unknown, { text }: Word) {
    this.handled.push(`group ${text}`)
  }
}

/** Listens. */
export class Server extends Attacked {
  readonly news = this.pub(Word)
  readonly desk = this.ans(Word, Word, (word, reply) => void reply(this.took('ans', word)))
  readonly counter = this.rep(Word, Word, (word) => this.took('rep', word))
  readonly hatch = this.srv(Word, Word, (word) => this.took('srv', word))

  private took(by: string, { text }: Word): Word {
    this.handled.push(`${by} ${text}`)
    this.event(9100, { text })
    return { text }
  }
}

/** Dials. */
export class Dialler extends Attacked {
  readonly listens = this.sub(Word, ({ text }) => void this.handled.push(`sub ${text}`))
  readonly asks = this.qry(Word, Word, ({ text }) => void this.handled.push(`qry ${text}`))
  readonly requests = this.req(Word, Word, ({ text }) => void this.handled.push(`req ${text}`))
  readonly calls = this.clt(Word, Word)
}

/** The app with one actor, whose one component is of this class. */
export function appWith(name: string, actorName: string, type: new () => Attacked): AppDefinition {
  const definition = actor({ components: () => ({ it: type }) })
  return app(name, { actors: { [actorName]: definition }, groups: { Cell } })
}

/** One of the two, as it runs in this process. */
export class Target<C extends Attacked> {
  readonly log = new EventLog()
  readonly actor: PlacedActor
  readonly key: string
  /** Where operators come, once one has asked for it. */
  commands: DoorAd | undefined
  readonly #type: new () => C
  #events: DiscoveryEvents | undefined
  #record: ActorRecord | undefined

  /** @param discoveryOf makes its discovery, which believes whom its app vouches for. */
  constructor(type: new () => C, keys: AppKeys, discoveryOf: (verify: Verify) => Discovery) {
    this.#type = type
    const own: ActorKeys = keys.actor()
    const place = placeHere(keys.app, own)
    this.key = own.holder.curve.publicKey
    const found = discoveryOf(place.guard?.verify)
    const discovery = changed(found, {
      start: (events) => {
        this.#events = events
        return found.start(events)
      },
      announce: (record) => {
        this.#record = record
        return found.announce(record)
      },
    })
    this.actor = placeActor(appWith(keys.app, type.name, type), type.name, {
      ...{ discovery, host: HOST, sink: this.log, place },
      operators: this.#seen(operatorDoor()),
    })
  }

  #seen(door: Door): Door {
    return {
      open: async (place) => {
        this.commands = await door.open(place)
        return this.commands
      },
      close: () => door.close(),
    }
  }

  get it(): C {
    const made = this.actor.components.get('it')
    if (made instanceof this.#type) return made
    throw new Error('it has not started')
  }

  /** What it announces. */
  get record(): ActorRecord {
    if (this.#record) return this.#record
    throw new Error('it has announced nothing')
  }

  /** It hears of this. */
  hear(record: ActorRecord): void {
    this.#events?.found(record)
  }

  /** Ids of the actors that it is, or was, connected with. */
  get met(): string[] {
    return this.log.events.filter(({ event }) => event === 'connected').map(({ peer }) => String(peer))
  }
}

export class AttackedApp {
  readonly name: string
  readonly server: Target<Server>
  readonly dialler: Target<Dialler>
  #rounds = 0

  constructor(keys: AppKeys) {
    const network = createMemoryNetwork()
    this.name = keys.app
    const discoveryOf = (): Discovery => memoryDiscovery(network)
    this.server = new Target(Server, keys, discoveryOf)
    this.dialler = new Target(Dialler, keys, discoveryOf)
  }

  async start(): Promise<void> {
    await Promise.all([this.server.actor.start(), this.dialler.actor.start()])
    const { cell } = this.server.it
    await until(() => cell?.hasLeader === true && cell.size === 2 && this.dialler.it.cell?.size === 2)
    await this.exchange()
  }

  /** Has somebody who looks on ask where operators come. */
  async askForCommands(raw: RawSockets, mechanism: Mechanism): Promise<void> {
    const line = raw.dealer(mechanism, newLinkId('be'.repeat(8)))
    line.socket.connect(`tcp://127.0.0.1:${this.server.record.port}`)
    void line.socket.send(frameOf({ t: 'hello', wire: [1], role: 'observer', key: '' }))
    void line.socket.send(frameOf({ t: 'status', door: true }))
    await eventually(() => this.server.commands !== undefined, 'a door for operators')
  }

  /** Something passes by every kind of port, each way; resolves when all of it was handled. */
  async exchange(): Promise<void> {
    const { news, cell, handled } = this.server.it
    const { listens, asks, requests, calls, cell: other, handled: heard } = this.dialler.it
    await Promise.all([listens, asks, requests, calls].map((port) => port.ready()))
    const text = `round ${++this.#rounds}`
    news.send({ text })
    cell?.send({ text })
    other?.send({ text })
    await Promise.all([asks.ask({ text }), calls.call({ text }), requests.send({ text })])
    const whole = ['group', 'sub', 'req'].map((by) => `${by} ${text}`)
    await until(() => whole.every((each) => heard.includes(each)) && handled.includes(`group ${text}`))
  }

  /** What reached handlers that is none of the app's own. */
  get strange(): string[] {
    const all = [...this.server.it.handled, ...this.dialler.it.handled]
    return all.filter((each) => !/^\w+ round \d+$/.test(each))
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.actor.stop(), this.dialler.actor.stop()])
  }
}
