/**
 * One actor as it runs: its components, their ports, its directory and its peers.
 *
 *   start   components are made · ports are opened · the directory listens · discovery announces it ·
 *           onActivate of every component, in its turn · "ready"
 *   stop    timers halt · onDeactivate of every component · what is queued leaves · goodbye
 */
import { type ActorRecord, DirectoryServer, DiscoveryError, isLoopback } from '../discovery/index.js'
import { type Port, type Sockets, WIRE_VERSION } from '../ports/index.js'
import type { ActorOptions } from './actor-options.js'
import { type BuiltComponent, buildComponents } from './build.js'
import type { Component, PeerEvent } from './component.js'
import { Connections, mismatchTold } from './connections.js'
import { createReporter, type Reporter } from './events.js'
import { ActorGroups } from './groups/actor-groups.js'
import { leadersOf } from './groups/group-listing.js'
import { groupPlaceHere } from './groups/group-place.js'
import { haltPorts } from './halt.js'
import { HandlerReports } from './handler-reports.js'
import { Hooks } from './hooks.js'
import { describeError, describeThrown, isOfTheStop, type Stoppable } from './lifetime.js'
import { runtimeLimits } from './limits.js'
import { listingOf } from './listing.js'
import { requireRoom } from './listing-room.js'
import { isBound } from './matching.js'
import { type Attempt, Moves, moveOf } from './moves.js'
import { Notices } from './notices.js'
import { LEFT, Peers } from './peers.js'
import { portEnvironments } from './port-environments.js'
import { Renewals } from './renewals.js'
import { statusOf } from './status.js'
import type { ComponentTurns } from './turns.js'

interface Active extends BuiltComponent {
  readonly turns: ComponentTurns
}

export class Actor implements Stoppable {
  readonly id: string
  /** To be told of other keys. */
  readonly renewals: Renewals
  readonly name: string
  readonly #options: ActorOptions
  readonly #sockets: Sockets
  readonly #reporter: Reporter
  readonly #notices: Notices
  readonly #reports: HandlerReports
  readonly #groups: ActorGroups
  #components: readonly Active[] = []
  #ports: readonly Port[] = []
  #hooks: Hooks | undefined
  #connections: Connections | undefined
  #peers: Peers | undefined
  #directory: DirectoryServer | undefined
  #directoryPort = 0
  #generation = 0
  /** The endpoints that were listed last. */
  #listed: string | undefined
  #host: string
  #moves: Moves | undefined
  #stopping: Promise<void> | undefined
  #isClosed = false
  /** Told when stop() is done. */
  #onStopped = (): void => undefined

