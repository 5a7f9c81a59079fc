/**
 * One actor as it runs: its components, their ports, its directory and its peers.
 *
 *   start   components are made · ports are opened · the directory listens · discovery announces it ·
 *           onActivate of every component, in its turn · "ready"
 *   stop    timers halt · onDeactivate of every component · what is queued leaves · goodbye
 */
import type { ActorRecord } from '../discovery/index.js'
import type { Port, Sockets } from '../ports/index.js'
import type { ActorOptions } from './actor-options.js'
import { buildComponents, type RunComponent } from './build.js'
import type { Component } from './component.js'
import { Connections, mismatchTold } from './connections.js'
import { ActorControls } from './control/actor-controls.js'
import type { Controls } from './control/controls.js'
import { groupWatcher } from './control/group-watch.js'
import type { Happening } from './control/happenings.js'
import { createReporter, type Reporter } from './events.js'
import { ActorGroups } from './groups/actor-groups.js'
import { haltPorts } from './halt.js'
import { HandlerReports } from './handler-reports.js'
import type { LimitEvent, PeerEvent } from './hook-events.js'
import { Hooks } from './hooks.js'
import { describeError, describeThrown, isOfTheStop, type Stoppable } from './lifetime.js'
import { runtimeLimits } from './limits.js'
import { requireRoom } from './listing-room.js'
import { isBound } from './matching.js'
import { type Attempt, Moves, moveOf } from './moves.js'
import { Notices } from './notices.js'
import { OwnDirectory } from './own-directory.js'
import { LEFT, Peers } from './peers.js'
import { groupPlaceOf } from './place.js'
import { portEnvironments } from './port-environments.js'
import { Renewals } from './renewals.js'
import { type ActorStatus, statusOf } from './status.js'

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
  readonly #directory: OwnDirectory
  readonly #controls: ActorControls
  #components: readonly RunComponent[] = []
  #ports: readonly Port[] = []
  #hooks: Hooks | undefined
  #connections: Connections | undefined
  #peers: Peers | undefined
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
      deadline: (component, event) => {
        this.#hooks?.deadline(component, event)
        this.#tell({ is: 'deadline', component, ...event })
      },
    })
    this.#controls = this.#makeControls()
    this.#groups = this.#makeGroups()
    this.renewals = new Renewals({
      ...{ guard: options.place.guard, groups: this.#groups },
      ...{ log: this.#reporter.log, notices: this.#notices },
      ports: () => this.#ports,
      directory: () => (this.isStopping ? undefined : this.#directory.server),
      recheck: () => this.#peers?.recheck(),
      greet: () => this.#peers?.greet(),
      refresh: () => options.discovery.refresh(),
      renewed: (directoryPort) => this.#renewed(directoryPort),
    })
    this.#directory = this.#makeDirectory()
  }

  /** Where the directory listens, `host:port`. */
  get directory(): string {
    return this.#directory.address
  }

  /** Its components by name; none before the start. */
  get components(): ReadonlyMap<string, Component<object>> {
    return new Map(this.#components.map(({ name, component }) => [name, component]))
  }

  /** What others may have it do, and what happens to it. */
  get controls(): Controls {
    return this.#controls.controls
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
      this.#directory.close()
      await this.#controls.close()
      throw error
    }
  }

  async #start(): Promise<void> {
    const { app, name, definition, params, metrics, told } = this.#options
    this.#reporter.emit('started', { app: app.name, version: app.version, pid: process.pid })
    const { log } = this.#reporter
    for (const text of told ?? []) log.warn(text)
    const { happenings } = this.#controls
    const of = { app: app.name, actor: name, actorId: this.id, groups: this.#groups, happenings }
    const built = buildComponents({ definition, params, log, metrics, ...of })
    this.#components = built.map((each) => ({ ...each, turns: this.#reports.turnsOf(each) }))
    this.#ports = built.flatMap(({ ports }) => ports)
    const joined = this.#openPorts()
      .then(() => this.#controls.open())
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
    this.#tell({ is: 'ready' })
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
    this.#directory.close()
    void this.#controls.close()
    this.abandon()
    this.#onStopped()
  }

  async limit(event: LimitEvent): Promise<void> {
    await this.#hooks?.limit(event)
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
      place: () => groupPlaceOf(place, this.#host),
      components: () => this.#components,
      requireRoom: (joining, all) => requireRoom([this.#ports, this.id, place.hostId], joining, all),
      witness: () => this.#controls.witness,
      listed: () => this.#directory.list(),
      watcher: groupWatcher(this.#controls.happenings),
      stalled: (ms) => {
        this.#hooks?.stalled(ms)
        this.#tell({ is: 'stalled', ms })
      },
    })
  }

  #makeControls(): ActorControls {
    const { doors = [], operators, supervision, place } = this.#options
    return new ActorControls({
      ...{ doors, operators, supervision, locked: place.guard && this.#sockets },
      components: () => this.#components,
      memberships: () => this.#groups.memberships,
      limit: (event) => void this.limit(event),
      listed: () => this.#directory.list(),
      status: () => this.#status(),
      host: () => this.#host,
      warn: (text) => this.#notice('door', text),
      tell: (text) => this.#reporter.log.info(text),
    })
  }

  #makeDirectory(): OwnDirectory {
    return new OwnDirectory({
      actor: this.#options,
      host: () => this.#host,
      ports: () => this.#ports,
      groups: () => this.#groups.listing,
      isQuiet: () => this.isStopping || this.#isClosed || this.renewals.isUnderWay,
      isClosed: () => this.#isClosed,
      listed: (record, listing) => {
        this.#connections?.update(record, listing)
        this.#controls.moved()
      },
      failed: (text) => this.#notices.say('listing', { what: 'listing' }, text),
      revocations: this.renewals.revocations,
      status: async (isDoorWanted) => {
        if (isDoorWanted) await this.#controls.openOperators()
        return this.#status()
      },
      events: {
        hello: (record, role) => {
          if (record && role === 'peer') this.#peers?.greeted(record)
        },
        bye: (id) => this.#peers?.gone(id),
        notice: (what, text) => this.#notice(what, text),
      },
    })
  }

  #status(): ActorStatus {
    const peers = this.#peers?.connected ?? []
    const { memberships } = this.#groups
    const { doors } = this.#controls
    return { ...statusOf(this.name, this.id, this.#options.app, this.#ports, peers, memberships), doors }
  }

  async #openPorts(): Promise<void> {
    // Before all else: who comes to a socket has to be asked about.
    await this.#options.place.guard?.open(this.#host, this.#options.directoryPort, this.#notices)
    const environmentOf = portEnvironments({
      ...{ actor: this.name, actorId: this.id, sockets: this.#sockets, host: () => this.#host },
      notice: (notice) => this.#notices.add(notice),
      changed: () => this.#directory.list(),
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
      self: () => this.#directory.record,
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
    await this.#directory.open()
    await discovery.start({
      found: (record) => this.#peers?.found(record),
      gone: (id) => this.#peers?.gone(id),
      notice,
    })
    await discovery.announce(this.#directory.record)
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
    this.#directory.outdate()
    return moveOf({
      ports: this.#ports.filter((port) => port.scope === 'global' && isBound(port)),
      listen: async () => {
        await this.#options.place.guard?.move(host, this.#options.directoryPort)
        this.#directory.close()
        await this.#directory.open()
      },
      announce: () => this.#options.discovery.announce(this.#directory.record),
      moved: () => {
        this.#peers?.greet()
        this.#groups.moved()
      },
    })
  }

  /** It listens elsewhere, too, and is announced there. */
  async #renewed(directoryPort: number | undefined): Promise<void> {
    await this.#directory.renewed(directoryPort)
    this.#peers?.greet()
    await this.#controls.renewed()
  }

  #told(state: PeerEvent['state'], record: ActorRecord, why?: string): void {
    this.#reporter.emit(state, { peer: record.id, peerActor: record.actor, ...(why ? { why } : {}) })
    const event = { state, actor: record.actor, actorId: record.id }
    this.#hooks?.peer(event)
    this.#tell({ is: 'peer', ...event })
  }

  #tell(happening: Happening): void {
    this.#controls.happenings.tell(happening)
  }

  async #stop(): Promise<void> {
    const { discovery } = this.#options
    this.#reporter.emit('stopping')
    this.#tell({ is: 'stopping' })
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
    this.#directory.close()
    await Promise.all([lingered, this.#controls.close()])
    this.#reporter.emit('stopped')
    this.#sockets.closeAll(0)
    this.#options.place.guard?.close()
    this.#onStopped()
  }

  /** Ends what the components and their connections are made of; what ports still hold has time to leave. */
  #close(lingerMs: number): void {
    this.#isClosed = true
    this.#controls.controls.close()
    // First, so that no news of a peer comes to ports that are closed.
    this.#peers?.close()
    this.#groups.close()
    for (const port of this.#ports) port.close(lingerMs)
    for (const { turns } of this.#components) turns.stop()
  }
}
