/**
 * What one discovery has heard of: decides whether a record is news, is believed, is its own. All
 * implementations report through it, so that they report alike. It does no I/O.
 */
import { disbelief } from './belief.js'
import { discoveryLimits } from './limits.js'
import { OncePerSource } from './once.js'
import type { ActorRecord, DiscoveryEvents, DiscoveryOptions } from './types.js'

export class Catalogue {
  readonly notices: OncePerSource
  readonly #events: DiscoveryEvents
  readonly #verify: DiscoveryOptions['verify']
  readonly #known = new Map<string, ActorRecord>()
  readonly #own = new Set<string>()
  readonly #evicted: (id: string) => void
  #isClosed = false

  /** `evicted` is told of a record that was forgotten to make room. */
  constructor(
    events: DiscoveryEvents,
    options: DiscoveryOptions,
    evicted: (id: string) => void = () => undefined,
  ) {
    this.#events = events
    this.#evicted = evicted
    this.#verify = options.verify
    this.notices = new OncePerSource((what, text) => {
      if (!this.#isClosed) events.notice(what, text)
    })
  }

  /** Records known by id, own ones left out. */
  get known(): ReadonlyMap<string, ActorRecord> {
    return this.#known
  }

  /** From now on a record of this id is the discovery's own: it is never reported. */
  claim(id: string): void {
    this.#own.add(id)
  }

  isOwn(id: string): boolean {
    return this.#own.has(id)
  }

  /** Takes a record that was heard, and reports it if it is news. Says whether it is believed. */
  hear(record: ActorRecord): boolean {
    if (this.#isClosed || this.#own.has(record.id)) return false
    const known = this.#known.get(record.id)
    if (known && !isNewer(record, known)) return true
    if (!this.#believes(record)) return false
    this.#known.set(record.id, record)
    this.#makeRoom()
    this.#events.found(record)
    return true
  }

  /** Takes a record that the one who listens knows already. Says whether it is news here. */
  meet(record: ActorRecord): boolean {
    const known = this.#known.get(record.id)
    if (this.#isClosed || this.#own.has(record.id) || (known && !isNewer(record, known))) return false
    this.#known.set(record.id, record)
    this.#makeRoom()
    return true
  }

  /** Takes a goodbye, and reports it if the record was known. */
  goodbye(id: string): void {
    if (this.#known.delete(id) && !this.#isClosed) this.#events.gone(id)
  }

  forget(id: string): void {
    this.#known.delete(id)
  }

  /** No event comes afterwards. */
  close(): void {
    this.#isClosed = true
    this.#known.clear()
  }

  #makeRoom(): void {
    if (this.#known.size <= discoveryLimits.knownRecords) return
    const [oldest] = this.#known.keys()
    if (oldest === undefined) return
    this.#known.delete(oldest)
    this.#evicted(oldest)
  }

  #believes(record: ActorRecord): boolean {
    const who = `${record.actor} of app ${record.app} at ${record.host}:${record.port} (id ${record.id})`
    const why = disbelief(this.#verify, record)
    if (why !== undefined) this.notices.say('refused', record.id, `the record of ${who} was refused: ${why}`)
    return why === undefined
  }
}

/**
 * A record with an unchanged generation is news only from another address: its host moved without knowing it.
 */
function isNewer(record: ActorRecord, known: ActorRecord): boolean {
  if (record.generation !== known.generation) return record.generation > known.generation
  return record.host !== known.host || record.port !== known.port
}
