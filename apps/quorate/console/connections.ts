/**
 * Finds who takes commands, and connects: actors of quorate, by mDNS or at the directories that are named,
 * and devices by their address. To an actor with keys it comes as an operator.
 */
import { type ApiMessage, findDevices, RpcClient } from '../../../control/index.js'
import { createSockets, type Sockets } from '../../../ports/index.js'
import { CommandFailure, exitCodes, usage } from '../failure.js'
import { Observatory, type ObservatoryOptions, type Sighting } from '../observatory.js'
import type { Found } from './actor-table.js'
import { doorHere } from './door-here.js'

/** The one that commands go to. */
export interface Connection {
  readonly name: string
  readonly client: Pick<RpcClient, 'request' | 'run' | 'events' | 'connected' | 'close'>
}

export interface ConnectionsOptions
  extends Pick<ObservatoryOptions, 'discovery' | 'interfaces' | 'keys' | 'app' | 'notice'> {
  /** Milliseconds without news after which a search ends. */
  readonly waitMs: number
  /** Told of what the one in use publishes. */
  readonly event: (message: ApiMessage) => void
}

/** `host:command`, or `host:subscriber:command`; of the one port the other is that before it. */
const ADDRESS = /^([A-Za-z0-9.-]+):(\d{1,5})(?::(\d{1,5}))?$/

export class Connections {
  readonly #options: ConnectionsOptions
  readonly #observatory: Observatory
  #isOpen = false
  #found: Found['actors'] = []
  #devices: Found['devices'] = []
  #current: Connection | undefined

  constructor(options: ConnectionsOptions) {
    this.#options = options
    const { discovery, interfaces, keys, app, notice } = options
    this.#observatory = new Observatory({ discovery, interfaces, keys, app, notice, isCommanding: true })
  }

  /** Of those that were found last: the name, or the id where several actors have it. */
  get names(): readonly string[] {
    const records = this.#found.flatMap(({ record }) => record ?? [])
    const actors = records.map(({ id, actor }) => (this.#fits(actor).length > 1 ? id : actor))
    return [...actors, ...this.#devices.map(({ name }) => name)]
  }

  /** @throws CommandFailure where there is none yet. */
  current(): Connection {
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
    this.#current?.client.close()
    this.#current = made
    void this.#tellEvents(made.client)
    await made.client.connected()
    return made
  }

  async close(): Promise<void> {
    this.#current?.client.close()
    if (this.#isOpen) await this.#observatory.close()
  }

  async #tellEvents(client: Connection['client']): Promise<void> {
    for await (const message of client.events()) this.#options.event(message)
  }

  async #look(): Promise<void> {
    const { waitMs, interfaces, discovery } = this.#options
    if (!this.#isOpen) {
      this.#isOpen = true
      await this.#observatory.open()
    }
    const devices = discovery === 'mdns' ? findDevices({ interfaces, quietMs: waitMs }) : Promise.resolve([])
    await this.#observatory.settle(waitMs)
    this.#found = await this.#observatory.look()
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
    if (sighting) return connectionTo(sighting)
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

/** @throws CommandFailure where it takes no commands here. */
export function connectionTo(sighting: Sighting): Connection & { readonly client: RpcClient } {
  const { record, lock, why } = sighting
  const door = doorHere(sighting)
  const name = record?.actor ?? ''
  if (!record || !door) {
    const way = "start it with --rpc, or have an operator's key"
    const text = `${name} takes no commands here${why ? `: ${why}` : ''}; ${way}`
    throw new CommandFailure(exitCodes.unreachable, text)
  }
  const ports = { subscriberPort: door.subscriber, commandPort: door.command }
  if (!door.locked) return { name, client: new RpcClient({ host: door.host, ...ports }) }
  const sockets: Sockets = createSockets(lock)
  return { name, client: new RpcClient({ host: door.host, ...ports, peerKey: record.key }, { sockets }) }
}
