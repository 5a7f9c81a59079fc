/**
 * The other actors of the app: who was found, whose directory answers, who is lost. An actor that was found
 * only by the other side is dialled back. Liveness is the directory connection's matter, never that of
 * discovery: a peer whose connection breaks is looked for, unless it said goodbye.
 */
import {
  type ActorRecord,
  DirectoryClient,
  type Discovery,
  type DiscoveryOptions,
  disbelief,
  discoveryLimits,
  type Listing,
  type Revocations,
} from '../discovery/index.js'
import { messageOf, type Sockets } from '../ports/index.js'
import { runtimeLimits } from './limits.js'
import { Spread } from './spread.js'

export interface PeersOptions {
  readonly app: string
  readonly sockets: Sockets
  readonly self: () => ActorRecord
  readonly verify?: DiscoveryOptions['verify']
  /** The list of who is revoked is taken from peers. */
  readonly revocations?: Revocations | undefined
  /** Shows an actor that does not answer who this one is. */
  readonly introduce?: ((record: ActorRecord) => void) | undefined
  readonly discovery: Discovery
  /** A peer answered, or its listing changed. */
  listed(record: ActorRecord, listing: Listing): void
  connected(record: ActorRecord): void
  disconnected(record: ActorRecord, why: string): void
  /** The way to it was cut for about `cutMs`, not long enough for it to be lost, and is whole again. */
  healed?(record: ActorRecord, cutMs: number): void
  notice(what: string, text: string): void
}

/** Where an actor is, or is said to be. */
interface Place {
  readonly client: DirectoryClient
  readonly host: string
  readonly port: number
}

