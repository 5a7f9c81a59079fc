/**
 * One actor as it runs: its components, their ports, its directory and its peers.
 *
 *   start   components are made · ports are opened · the directory listens · discovery announces it ·
 *           onActivate of every component, in its turn · "ready"
 *   stop    timers halt · onDeactivate of every component · what is queued leaves · goodbye
 */
import { randomBytes } from 'node:crypto'
import { type ActorRecord, DirectoryServer, type Discovery } from '../discovery/index.js'
import {
  createSockets,
  messageOf,
  type Port,
  type PortEnvironment,
  portLimits,
  Timer,
  WIRE_VERSION,
} from '../ports/index.js'
import type { ActorDefinition, AppDefinition } from './app.js'
import { type BuiltComponent, buildComponents } from './build.js'
import type { PeerEvent } from './component.js'
import { Connections } from './connections.js'
import { createReporter, type EventSink, type Reporter } from './events.js'
import { Hooks } from './hooks.js'
import { hostId } from './host-id.js'
import { describeError, describeThrown, isOfTheStop, type Stoppable } from './lifetime.js'
import { runtimeLimits } from './limits.js'
import { listingOf } from './listing.js'
import { isNetworked } from './matching.js'
import { Notices } from './notices.js'
import { Peers } from './peers.js'
import { statusOf } from './status.js'
import { ComponentTurns } from './turns.js'

export interface ActorOptions {
  readonly app: AppDefinition
  readonly name: string
  readonly definition: ActorDefinition
  /** Resolved by resolveParams(). */
  readonly params: Readonly<Record<string, unknown>>
  readonly discovery: Discovery
  /** Address that global ports and the directory bind. */
  readonly host: string
  readonly directoryPort: number
  readonly sink: EventSink
  readonly logLevel: string
  readonly verify?: ((record: ActorRecord) => boolean) | undefined
}

interface Active extends BuiltComponent {
  readonly turns: ComponentTurns
}

export class Actor implements Stoppable {
  readonly id = randomBytes(8).toString('hex')
  readonly name: string
  readonly #options: ActorOptions
  readonly #sockets = createSockets()
  readonly #hostId = hostId()
  readonly #reporter: Reporter
  readonly #notices: Notices
  /** Of handlers that throw: one that does so at each message fills no disk. */
  readonly #failures: Notices
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
  #stopping: Promise<void> | undefined
  /** Settles with the last move that is under way. */
  #moving: Promise<unknown> = Promise.resolve()

  constructor(options: ActorOptions) {
    this.#options = options
    this.name = options.name
    this.#host = options.host
    this.#reporter = createReporter({ actor: options.name, id: this.id }, options.sink, options.logLevel)
    this.#notices = new Notices(this.#reporter.log)
    this.#failures = new Notices(this.#reporter.log)
  }

  /** Where the directory listens, `host:port`. */
  get directory(): string {
    return `${this.#host}:${this.#directoryPort}`
  }

