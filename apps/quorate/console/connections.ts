/**
 * Finds who takes commands, and connects: actors of quorate, by mDNS or at the directories that are named,
 * and devices by their address. To an actor with keys it comes as an operator. Where its keys change, an
 * actor cuts all operators, and takes their commands elsewhere: it is looked for again then, with the keys
 * that this host has by now.
 */
import { type ApiMessage, findDevices, RpcClient } from '../../../control/index.js'
import { createSockets, type Sockets } from '../../../ports/index.js'
import { CommandFailure, exitCodes, lineOf, usage } from '../failure.js'
import { Observatory, type ObservatoryOptions, type Sighting } from '../observatory.js'
import type { Found } from './actor-table.js'
import { doorHere } from './door-here.js'

/** The one that commands go to. */
export interface Connection {
  readonly name: string
  readonly client: Pick<RpcClient, 'request' | 'run' | 'events' | 'connected' | 'isConnected' | 'close'>
  /** Of an actor that was found, which can be found again by it. */
  readonly id?: string
}

export interface ConnectionsOptions
  extends Pick<ObservatoryOptions, 'discovery' | 'interfaces' | 'keys' | 'app' | 'notice'> {
  /** Milliseconds without news after which a search ends. */
  readonly waitMs: number
  /** Told of what the one in use publishes. */
  readonly event: (message: ApiMessage) => void
  /** Told in a line of a connection that broke, and how the search for its actor ends. */
  readonly told: (text: string) => void
}

/** `host:command`, or `host:subscriber:command`; of the one port the other is that before it. */
const ADDRESS = /^([A-Za-z0-9.-]+):(\d{1,5})(?::(\d{1,5}))?$/

export class Connections {
  readonly #options: ConnectionsOptions
  #observatory: Observatory
  #isOpen = false
  #found: Found['actors'] = []
  #devices: Found['devices'] = []
  #current: Connection | undefined
  /** Resolves with why it was not found; undefined where it was. */
  #search: Promise<unknown> | undefined
  #isClosed = false

  constructor(options: ConnectionsOptions) {
    this.#options = options
    this.#observatory = this.#newObservatory()
  }

