/**
 * Looks at a network from outside: finds actors (by mDNS, or at a list of addresses), connects to the
 * directory of each as an observer, and asks for its status. It announces nothing, so no actor takes it for a
 * peer. What it reports was claimed by strangers: statuses are checked for their shape, and texts must be
 * made harmless to print.
 */
import {
  type ActorRecord,
  DirectoryClient,
  type Discovery,
  discoveryLimits,
  type InterfaceChoice,
  type Listing,
  NEEDS_KEYS,
  readAddress,
} from '../../discovery/index.js'
import { createSockets, type SocketLock, type Sockets } from '../../ports/index.js'
import { type ActorStatus, actorStatus, discoveryOf } from '../../runtime/index.js'
import { lineOf, usage } from './failure.js'
import { commandLimits } from './limits.js'
import { type ViewerKeys, ViewerRing } from './viewer-keys.js'

/** The app under which `quorate doctor` announces itself for a moment: never shown. */
export const DOCTOR_APP = 'quorate-doctor'

/** An actor that was found, or an address that was given. */
export interface Sighting {
  readonly host: string
  readonly port: number
  /**
   * What is announced; what its directory says of itself once that has answered; undefined for a mere
   * address.
   */
  record: ActorRecord | undefined
  /** Whether it is dialled with keys, so that nobody else can be it. */
  readonly hasKeys: boolean
  /** The keys that it is dialled with. */
  readonly lock: SocketLock | undefined
  /** Milliseconds from the first dialling to the answer; undefined while there is none. */
  helloMs: number | undefined
  /** Why there is no answer. */
  why: string
  /** The code with which the directory refused this observer. */
  refusal: string | undefined
  listing: Listing | undefined
  /** As it was when last asked; undefined where the directory has not answered, or not with a status. */
  status: ActorStatus | undefined
}

interface Address {
  readonly host: string
  readonly port: number
}

interface Watched {
  readonly sighting: Sighting
  readonly client: DirectoryClient
}

export interface ObservatoryOptions {
  /** `mdns` or `static:host:port,…`. */
  readonly discovery: string
  /** Where it asks by mDNS. */
  readonly interfaces: readonly InterfaceChoice[]
  /** Folder with the keys of the app; that of each app unless told. */
  readonly keys?: string | undefined
  /** The actor as which it comes, where ports are to be subscribed to; who only looks on needs none. */
  readonly as?: string | undefined
  /** It comes to command, not only to look: as an operator, who wants to know where that is done. */
  readonly isCommanding?: boolean
  /** Only actors of this app. */
  readonly app?: string | undefined
  /** Told what discovery has to say: refused records, a network without multicast. */
  readonly notice?: ((what: string, text: string) => void) | undefined
  /** Told what an actor lists, at first and at each change; and with which lock it was reached, if any. */
  readonly listed?: ((record: ActorRecord, listing: Listing, lock?: SocketLock) => void) | undefined
  /** Told when an actor that had listed something is gone, or does not answer any more. */
  readonly lost?: ((id: string) => void) | undefined
}

const NO_ANSWER = 'its directory does not answer'
const STATIC = /^static:/

/** Opens an observatory, looks once when no news came for so many milliseconds, and closes it. */
export async function lookOnce(options: ObservatoryOptions, quietMs: number): Promise<readonly Sighting[]> {
  const observatory = new Observatory(options)
  try {
    await observatory.open()
    await observatory.settle(quietMs)
    return await observatory.look()
  } finally {
    await observatory.close()
  }
}

export class Observatory {
  readonly #options: ObservatoryOptions
  readonly #sockets: Sockets = createSockets()
  readonly #ring: ViewerRing
  #isClosed = false
  readonly #watched = new Map<string, Watched>()
  /** None for a list. */
  readonly #discoveries: readonly Discovery[]
  /** Of actors that are not shown, by their ids: the apps that they are of. */
  readonly #otherApps = new Map<string, string>()
  /** How many wait until keys are read, or made: that takes a while, and is no silence. */
  #fetching = 0
  #newsAt = performance.now()

