/**
 * The other actors of the app: who was found, whose directory answers, who is lost. An actor that was found
 * only by the other side is dialled back. Liveness is the directory connection's matter, never that of
 * discovery: a peer whose connection breaks is looked for, unless it said goodbye.
 */
import {
  type ActorRecord,
  DirectoryClient,
  type Discovery,
  discoveryLimits,
  type Listing,
} from '../discovery/index.js'
import { messageOf, type Sockets } from '../ports/index.js'
import { runtimeLimits } from './limits.js'
import { Spread } from './spread.js'

export interface PeersOptions {
  readonly app: string
  readonly sockets: Sockets
  readonly self: () => ActorRecord
  readonly verify?: ((record: ActorRecord) => boolean) | undefined
  readonly discovery: Discovery
  /** A peer answered, or its listing changed. */
  listed(record: ActorRecord, listing: Listing): void
  connected(record: ActorRecord): void
  disconnected(record: ActorRecord, why: string): void
  notice(what: string, text: string): void
}

interface Known {
  readonly client: DirectoryClient
  readonly host: string
  readonly port: number
  generation: number
  /** Who answered there; undefined while nobody does. */
  welcomed: ActorRecord | undefined
  /** The rest of the actor was told that it is connected. */
  isTold: boolean
  /** Somebody said goodbye in its name: when the connection ends, it is not looked for. */
  isLeaving: boolean
  /** Ends the search for a peer that is lost. */
  forget: NodeJS.Timeout | undefined
}

/** Why a peer that said goodbye is gone. */
export const LEFT = 'it stopped'

export class Peers {
  readonly #options: PeersOptions
  readonly #known = new Map<string, Known>()
  /** What a newcomer causes takes a millisecond, and newcomers come in crowds. */
  readonly #spread: Spread
  #closed = false

  constructor(options: PeersOptions) {
    this.#options = options
    this.#spread = new Spread((thrown) => {
      options.notice('internal', `news of a peer was not handled: ${messageOf(thrown)}`)
    })
  }

  /** Peers whose directories are connected. */
  get connected(): ActorRecord[] {
    return [...this.#known.values()].flatMap(({ welcomed, isTold }) => (isTold && welcomed) || [])
  }

  /** A record was discovered. */
  found(record: ActorRecord): void {
    const self = this.#options.self()
    if (this.#closed || record.app !== self.app || record.id === self.id) return
    const known = this.#known.get(record.id)
    if (known) {
      known.isLeaving = false
      const moved = known.host !== record.host || known.port !== record.port
      if (!moved || record.generation <= known.generation) {
        known.generation = Math.max(known.generation, record.generation)
        if (!known.welcomed) known.client.redial()
        return
      }
      this.#remove(record.id, 'it has another address')
    }
    if (this.#known.size < discoveryLimits.knownRecords) this.#dial(record)
    else this.#options.notice('full', `${this.#known.size} peers are known; no others are dialled`)
  }

  /** An actor said hello here. */
  greeted(record: ActorRecord): void {
    this.found(record)
    if (this.#known.has(record.id)) this.#options.discovery.met?.(record)
  }

  /**
   * The actor said goodbye to discovery or to the directory here, or somebody did in its name: as long as its
   * own directory is connected, it lives.
   */
  gone(id: string): void {
    const known = this.#known.get(id)
    if (known?.welcomed) known.isLeaving = true
    else if (known) this.#forget(id, LEFT)
  }

  /** The own record changed: peers are told. */
  greet(): void {
    for (const { client } of this.#known.values()) client.greet()
  }

  close(): void {
    this.#closed = true
    this.#spread.clear()
    for (const known of this.#known.values()) {
      clearTimeout(known.forget)
      known.client.close()
    }
    this.#known.clear()
  }

  #dial(record: ActorRecord): void {
    const { sockets, self, verify, notice } = this.#options
    const { host, port, generation } = record
    const client: DirectoryClient = new DirectoryClient({
      sockets,
      host,
      port,
      self,
      role: 'peer',
      ...(verify ? { verify } : {}),
      events: {
        welcome: (welcomed, listing) => this.#welcomed(record.id, welcomed, listing),
        ports: (listing) => {
          const known = this.#known.get(record.id)
          if (known?.welcomed) this.#tellListing(record.id, known, known.welcomed, listing)
        },
        lost: (why) => this.#lost(record.id, why),
        refused: (_code, why) =>
          notice('refused', `${record.actor} (${record.id}) refuses this actor: ${why}`),
        notice,
      },
    })
    const known: Known = {
      client,
      host,
      port,
      generation,
      welcomed: undefined,
      isTold: false,
      isLeaving: false,
      forget: undefined,
    }
    this.#known.set(record.id, known)
    this.#startForgetting(record.id, known)
    this.#spread.add(`dial ${record.id}`, () => client.open())
  }

  #welcomed(id: string, record: ActorRecord, listing: Listing): void {
    const known = this.#known.get(id)
    if (!known) return
    if (record.id !== id || record.app !== this.#options.app) {
      // Somebody else lives at the address: the actor that was looked for is dead.
      this.#remove(id, 'another actor has its address')
      this.found(record)
      return
    }
    clearTimeout(known.forget)
    known.forget = undefined
    known.welcomed = record
    this.#tellListing(id, known, record, listing)
  }

  #tellListing(id: string, known: Known, record: ActorRecord, listing: Listing): void {
    this.#spread.add(id, () => {
      const isNew = !known.isTold
      known.isTold = true
      this.#options.listed(record, listing)
      if (isNew) this.#options.connected(record)
    })
  }

  /** It was connected, and is no longer. */
  #tellLoss(id: string, known: Known, record: ActorRecord, why: string): void {
    this.#spread.drop(id)
    if (known.isTold) this.#options.disconnected(record, why)
    known.isTold = false
  }

  #lost(id: string, why: string): void {
    const known = this.#known.get(id)
    if (!known?.welcomed) return
    if (known.isLeaving) {
      this.#forget(id, LEFT)
      return
    }
    const record = known.welcomed
    known.welcomed = undefined
    this.#startForgetting(id, known)
    this.#tellLoss(id, known, record, why)
  }

  #startForgetting(id: string, known: Known): void {
    clearTimeout(known.forget)
    known.forget = setTimeout(() => this.#forget(id, 'it does not answer'), runtimeLimits.forgetPeerMs)
    known.forget.unref()
  }

  /** Looks for it no more, until it is heard of again. */
  #forget(id: string, why: string): void {
    this.#remove(id, why)
    this.#options.discovery.forget(id)
  }

  #remove(id: string, why: string): void {
    const known = this.#known.get(id)
    if (!known) return
    this.#known.delete(id)
    clearTimeout(known.forget)
    known.client.close()
    if (known.welcomed) this.#tellLoss(id, known, known.welcomed, why)
  }
}
