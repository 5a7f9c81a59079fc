/**
 * Discovery by a list of directories, for networks without multicast: it holds a connection to each, and
 * reports who answers there. Announcing sends nothing: others find an actor by their own lists, or by the
 * hello of the actor that found them. Because it holds connections, it sees crashes too.
 */
import type { Sockets } from '../ports/index.js'
import { Catalogue } from './catalogue.js'
import { DirectoryClient, type DirectoryClientOptions, UNVERIFIED } from './directory-client.js'
import { DiscoveryError } from './errors.js'
import { Lifecycle } from './lifecycle.js'
import { discoveryLimits } from './limits.js'
import { checkAnnouncement, isPlausibleHost } from './record.js'
import type { ActorRecord, Discovery, DiscoveryEvents, DiscoveryOptions } from './types.js'

export interface StaticOptions extends DiscoveryOptions {
  readonly sockets: Sockets
  /** With keys: the addresses are those where they take introductions. */
  readonly introduction?: DirectoryClientOptions['introduction']
  /** Directories, each `host:port`. One's own may be among them. */
  readonly directories: readonly string[]
  readonly peerTimeoutMs?: number | undefined
}

/** @throws DiscoveryError `bad-address` for an entry that is not `host:port`. */
export function staticDiscovery(options: StaticOptions): Discovery {
  return new StaticDiscovery(options)
}

/** A directory of the list, and the actor that answers there now. */
interface Watched {
  readonly client: DirectoryClient
  readonly current: () => string | undefined
}

interface Address {
  readonly host: string
  readonly port: number
}

/** @throws DiscoveryError `bad-address`. */
export function readAddress(text: string): Address {
  const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (isPlausibleHost(host) && port >= 1 && port <= 65_535) return { host, port }
  const shown = JSON.stringify(text.slice(0, discoveryLimits.foreignText))
  throw new DiscoveryError(
    'bad-address',
    `${shown} is no address of a directory; write host:port, as 10.0.0.5:7000`,
  )
}

class StaticDiscovery implements Discovery {
  readonly kind = 'static'
  readonly #options: StaticOptions
  readonly #addresses: readonly Address[]
  readonly #lifecycle = new Lifecycle(this.kind)
  readonly #announced = new Map<string, ActorRecord>()
  readonly #watched: Watched[] = []
  #catalogue: Catalogue | undefined

  constructor(options: StaticOptions) {
    const most = discoveryLimits.staticDirectories
    if (options.directories.length > most) {
      throw new DiscoveryError(
        'bad-address',
        `a list holds at most ${most} directories; use mDNS, or split the list`,
      )
    }
    this.#options = options
    this.#addresses = [...new Set(options.directories)].map(readAddress)
  }

  async start(events: DiscoveryEvents): Promise<void> {
    this.#lifecycle.start()
    const catalogue = new Catalogue(events, this.#options)
    this.#catalogue = catalogue
    for (const address of this.#addresses) this.#watched.push(this.#watch(address, catalogue))
    for (const { client } of this.#watched) client.open()
  }

  async announce(record: ActorRecord): Promise<void> {
    this.#lifecycle.require()
    const checked = checkAnnouncement(this.#announced, record)
    this.#catalogue?.claim(checked.id)
    this.#announced.set(checked.id, checked)
  }

  async withdraw(id: string): Promise<void> {
    this.#announced.delete(id)
  }

  refresh(): void {
    for (const { client } of this.#watched) {
      client.redial()
      client.greet()
    }
  }

  forget(id: string): void {
    this.#catalogue?.forget(id)
    for (const { client, current } of this.#watched) if (current() === id) client.greet()
  }

  async stop(): Promise<void> {
    if (!this.#lifecycle.stop()) return
    this.#catalogue?.close()
    for (const { client } of this.#watched) client.close()
    this.#announced.clear()
  }

  #watch({ host, port }: Address, catalogue: Catalogue): Watched {
    const { sockets, introduction, verify, peerTimeoutMs } = this.#options
    let current: string | undefined
    const gone = () => {
      const id = current
      current = undefined
      // It may be in the list by another address, too.
      if (id !== undefined && !this.#watched.some((other) => other.current() === id)) catalogue.goodbye(id)
    }
    const client = new DirectoryClient({
      sockets,
      introduction,
      host,
      port,
      peerTimeoutMs,
      verify,
      role: 'observer',
      events: {
        welcome: (record) => {
          if (current !== record.id) gone()
          current = record.id
          // The address that answers is the one to dial, whatever the record says; one that is sealed
          // was reached where it takes introductions.
          catalogue.hear(record.seal ? record : { ...record, host, port })
        },
        ports: () => undefined,
        lost: gone,
        // A record that is not believed is that, whichever way it came.
        refused: (code, why) =>
          catalogue.notices.say(code === UNVERIFIED ? 'refused' : code, `${host}:${port}`, why),
        notice: (what, text) => catalogue.notices.say(what, `${host}:${port}`, text),
      },
    })
    return { client, current: () => current }
  }
}