  /** @throws DiscoveryError `bad-address`, CommandFailure for an empty list. */
  constructor(options: ObservatoryOptions) {
    this.#options = options
    const { discovery, keys = '', as, isCommanding = false } = options
    this.#ring = new ViewerRing({ folder: keys, plain: this.#sockets, actor: as, isCommanding })
    // A list is dialled from here, so that an address where nobody answers is shown, too.
    const isList = STATIC.test(discovery)
    this.#discoveries = isList ? [] : options.interfaces.map((each) => discoveryOf(discovery, each))
    if (isList) for (const address of addressesOf(discovery)) this.#dial(address.text, address)
  }

  async open(): Promise<void> {
    this.#newsAt = performance.now()
    for (const { client } of this.#watched.values()) client.open()
    const events = {
      found: (record: ActorRecord) => this.#found(record),
      gone: (id: string) => this.#forget(id),
      notice: (what: string, text: string) => this.#options.notice?.(what, text),
    }
    await Promise.all(this.#discoveries.map((each) => each.start(events)))
  }

  /**
   * Resolves when nothing new came for so many milliseconds, or everything that is asked for has answered.
   */
  async settle(quietMs: number): Promise<void> {
    const latest = performance.now() + commandLimits.quietTimes * quietMs
    let isAskedAgain = false
    for (;;) {
      const now = performance.now()
      if (this.#fetching > 0) this.#newsAt = now
      const quietSince = now - this.#newsAt
      if (quietSince >= quietMs || now >= latest || this.#isComplete) return
      // A question or its answer may have got lost.
      if (quietSince >= quietMs / 2 && !isAskedAgain) {
        isAskedAgain = true
        for (const each of this.#discoveries) each.refresh()
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** All that is known now, each actor that answers asked for its status. Never rejects. */
  async look(): Promise<Sighting[]> {
    const all = [...this.#watched.values()]
    await Promise.all(
      all.map(async ({ client, sighting }) => {
        sighting.status = undefined
        if (!client.isWelcome) return
        try {
          const answer = actorStatus.safeParse(await client.status())
          if (answer.success) sighting.status = answer.data
          else sighting.why = 'its directory answers, but with no status that is understood'
        } catch (error) {
          sighting.why = lineOf(error)
        }
      }),
    )
    const { app } = this.#options
    const shown = all.map(({ sighting }) => ({ ...sighting }))
    return shown.filter(({ record }) => isShown(record, app)).sort(byName)
  }

  /** Where one app is asked for: the others of which actors were found, sorted. */
  get otherApps(): string[] {
    const { app: wanted } = this.#options
    if (wanted === undefined) return []
    const dialled = [...this.#watched.values()].flatMap(({ sighting }) => sighting.record?.app ?? [])
    const others = [...this.#otherApps.values(), ...dialled].filter((app) => app !== wanted)
    return [...new Set(others)].filter((app) => app !== DOCTOR_APP).sort()
  }

  /** Why actors that are there were not looked at for want of a key; each reason once, sorted. */
  get wanting(): string[] {
    return keysWantedBy([...this.#watched.values()].map(({ sighting }) => sighting))
  }

  async close(): Promise<void> {
    for (const { client } of this.#watched.values()) client.close()
    this.#isClosed = true
    await Promise.all(this.#discoveries.map((each) => each.stop()))
    this.#ring.closeAll()
    this.#sockets.closeAll()
  }

  /** Nothing more can come: every address of a list has answered, one way or the other. */
  get #isComplete(): boolean {
    if (this.#discoveries.length > 0) return false
    return [...this.#watched.values()].every(({ client, sighting }) => client.isWelcome || sighting.refusal)
  }

  #found(record: ActorRecord): void {
    if (!isShown(record, this.#options.app)) {
      if (this.#otherApps.size < discoveryLimits.knownRecords) this.#otherApps.set(record.id, record.app)
      return
    }
    this.#forget(record.id)
    if (this.#watched.size >= discoveryLimits.knownRecords) return
    const { client } = this.#dial(record.id, { host: record.host, port: record.port }, record)
    if (record.seal) void this.#dialSealed(record.id, record, { host: record.host, port: record.seal.door })
    else client.open()
    this.#newsAt = performance.now()
  }

  /** An address that was given is that of an actor with keys, which says who it is. */
  #hasKeys(sighting: Sighting, self: ActorRecord): void {
    for (const [key, watched] of this.#watched) {
      if (watched.sighting !== sighting) continue
      watched.client.close()
      sighting.record = self
      this.#newsAt = performance.now()
      void this.#dialSealed(key, self, sighting)
    }
  }

  #forget(id: string): void {
    const watched = this.#watched.get(id)
    watched?.client.close()
    if (watched?.sighting.listing) this.#options.lost?.(id)
    this.#watched.delete(id)
    this.#otherApps.delete(id)
  }

  /** One with keys is dialled where it takes introductions, by who has keys of its app. */
  async #dialSealed(id: string, record: ActorRecord, at: Address): Promise<void> {
    this.#fetching++
    const keys = await this.#ring.of(record.app)
    this.#fetching--
    if (this.#isClosed || this.#watched.get(id)?.sighting.record?.seal !== record.seal) return
    const why = typeof keys === 'string' ? keys : keys.verify?.(record)
    if (typeof keys === 'string' || why !== true) {
      Object.assign(this.#watched.get(id)?.sighting ?? {}, { why, refusal: NEEDS_KEYS })
      this.#newsAt = performance.now()
      return
    }
    this.#dial(id, at, record, keys).client.open()
    this.#newsAt = performance.now()
  }

  #dial(key: string, { host, port }: Address, record?: ActorRecord, keys?: ViewerKeys): Watched {
    const dialledAt = performance.now()
    const sighting: Sighting = {
      host,
      port,
      record,
      hasKeys: keys !== undefined,
      lock: keys?.lock,
      helloMs: undefined,
      why: NO_ANSWER,
      refusal: undefined,
      listing: undefined,
      status: undefined,
    }
    const client = this.#clientOf({ host, port }, sighting, dialledAt, keys)
    const watched = { sighting, client }
    this.#watched.set(key, watched)
    return watched
  }

  #clientOf(
    { host, port }: Address,
    sighting: Sighting,
    dialledAt: number,
    keys?: ViewerKeys,
  ): DirectoryClient {
    const news = (change: Partial<Sighting>): void => {
      Object.assign(sighting, change)
      this.#newsAt = performance.now()
    }
    return new DirectoryClient({
      sockets: this.#sockets,
      ...keys,
      host,
      port,
      role: 'observer',
      wantsDoor: this.#options.isCommanding,
      events: {
        welcome: (welcomed, listing) => {
          const helloMs = sighting.helloMs ?? performance.now() - dialledAt
          news({ record: welcomed, listing, helloMs, why: '', refusal: undefined })
          this.#options.listed?.(welcomed, listing, keys?.lock)
        },
        introduced: () => news({}),
        ports: (listing) => {
          news({ listing })
          if (sighting.record) this.#options.listed?.(sighting.record, listing, keys?.lock)
        },
        lost: (why) => {
          news({ listing: undefined, why: `its directory is lost: ${why}` })
          if (sighting.record) this.#options.lost?.(sighting.record.id)
        },
        refused: (refusal, why, self) => {
          if (refusal === NEEDS_KEYS && self && !keys) this.#hasKeys(sighting, self)
          else news({ refusal, why: `its directory refuses observers: ${why}` })
        },
        notice: () => undefined,
      },
    })
  }
}

/** Why actors that were seen would not talk: their app has keys, and here is none that they take. */
export function keysWantedBy(sightings: readonly Sighting[]): string[] {
  const refused = sightings.filter(({ refusal, status }) => refusal === NEEDS_KEYS && !status)
  return [...new Set(refused.map(({ why }) => why))].sort()
}

function addressesOf(discovery: string): { text: string; host: string; port: number }[] {
  const texts = new Set(discovery.replace(STATIC, '').split(',').filter(Boolean))
  if (texts.size === 0) throw usage('no directory to look at is named; give --discovery static:host:port,…')
  return [...texts].map((text) => ({ text, ...readAddress(text) }))
}

function isShown(record: ActorRecord | undefined, app: string | undefined): boolean {
  if (!record) return true
  return record.app !== DOCTOR_APP && (app === undefined || record.app === app)
}

function byName(a: Sighting, b: Sighting): number {
  const [left, right] = [nameOf(a), nameOf(b)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

function nameOf({ record, host, port }: Sighting): string {
  return [record?.app, record?.actor, host, String(port).padStart(5)].join('\0')
}
