/** Actors of a test that are heard by a door in clear text, from before they are ready. */
import {
  ActorCommand,
  ApiCommand,
  ApiEventKind,
  type ApiReply,
  type RpcClient,
  rpcDoor,
} from '../../../control/index.js'
import { type ActorDefinition, app, type RunningActor } from '../../../runtime/index.js'
import { ActorsForTests } from '../../support/actors-for-tests.js'
import { uniqueApp } from '../../support/apps.js'
import type { Event } from '../../support/events.js'
import { deferred } from '../../support/eventually.js'
import { Heard } from '../../support/heard.js'
import { opened } from '../../support/opened-door.js'
import { Cell, JOINED } from './members.js'

export interface Watched {
  /** Of the actor. */
  readonly id: string
  readonly client: RpcClient
  readonly heard: Heard
}

export interface WatchedHere extends Watched {
  readonly running: RunningActor
}

/** Makes the actor; it is to be ready when this promise has settled. */
export type MadeOf = (isHeard: Promise<void>) => ActorDefinition

/** Registers its hooks with the suite. All are of one app, another in each test: seats are of the host. */
export class WatchedActors {
  app = ''
  readonly directories: string[] = []
  readonly #actors = new ActorsForTests()
  readonly #clients: RpcClient[] = []

  constructor() {
    beforeEach(() => {
      this.app = uniqueApp()
      this.directories.length = 0
    })
    afterEach(() => {
      for (const client of this.#clients.splice(0)) client.close()
    })
  }

  /** Hears by this client until the end of the test. */
  hear(client: RpcClient): Heard {
    this.#clients.push(client)
    return new Heard(client)
  }

  async start(name: string, made: MadeOf): Promise<WatchedHere> {
    const isOpen = deferred()
    const isHeard = deferred()
    const door = opened(rpcDoor({ subscriberPort: 0, commandPort: 0, heartbeatInterval: 0.05 }))
    const definition = app(this.app, { actors: { [name]: made(isHeard.promise) }, groups: { Cell } })
    const starting = this.#actors.start(definition, name, {
      discovery: `static:${this.directories.join()}`,
      doors: [{ open: (place) => door.open(place).finally(isOpen.resolve), close: () => door.close() }],
      sink: { write: () => undefined },
      insecure: true,
    })
    await isOpen.promise
    const client = door.client()
    const heard = this.hear(client)
    await heard.beat()
    isHeard.resolve()
    const running = await starting
    this.directories.push(running.directory)
    return { running, id: running.id, client, heard }
  }
}

/** What was first told of who leads, once each of these has told that all of them take part. */
export async function electionIn(all: readonly Watched[]): Promise<Event> {
  const joined = ({ heard }: Watched) =>
    all.map(({ id }) => heard.event(JOINED, ({ actorId }) => actorId === id))
  await Promise.all(all.flatMap(joined))
  const [election = {}] = await Promise.all(all.map(({ heard }) => heard.event(ApiEventKind.LEADER_ELECTED)))
  return election
}

/** Whether it is of a later election: tokens rise with every leader. */
export function isLater(one: Event, other: Event): boolean {
  const [epoch, former] = [Number(one.epoch), Number(other.epoch)]
  return epoch > former || (epoch === former && Number(one.term) > Number(other.term))
}

/** Whether this one leads, or led, by what was told. */
export const isOf =
  ({ member }: Event) =>
  ({ id }: Watched): boolean =>
    String(member).startsWith(id)

/** A command that every actor of quorate has. */
export function own(client: RpcClient, customCommand: number, data: object): Promise<ApiReply> {
  return client.run(ApiCommand.USER_DEFINED, { customCommand, data })
}

export function call(client: RpcClient, name: string, args: object): Promise<ApiReply> {
  return own(client, ActorCommand.CALL, { name, args })
}