  /** Of those that were found last: the name, or the id where several actors have it. */
  get names(): readonly string[] {
    const records = this.#found.flatMap(({ record }) => record ?? [])
    const actors = records.map(({ id, actor }) => (this.#fits(actor).length > 1 ? id : actor))
    return [...actors, ...this.#devices.map(({ name }) => name)]
  }

  /**
   * The one in use. An actor whose connection broke is looked for before. @throws CommandFailure where there
   * is none yet, or the actor is not found again.
   */
  async current(): Promise<Connection> {
    const { client } = this.#current ?? {}
    if (client && !client.isConnected && !this.#search) this.#lost(client)
    const why = await this.#search
    if (why !== undefined) throw why
    if (this.#current) return this.#current
    throw usage('no actor is in use: use <actor|host:port>; actors lists those that there are')
  }

  /** Looks, and gives what there is. */
  async list(): Promise<Found> {
    await this.#look()
    return { actors: this.#found, devices: this.#devices }
  }

  /** Connects to another. @throws CommandFailure, RpcError. */
  async use(target: string): Promise<Connection> {
    const made = ADDRESS.test(target) ? atAddress(target) : await this.#named(target)
    this.#take(made)
    await made.client.connected()
    return made
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#current?.client.close()
    if (this.#isOpen) await this.#observatory.close()
  }

  #take(made: Connection): void {
    this.#current?.client.close()
    this.#current = made
    void this.#tellEvents(made.client)
  }

  /** Its connection broke: where it is of the actor in use, that is looked for. */
  #lost(client: Connection['client']): void {
    const current = this.#current
    if (this.#isClosed || this.#search || current?.client !== client || current.id === undefined) return
    const { told } = this.#options
    told(`the connection to ${current.name} is broken; it is looked for again`)
    this.#search = this.#findAgain(current)
      .catch((error: unknown) => {
        if (this.#current !== current) return undefined
        told(`${current.name} is not reached: ${lineOf(error)}; the next command looks again`)
        return error
      })
      .finally(() => {
        this.#search = undefined
      })
  }

  /** The old connection is kept where there is no other: it may come to stand again. */
  async #findAgain(former: Connection): Promise<void> {
    await this.#forget()
    await this.#look()
    const sighting = this.#found.find(({ record }) => record?.id === former.id)
    if (!sighting) {
      const text = `nobody with the id ${former.id} is there any more`
      throw new CommandFailure(exitCodes.unreachable, text)
    }
    const made = this.#connect(sighting)
    try {
      await made.client.connected()
    } catch (error) {
      made.client.close()
      throw error
    }
    if (this.#isClosed || this.#current !== former) made.client.close()
    else {
      this.#take(made)
      this.#options.told(`commands go to ${made.name} again`)
    }
  }

  /** What was found may be elsewhere by now, and whom to trust, and the own keys, may be others. */
  async #forget(): Promise<void> {
    const former = this.#observatory
    const wasOpen = this.#isOpen
    this.#observatory = this.#newObservatory()
    this.#isOpen = false
    this.#found = []
    if (wasOpen) await former.close()
  }

  #newObservatory(): Observatory {
    const { discovery, interfaces, keys, app, notice } = this.#options
    return new Observatory({ discovery, interfaces, keys, app, notice, isCommanding: true })
  }

  #connect(sighting: Sighting): Connection {
    const made: Connection = connectionTo(sighting, () => this.#lost(made.client))
    return made
  }

  async #tellEvents(client: Connection['client']): Promise<void> {
    for await (const message of client.events()) this.#options.event(message)
  }

  async #look(): Promise<void> {
    const { waitMs, interfaces, discovery } = this.#options
    const observatory = this.#observatory
    if (!this.#isOpen) {
      this.#isOpen = true
      await observatory.open()
    }
    const devices = discovery === 'mdns' ? findDevices({ interfaces, quietMs: waitMs }) : Promise.resolve([])
    await observatory.settle(waitMs)
    this.#found = await observatory.look()
    const actors = new Set(this.#found.map(({ record }) => record?.id))
    // An actor may be advertised as a device, too.
    this.#devices = (await devices).filter(({ id }) => id === undefined || !actors.has(id))
  }

  async #named(target: string): Promise<Connection> {
    let fits = this.#fits(target)
    if (fits.length === 0) {
      await this.#look()
      fits = this.#fits(target)
    }
    const [sighting, ...others] = fits
    if (others.length > 0) {
      const ids = fits.map(({ record }) => record?.id).join(', ')
      throw usage(`${fits.length} actors are named ${target}; say which by its id: ${ids}`)
    }
    if (sighting) return this.#connect(sighting)
    const device = this.#devices.find(({ name }) => name === target)
    if (device) return atAddress(`${device.host}:${device.subscriber}:${device.command}`)
    const known = this.names.length === 0 ? 'nobody was found' : `there are ${this.names.join(', ')}`
    throw new CommandFailure(exitCodes.unreachable, `there is no actor ${JSON.stringify(target)}; ${known}`)
  }

  #fits(target: string): Sighting[] {
    return this.#found.filter(({ record }) => record?.actor === target || record?.id === target)
  }
}

function atAddress(text: string): Connection {
  const [, host = '', first, second] = ADDRESS.exec(text) ?? []
  const commandPort = Number(second ?? first)
  const subscriberPort = second === undefined ? commandPort - 1 : Number(first)
  return { name: text, client: new RpcClient({ host, subscriberPort, commandPort }) }
}

/**
 * With a client of its own. @param lost told when its connection breaks
 * @throws CommandFailure where the actor takes no commands here.
 */
export function connectionTo(
  sighting: Sighting,
  lost = (): void => undefined,
): Connection & { readonly client: RpcClient } {
  const { record, lock, why } = sighting
  const door = doorHere(sighting)
  const name = record?.actor ?? ''
  if (!record || !door) {
    const way = "start it with --rpc, or have an operator's key"
    const text = `${name} takes no commands here${why ? `: ${why}` : ''}; ${way}`
    throw new CommandFailure(exitCodes.unreachable, text)
  }
  const ports = { subscriberPort: door.subscriber, commandPort: door.command }
  const { key: peerKey, id } = record
  if (!door.locked) return { name, id, client: new RpcClient({ host: door.host, ...ports }, { lost }) }
  const sockets: Sockets = createSockets(lock)
  return { name, id, client: new RpcClient({ host: door.host, ...ports, peerKey }, { sockets, lost }) }
}
