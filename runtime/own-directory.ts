/**
 * The directory of one actor: where it listens, how it is announced, and what it lists of the actor's ports
 * and groups. What is listed is told when it is another.
 */
import {
  type ActorRecord,
  DirectoryServer,
  type DirectoryServerOptions,
  DiscoveryError,
  type Listing,
} from '../discovery/index.js'
import { type Port, WIRE_VERSION } from '../ports/index.js'
import type { ActorOptions } from './actor-options.js'
import { type GroupListing, leadersOf } from './groups/group-listing.js'
import { describeThrown } from './lifetime.js'
import { listingOf } from './listing.js'

export interface OwnDirectoryOptions
  extends Pick<DirectoryServerOptions, 'revocations' | 'status' | 'events'> {
  readonly actor: Pick<ActorOptions, 'app' | 'name' | 'place' | 'discovery' | 'directoryPort'>
  readonly host: () => string
  readonly ports: () => readonly Port[]
  readonly groups: () => GroupListing
  /** Nothing is listed for now, or any more. */
  readonly isQuiet: () => boolean
  /** The actor has ended. */
  readonly isClosed: () => boolean
  /** What is listed is another. */
  listed(record: ActorRecord, listing: Listing): void
  failed(text: string): void
}

export class OwnDirectory {
  readonly #options: OwnDirectoryOptions
  #server: DirectoryServer | undefined
  #port = 0
  #generation = 0
  /** The endpoints that were listed last. */
  #listed: string | undefined

  constructor(options: OwnDirectoryOptions) {
    this.#options = options
  }

  /** Undefined before it is open. */
  get server(): DirectoryServer | undefined {
    return this.#server
  }

  /** Where it listens, or where strangers introduce themselves: `host:port`. */
  get address(): string {
    return `${this.#options.host()}:${this.#options.actor.place.guard?.door ?? this.#port}`
  }

  /** As it is announced now, sealed where the actor has keys. */
  get record(): ActorRecord {
    const { actor, host } = this.#options
    const { app, name, place } = actor
    const record: ActorRecord = {
      id: place.actorId,
      app: app.name,
      actor: name,
      host: host(),
      port: this.#port,
      key: '',
      generation: this.#generation,
      wire: [WIRE_VERSION],
    }
    return place.guard?.seal(record) ?? record
  }

  /** Listens at the host as it is now. @throws DiscoveryError as DirectoryServer.open(), and `stopped`. */
  async open(): Promise<void> {
    const { actor, host, isClosed, revocations, status, events } = this.#options
    const { guard, sockets } = actor.place
    const server = new DirectoryServer({
      ...{ sockets, host: host(), revocations, status, events, verify: guard?.verify },
      port: guard ? 0 : actor.directoryPort,
      self: () => this.record,
    })
    this.#server = server
    this.#port = await server.open()
    if (isClosed()) {
      server.close()
      throw new DiscoveryError('stopped', `the actor ${actor.name} ended while its directory was opened`)
    }
    this.#listed = undefined
    this.#listNow()
  }

  close(): void {
    this.#server?.close()
  }

  /** What is announced from now on is newer than what was. */
  outdate(): void {
    this.#generation++
  }

  /** It listens elsewhere, too, unless no port is given: clients are told, and it is announced there. */
  async renewed(port: number | undefined): Promise<void> {
    this.#port = port ?? this.#port
    this.outdate()
    this.#listed = undefined
    this.list()
    this.#server?.renew()
    await this.#options.actor.discovery.announce(this.record)
  }

  /** Lists what is another now; where that cannot be, the former listing stands. Never throws. */
  list(): void {
    try {
      this.#listNow()
    } catch (error) {
      this.#options.failed(`peers are not told what this actor has now: ${describeThrown(error)}`)
    }
  }

  #listNow(): void {
    const { actor, host, ports, groups, isQuiet, listed } = this.#options
    if (!this.#server || isQuiet()) return
    const { actorId, hostId } = actor.place
    // Ports also tell of connections, which are not listed: peers hear only of what is new.
    const ofGroups = groups()
    const endpoints = ports().map(({ endpoint }) => endpoint)
    const text = JSON.stringify([endpoints, ofGroups.groups, ofGroups.process?.witness])
    if (text === this.#listed) return
    this.#listed = text
    const listing = listingOf(ports(), actorId, hostId, ofGroups)
    listed(this.record, listing)
    this.#server.update(listing)
    actor.discovery.leads?.(leadersOf(ofGroups, { app: actor.app.name, actorId, host: host() }))
  }
}
