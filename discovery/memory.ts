/**
 * Discovery within one process, for tests: a network is an object, and everyone on it hears everything.
 * Events come in a microtask, never within the call that causes them.
 */
import { Catalogue } from './catalogue.js'
import { Lifecycle } from './lifecycle.js'
import { checkAnnouncement } from './record.js'
import type { ActorRecord, Discovery, DiscoveryEvents, DiscoveryOptions } from './types.js'

/** A network in memory. Opaque: only `memoryDiscovery` looks into it. */
export interface MemoryNetwork {
  readonly records: Map<string, ActorRecord>
  readonly members: Set<Catalogue>
}

export function createMemoryNetwork(): MemoryNetwork {
  return { records: new Map(), members: new Set() }
}

/** A member of the network. `host` '' in an announced record becomes 127.0.0.1. */
export function memoryDiscovery(network: MemoryNetwork, options: DiscoveryOptions = {}): Discovery {
  return new MemoryDiscovery(network, options)
}

class MemoryDiscovery implements Discovery {
  readonly kind = 'memory'
  readonly #network: MemoryNetwork
  readonly #options: DiscoveryOptions
  readonly #lifecycle = new Lifecycle(this.kind)
  readonly #announced = new Map<string, ActorRecord>()
  #catalogue: Catalogue | undefined

  constructor(network: MemoryNetwork, options: DiscoveryOptions) {
    this.#network = network
    this.#options = options
  }

  async start(events: DiscoveryEvents): Promise<void> {
    this.#lifecycle.start()
    this.#catalogue = new Catalogue(events, this.#options)
    this.#network.members.add(this.#catalogue)
    this.refresh()
  }

  async announce(record: ActorRecord): Promise<void> {
    this.#lifecycle.require()
    const checked = checkAnnouncement(this.#announced, record)
    const told = checked.host === '' ? Object.freeze({ ...checked, host: '127.0.0.1' }) : checked
    this.#catalogue?.claim(told.id)
    this.#announced.set(told.id, told)
    this.#network.records.set(told.id, told)
    for (const member of this.#network.members) queueMicrotask(() => member.hear(told))
  }

  async withdraw(id: string): Promise<void> {
    if (!this.#announced.delete(id)) return
    this.#network.records.delete(id)
    for (const member of this.#network.members) queueMicrotask(() => member.goodbye(id))
  }

  refresh(): void {
    const catalogue = this.#catalogue
    for (const record of this.#network.records.values()) queueMicrotask(() => catalogue?.hear(record))
  }

  forget(id: string): void {
    this.#catalogue?.forget(id)
  }

  async stop(): Promise<void> {
    if (!this.#lifecycle.stop() || !this.#catalogue) return
    this.#network.members.delete(this.#catalogue)
    this.#catalogue.close()
    for (const id of this.#announced.keys()) await this.withdraw(id)
  }
}