  constructor(options: ActorOptions) {
    this.#options = options
    this.name = options.name
    this.id = options.place.actorId
    this.#sockets = options.place.sockets
    this.#host = options.host
    this.#reporter = createReporter({ actor: options.name, id: this.id }, options.sink, options.logLevel)
    this.#notices = new Notices(this.#reporter.log)
    this.#reports = new HandlerReports({
      ...{ log: this.#reporter.log, notices: this.#notices, isStopping: () => this.isStopping },
      deadline: (component, event) => this.#hooks?.deadline(component, event),
    })
    this.#groups = this.#makeGroups()
    this.renewals = new Renewals({
      ...{ guard: options.place.guard, groups: this.#groups },
      ...{ log: this.#reporter.log, notices: this.#notices },
      ports: () => this.#ports,
      directory: () => (this.isStopping ? undefined : this.#directory),
      recheck: () => this.#peers?.recheck(),
      greet: () => this.#peers?.greet(),
      refresh: () => options.discovery.refresh(),
      renewed: (directoryPort) => this.#renewed(directoryPort),
    })
  }

  /** Where the directory listens, `host:port`. */
  get directory(): string {
    return `${this.#host}:${this.#options.place.guard?.door ?? this.#directoryPort}`
  }

  /** Its components by name; none before the start. */
  get components(): ReadonlyMap<string, Component<object>> {
    return new Map(this.#components.map(({ name, component }) => [name, component]))
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /**
   * Starts everything. Rejects where a class of the user, an address or an interface does not allow it; then
   * nothing runs on. Where the actor is stopped meanwhile, it resolves at the latest with the stop.
   */
  async start(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve
    })
    try {
      await Promise.race([this.#start(), stopped])
    } catch (error) {
      if (this.isStopping && isOfTheStop(error)) return
      this.#moves?.end()
      this.#close(0)
      this.#directory?.close()
      throw error
    }
  }

  async #start(): Promise<void> {
    const { app, name, definition, params, told } = this.#options
    this.#reporter.emit('started', { app: app.name, version: app.version, pid: process.pid })
    const { log } = this.#reporter
    for (const text of told ?? []) log.warn(text)
    const of = { app: app.name, actor: name, actorId: this.id, groups: this.#groups }
    const built = buildComponents({ definition, params, log, ...of })
    this.#components = built.map((each) => ({ ...each, turns: this.#reports.turnsOf(each) }))
    this.#ports = built.flatMap(({ ports }) => ports)
    const joined = this.#openPorts()
      .then(() => this.#join())
      .then(() => this.#options.place.beforeActivation?.(this.#ports))
    const hasJoined = joined.then(
      () => true,
      () => false,
    )
    this.#moves = new Moves(hasJoined, (host) => this.#moveTo(host), log)
    // Activation comes first in every component's turns: messages wait for it, and it waits for the ports.
    this.#hooks = new Hooks(this.#components, log)
    const activated = this.#hooks.activate(hasJoined)
    await Promise.all([joined, activated])
    if (this.isStopping) return
    this.#reporter.emit('ready', { ports: this.#ports.length, directory: this.directory })
  }

  /** Ends gracefully; twice is once. */
  stop(): Promise<void> {
    // Not at once: what it calls may call stop() again.
    this.#stopping ??= Promise.resolve().then(() => this.#stop())
    return this.#stopping
  }

  abandon(): void {
    this.#groups.close()
    this.#sockets.closeAll(0)
    this.#options.place.guard?.close()
  }

  /** Ends at once: without hooks, and without waiting for anything to leave. */
  kill(): void {
    this.#stopping ??= Promise.resolve()
    this.#moves?.end()
    this.#close(0)
    this.#directory?.close()
    this.abandon()
    this.#onStopped()
  }

  fatal(error: unknown, what: string): void {
    const msg = `${what}: ${describeThrown(error)}`
    this.#reporter.emit('error', { level: 'error', err: describeError(error), exit: 1, msg })
  }

  #makeGroups(): ActorGroups {
    const { app, place } = this.#options
    return new ActorGroups({
      ...{ app, actor: this.name, actorId: this.id, notices: this.#notices, log: this.#reporter.log },
      host: () => this.#host,
      key: () => place.guard?.lock.keys().publicKey ?? '',
      place: () =>
        place.groups ??
        groupPlaceHere(
          place.seats ?? (isLoopback(this.#host) ? 'all' : undefined),
          () => place.guard?.groupLock,
        ),
      components: () => this.#components,
      requireRoom: (joining, all) => requireRoom([this.#ports, this.id, place.hostId], joining, all),
      listed: () => this.#list(),
      stalled: (ms) => this.#hooks?.stalled(ms),
    })
  }

  async #openPorts(): Promise<void> {
    // Before all else: who comes to a socket has to be asked about.
    await this.#options.place.guard?.open(this.#host, this.#options.directoryPort, this.#notices)
    const environmentOf = portEnvironments({
      ...{ actor: this.name, actorId: this.id, sockets: this.#sockets, host: () => this.#host },
      notice: (notice) => this.#notices.add(notice),
      changed: () => this.#list(),
    })
    for (const { ports, turns } of this.#components) {
      const environment = environmentOf(turns)
      // One after another, so that the first that fails is the one that is told.
      for (const port of ports) await port.open(environment)
    }
  }

  async #join(): Promise<void> {
    const { discovery, app, place } = this.#options
    const { guard } = place
    const notice = (what: string, text: string): void => this.#notice(what, text)
    this.#connections = new Connections({
      ports: this.#ports,
      actorId: this.id,
      hostId: this.#options.place.hostId,
      mismatch: mismatchTold(this.#notices),
    })
    this.#peers = new Peers({
      app: app.name,
      sockets: this.#sockets,
      self: () => this.#record(),
      verify: guard?.verify,
      revocations: this.renewals.revocations,
      introduce: guard && ((record) => guard.introduceTo(record)),
      discovery,
      listed: (record, listing) => {
        this.#connections?.update(record, listing)
        this.#groups.listed(record, listing)
      },
      connected: (record) => this.#told('connected', record),
      disconnected: (record, why) => {
        this.#connections?.remove(record)
        this.#groups.unlisted(record, why === LEFT)
        this.#told('disconnected', record, why)
      },
      healed: (record, cutMs) => this.#connections?.mend(record, cutMs),
      notice,
    })
    // With the listing the actor's own ports connect, too, without a directory between.
    await this.#openDirectory()
    await discovery.start({
      found: (record) => this.#peers?.found(record),
      gone: (id) => this.#peers?.gone(id),
      notice,
    })
    await discovery.announce(this.#record())
  }

  async #openDirectory(): Promise<void> {
    const { app, place } = this.#options
    this.#directory = new DirectoryServer({
      sockets: this.#sockets,
      host: this.#host,
      port: place.guard ? 0 : this.#options.directoryPort,
      self: () => this.#record(),
      verify: place.guard?.verify,
      revocations: this.renewals.revocations,
      status: () => {
        const peers = this.#peers?.connected ?? []
        return statusOf(this.name, this.id, app, this.#ports, peers, this.#groups.memberships)
      },
      events: {
        hello: (record, role) => {
          if (record && role === 'peer') this.#peers?.greeted(record)
        },
        bye: (id) => this.#peers?.gone(id),
        notice: (what, text) => this.#notice(what, text),
      },
    })
    this.#directoryPort = await this.#directory.open()
    if (this.#isClosed) {
      this.#directory.close()
      throw new DiscoveryError('stopped', `the actor ${this.name} ended while its directory was opened`)
    }
    this.#listed = undefined
    this.#listNow()
  }

  #notice(what: string, text: string): void {
    this.#notices.say(`${what} ${text}`, { what }, text)
  }

  /**
   * The host has another address now: what listens to the network moves there and is announced anew, as often
   * as that takes. Moves before the actor has joined wait for it. Never rejects.
   */
  async moved(host: string): Promise<void> {
    await this.#moves?.to(host)
  }

  #moveTo(host: string): Attempt | undefined {
    if (host === this.#host) return undefined
    this.#host = host
    this.#generation++
    return moveOf({
      ports: this.#ports.filter((port) => port.scope === 'global' && isBound(port)),
      listen: async () => {
        await this.#options.place.guard?.move(host, this.#options.directoryPort)
        this.#directory?.close()
        await this.#openDirectory()
      },
      announce: () => this.#options.discovery.announce(this.#record()),
      moved: () => {
        this.#peers?.greet()
        this.#groups.moved()
      },
    })
  }

  /** It listens elsewhere, too, and is announced there. */
  async #renewed(directoryPort: number | undefined): Promise<void> {
    this.#directoryPort = directoryPort ?? this.#directoryPort
    this.#generation++
    this.#listed = undefined
    this.#list()
    this.#directory?.renew()
    await this.#options.discovery.announce(this.#record())
    this.#peers?.greet()
  }

  #record(): ActorRecord {
    const record: ActorRecord = {
      id: this.id,
      app: this.#options.app.name,
      actor: this.name,
      host: this.#host,
      port: this.#directoryPort,
      key: '',
      generation: this.#generation,
      wire: [WIRE_VERSION],
    }
    return this.#options.place.guard?.seal(record) ?? record
  }

  /** Lists what is another now; where that cannot be, the former listing stands. Never throws. */
  #list(): void {
    try {
      this.#listNow()
    } catch (error) {
      const text = `peers are not told what this actor has now: ${describeThrown(error)}`
      this.#notices.say('listing', { what: 'listing' }, text)
    }
  }

  #listNow(): void {
    if (!this.#directory || this.isStopping || this.#isClosed || this.renewals.isUnderWay) return
    // Ports also tell of connections, which are not listed: peers hear only of what is new.
    const groups = this.#groups.listing
    const listed = JSON.stringify([this.#ports.map(({ endpoint }) => endpoint), groups.groups])
    if (listed === this.#listed) return
    this.#listed = listed
    const listing = listingOf(this.#ports, this.id, this.#options.place.hostId, groups)
    this.#connections?.update(this.#record(), listing)
    this.#directory.update(listing)
    const actor = { app: this.#options.app.name, actorId: this.id, host: this.#host }
    this.#options.discovery.leads?.(leadersOf(groups, actor))
  }

  #told(state: PeerEvent['state'], record: ActorRecord, why?: string): void {
    this.#reporter.emit(state, { peer: record.id, peerActor: record.actor, ...(why ? { why } : {}) })
    this.#hooks?.peer({ state, actor: record.actor, actorId: record.id })
  }

  async #stop(): Promise<void> {
    const { discovery } = this.#options
    this.#reporter.emit('stopping')
    this.#moves?.end()
    haltPorts(this.#ports)
    await this.#hooks?.deactivate()
    await this.#groups.stop()
    this.#close(runtimeLimits.lingerMs)
    // Sockets that were closed leave in the background what they still hold; sooner they would be cut off.
    const lingered = new Promise((resolve) => setTimeout(resolve, runtimeLimits.lingerMs))
    try {
      await discovery.stop()
    } catch (error) {
      this.#reporter.log.error(`the stop of the ${discovery.kind} discovery failed: ${describeThrown(error)}`)
    }
    this.#directory?.close()
    await lingered
    this.#reporter.emit('stopped')
    this.#sockets.closeAll(0)
    this.#options.place.guard?.close()
    this.#onStopped()
  }

  /** Ends what the components and their connections are made of; what ports still hold has time to leave. */
  #close(lingerMs: number): void {
    this.#isClosed = true
    // First, so that no news of a peer comes to ports that are closed.
    this.#peers?.close()
    this.#groups.close()
    for (const port of this.#ports) port.close(lingerMs)
    for (const { turns } of this.#components) turns.stop()
  }
}