interface Known {
  place: Place
  /** Where it is said to be, too: a claim alone moves nobody. */
  readonly others: Map<string, Place & { readonly timer: NodeJS.Timeout }>
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
    const why = disbelief(this.#options.verify, record)
    if (why !== undefined) {
      this.#options.notice('unverified', `${record.actor} (${record.id}) is not believed: ${why}`)
      return
    }
    const known = this.#known.get(record.id)
    if (known) this.#foundAgain(known, record)
    else if (this.#known.size < discoveryLimits.knownRecords) this.#add(record)
    else this.#options.notice('full', `${this.#known.size} peers are known; no others are dialled`)
  }

  #foundAgain(known: Known, record: ActorRecord): void {
    known.isLeaving = false
    const { place, welcomed } = known
    if (isAt(record, place)) {
      if (!welcomed) place.client.redial()
    } else if (!welcomed || record.generation > welcomed.generation) this.#tryAt(known, record)
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

  /** Other keys are trusted, or others are revoked: who is not believed any more is no peer. */
  recheck(): void {
    for (const [id, { welcomed }] of [...this.#known]) {
      const why = welcomed && disbelief(this.#options.verify, welcomed)
      if (why !== undefined) this.#forget(id, why)
    }
  }

  /** The own record changed: peers are told. */
  greet(): void {
    for (const { place } of this.#known.values()) place.client.greet()
  }

  close(): void {
    this.#closed = true
    this.#spread.clear()
    for (const known of this.#known.values()) this.#end(known)
    this.#known.clear()
  }

  #add(record: ActorRecord): void {
    const place = this.#dial(record)
    const known: Known = {
      place,
      others: new Map(),
      welcomed: undefined,
      isTold: false,
      isLeaving: false,
      forget: undefined,
    }
    this.#known.set(record.id, known)
    this.#startForgetting(record.id, known)
  }

  /** It may be somewhere else, or somebody lies: whether it answers there shows. */
  #tryAt(known: Known, record: ActorRecord): void {
    const { others } = known
    const { id, actor, host, port } = record
    const address = `${host}:${port}`
    const other = others.get(address)
    if (other) other.client.redial()
    else if (others.size < runtimeLimits.otherAddresses) {
      const place = this.#dial(record)
      const timer = setTimeout(() => {
        this.#endOther(known, place)
        const claim = `somebody says that ${actor} (${id}) has another address`
        this.#options.notice('elsewhere', `${claim}; it does not answer there`)
      }, runtimeLimits.otherAddressMs).unref()
      others.set(address, { ...place, timer })
    }
  }

  #dial(record: ActorRecord): Place {
    const { sockets, self, verify, revocations, notice } = this.#options
    const { id, host, port } = record
    const client: DirectoryClient = new DirectoryClient({
      sockets,
      host,
      port,
      self,
      role: 'peer',
      peerKey: record.key || undefined,
      ...(verify ? { verify } : {}),
      revocations,
      events: {
        welcome: (welcomed, listing) => this.#welcomed(id, client, welcomed, listing),
        ports: (listing) => {
          const known = this.#known.get(id)
          if (known?.welcomed && known.place.client === client)
            this.#tellListing(id, known, known.welcomed, listing)
        },
        lost: (why) => {
          if (this.#known.get(id)?.place.client === client) this.#lost(id, why)
        },
        healed: (cutMs) => {
          const known = this.#known.get(id)
          if (known?.isTold && known.welcomed && known.place.client === client)
            this.#options.healed?.(known.welcomed, cutMs)
        },
        refused: (_code, why) => notice('refused', `${record.actor} (${id}) refuses this actor: ${why}`),
        // Of claims one line is enough, when they turn out to be none.
        notice: (what, text) => {
          if (this.#known.get(id)?.place.client === client) notice(what, text)
        },
      },
    })
    this.#spread.add(`dial ${id} ${host}:${port}`, () => client.open())
    this.#introduceLater(record, client)
    return { client, host, port }
  }

  /** One that has not heard of this actor another way does not let it in. */
  #introduceLater(record: ActorRecord, client: DirectoryClient): void {
    const { introduce } = this.#options
    if (!introduce) return
    const { introduceEachMs, introduceAfterMs } = runtimeLimits
    const waitMs = Math.min(introduceEachMs * this.#known.size, introduceAfterMs)
    setTimeout(() => {
      if (!this.#closed && !client.isWelcome) introduce(record)
    }, waitMs).unref()
  }

  #welcomed(id: string, client: DirectoryClient, record: ActorRecord, listing: Listing): void {
    const known = this.#known.get(id)
    if (!known) return
    const other = [...known.others.values()].find((place) => place.client === client)
    if (record.id !== id || record.app !== this.#options.app) {
      this.#isAnothers(id, known, other)
      this.found(record)
      return
    }
    const isOld = isOlder(record, known.welcomed, other)
    if (other && !isOld) this.#moved(id, known, other)
    if (other || isAt(record, known.place)) this.#endOthers(known)
    // It says itself that it is to be reached elsewhere from now on.
    else this.#tryAt(known, record)
    if (other && isOld) return
    clearTimeout(known.forget)
    known.forget = undefined
    known.welcomed = record
    this.#tellListing(id, known, record, listing)
  }

  /** Somebody else lives at an address of it. */
  #isAnothers(id: string, known: Known, other: Place | undefined): void {
    if (other) {
      this.#endOther(known, other)
      return
    }
    const [next] = known.others.values()
    // It may be where others say; else who was looked for is dead.
    if (next && !known.welcomed) this.#moved(id, known, next)
    else this.#remove(id, 'another actor has its address')
  }

  /** The other address is its own now. */
  #moved(id: string, known: Known, { client, host, port }: Place): void {
    const { place, welcomed } = known
    clearTimeout(known.others.get(`${host}:${port}`)?.timer)
    known.others.delete(`${host}:${port}`)
    known.place = { client, host, port }
    known.welcomed = undefined
    place.client.close()
    // On its host it only listens elsewhere: its ports are moved to, one by one, when its listing is told.
    if (welcomed && place.host !== host) this.#tellLoss(id, known, welcomed, 'it has another address')
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
    this.#end(known)
    if (known.welcomed) this.#tellLoss(id, known, known.welcomed, why)
  }

  #end(known: Known): void {
    clearTimeout(known.forget)
    known.place.client.close()
    this.#endOthers(known)
  }

  #endOthers(known: Known): void {
    for (const other of known.others.values()) this.#endOther(known, other)
  }

  #endOther({ others }: Known, { host, port, client }: Place): void {
    const address = `${host}:${port}`
    clearTimeout(others.get(address)?.timer)
    others.delete(address)
    client.close()
  }
}

function isAt({ host, port }: ActorRecord, place: Pick<Place, 'host' | 'port'>): boolean {
  return place.host === host && place.port === port
}

/** Whether who answers elsewhere says no more than is known: not where the known one says to be there. */
function isOlder(record: ActorRecord, welcomed: ActorRecord | undefined, other: Place | undefined): boolean {
  if (!welcomed || record.generation > welcomed.generation) return false
  return !(other && record.generation === welcomed.generation && isAt(welcomed, other))
}