  /**
   * Starts everything. Rejects where a class of the user, an address or an interface does not allow it; then
   * nothing runs on.
   */
  async start(): Promise<void> {
    try {
      await this.#start()
    } catch (error) {
      for (const port of this.#ports) port.close()
      for (const { turns } of this.#components) turns.stop()
      this.#directory?.close()
      this.#peers?.close()
      throw error
    }
  }

  async #start(): Promise<void> {
    const { app, name, definition, params } = this.#options
    this.#reporter.emit('started', { app: app.name, version: app.version, pid: process.pid })
    const { log } = this.#reporter
    const built = buildComponents({ definition, params, app: app.name, actor: name, actorId: this.id, log })
    this.#components = built.map((each) => ({ ...each, turns: this.#turnsOf(each) }))
    this.#ports = built.flatMap(({ ports }) => ports)
    const joined = this.#openPorts().then(() => this.#join())
    const hasJoined = joined.then(
      () => true,
      () => false,
    )
    this.#moving = hasJoined
    // Activation comes first in every component's turns: messages wait for it, and it waits for the ports.
    this.#hooks = new Hooks(this.#components, log)
    const activated = this.#hooks.activate(hasJoined)
    await Promise.all([joined, activated])
    if (this.#stopping) return
    const ports = this.#ports.filter(isNetworked).length
    this.#reporter.emit('ready', { ports, directory: this.directory })
  }

  /** Ends gracefully; twice is once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  abandon(): void {
    this.#sockets.closeAll(0)
  }

  fatal(error: unknown, what: string): void {
    this.#reporter.log.error({ err: describeError(error), exit: 1 }, `${what}: ${describeThrown(error)}`)
  }

  async #openPorts(): Promise<void> {
    for (const { ports, turns } of this.#components) {
      const environment = this.#environmentOf(turns)
      // One after another, so that the first that fails is the one that is told.
      for (const port of ports) await port.open(environment)
    }
  }

  #environmentOf(turns: ComponentTurns): PortEnvironment {
    const host = (): string => this.#host
    return {
      actor: this.name,
      actorId: this.id,
      get bindHost() {
        return host()
      },
      sockets: this.#sockets,
      turns,
      notice: (notice) => this.#notices.add(notice),
      changed: () => this.#list(),
    }
  }

  async #join(): Promise<void> {
    const { discovery, app, verify } = this.#options
    const notice = (what: string, text: string): void => this.#notice(what, text)
    this.#connections = new Connections({
      ports: this.#ports,
      actorId: this.id,
      hostId: this.#hostId,
      mismatch: (port, peer, text) => {
        const from = { port: port.path, peer: peer.actorId, peerPort: `${peer.component}.${peer.port}` }
        const key = `mismatch ${port.path} ${peer.actorId} ${peer.component}.${peer.port}`
        this.#notices.say(
          key,
          from,
          `${port.path} is not connected to ${from.peerPort} of ${peer.actor}: ${text}`,
        )
      },
    })
    this.#peers = new Peers({
      app: app.name,
      sockets: this.#sockets,
      self: () => this.#record(),
      verify,
      discovery,
      listed: (record, listing) => this.#connections?.update(record, listing),
      connected: (record) => this.#told('connected', record),
      disconnected: (record, why) => {
        this.#connections?.remove(record)
        this.#told('disconnected', record, why)
      },
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
    const { app, verify } = this.#options
    this.#directory = new DirectoryServer({
      sockets: this.#sockets,
      host: this.#host,
      port: this.#options.directoryPort,
      self: () => this.#record(),
      ...(verify ? { verify } : {}),
      status: () => statusOf(this.name, this.id, app, this.#ports, this.#peers?.connected ?? []),
      events: {
        hello: (record, role) => {
          if (record && role === 'peer') this.#peers?.found(record)
        },
        notice: (what, text) => this.#notice(what, text),
      },
    })
    this.#directoryPort = await this.#directory.open()
    this.#listed = undefined
    this.#list()
  }

  #notice(what: string, text: string): void {
    this.#notices.say(`${what} ${text}`, { what }, text)
  }

  /**
   * The host has another address now: what listens to the network moves there and is announced anew, one move
   * after another, the first when the actor has joined. Never rejects.
   */
  moved(host: string): Promise<void> {
    const moving = this.#moving.then(() => this.#move(host))
    this.#moving = moving
    return moving
  }

  async #move(host: string): Promise<void> {
    if (host === this.#host || !this.#directory || this.#stopping) return
    this.#host = host
    this.#generation++
    try {
      this.#directory.close()
      await this.#openDirectory()
      for (const port of this.#ports) {
        if (port.scope === 'global' && port.endpoint.startsWith('tcp:')) await port.reset()
      }
      await this.#options.discovery.announce(this.#record())
      this.#peers?.greet()
      this.#reporter.log.warn(`this host has the address ${host} now; ports and directory moved there`)
    } catch (error) {
      this.#reporter.log.error(`this host has the address ${host} now, but: ${describeThrown(error)}`)
    }
  }

  #record(): ActorRecord {
    return {
      id: this.id,
      app: this.#options.app.name,
      actor: this.name,
      host: this.#host,
      port: this.#directoryPort,
      key: '',
      generation: this.#generation,
      wire: [WIRE_VERSION],
    }
  }

  #listing() {
    return listingOf(this.#ports, this.id, this.#hostId)
  }

  #list(): void {
    if (!this.#directory || this.#stopping) return
    const listing = this.#listing()
    // Ports also tell of connections, which are not listed: peers hear only of what is new.
    const listed = listing.ports.map(({ endpoint }) => endpoint).join()
    if (listed === this.#listed) return
    this.#listed = listed
    this.#connections?.update(this.#record(), listing)
    this.#directory.update(listing)
  }

  #told(state: PeerEvent['state'], record: ActorRecord, why?: string): void {
    this.#reporter.emit(state, { peer: record.id, peerActor: record.actor, ...(why ? { why } : {}) })
    this.#hooks?.peer({ state, actor: record.actor, actorId: record.id })
  }

  #turnsOf({ name }: BuiltComponent): ComponentTurns {
    return new ComponentTurns((error, port) => {
      if (this.#stopping && isOfTheStop(error)) return
      const where = port ? `the handler of ${port.path}` : name
      const repeated = this.#failures.isDue(`${where}: ${messageOf(error).slice(0, portLimits.foreignText)}`)
      if (!repeated) return
      const fields = { component: name, ...(port ? { port: port.path } : {}), ...repeated }
      const text = `${where} threw: ${describeThrown(error)}`
      this.#reporter.log.error({ ...fields, err: describeError(error) }, text)
    })
  }

  async #stop(): Promise<void> {
    for (const port of this.#ports) if (port instanceof Timer && port.isOpen) port.halt()
    await this.#hooks?.deactivate()
    for (const port of this.#ports) port.close(runtimeLimits.lingerMs)
    for (const { turns } of this.#components) turns.stop()
    await this.#options.discovery.stop()
    this.#directory?.close()
    this.#peers?.close()
    // Sockets that were closed leave in the background what they still hold; sooner they would be cut off.
    await new Promise((resolve) => setTimeout(resolve, runtimeLimits.lingerMs))
    this.#reporter.emit('stopped')
    this.#sockets.closeAll(0)
  }
}
