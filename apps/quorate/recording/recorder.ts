/**
 * Writes what chosen pub ports of an app publish, as their subscriber, into a file. It announces nothing: to
 * the publishers it is one more subscriber. While the disk does not keep up it does not read, and what a
 * publisher drops then is counted.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, openSync, type WriteStream } from 'node:fs'
import { type ActorRecord, type Listing, listInterfaces, type PortAd } from '../../../discovery/index.js'
import {
  createSockets,
  incompatibility,
  type MessageType,
  type Peer,
  type PortEnvironment,
  type SocketLock,
  type Sockets,
  Sub,
  type TypeSummary,
} from '../../../ports/index.js'
import { lineOf, usage } from '../failure.js'
import { commandLimits } from '../limits.js'
import { harmless } from '../terminal.js'
import { listedScope, RECORDING_VERSION, type RecordedScope, typeKey } from './lines.js'
import { toJson } from './value.js'
import { Wanted } from './wanted.js'

/** Whose key it comes with: to the app, who subscribes is an actor. */
export const RECORD_ACTOR = 'Record'

export interface RecorderOptions {
  readonly path: string
  /** Takes the place of a file that is there. */
  readonly force: boolean
  readonly app: string
  /** Names of messages, and `component.port`; all of the app where there are none. */
  readonly wanted: readonly string[]
  /** Bytes after which it ends. */
  readonly bytes: number
  /** Only of actors without keys, which anybody may claim to be; else only of those with. */
  readonly insecure: boolean
  /** Told once of each thing that keeps something from being recorded. */
  complain(text: string): void
  /** It has ended by itself: the file is full, or cannot be written. */
  ended(error?: unknown): void
}

interface Recorded {
  readonly type: TypeSummary
  readonly sub: Sub<never, unknown>
}

/** What of a listing it is connected to, by actor id. */
type Connected = Map<string, { readonly recorded: Recorded; readonly peer: Peer }[]>

const ENDPOINT = /^tcp:\/\/\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}$/

export class Recorder {
  readonly #options: RecorderOptions
  readonly #wanted: Wanted
  readonly #file: WriteStream
  /** Made for the first actor, with whose lock it reaches the others, too. */
  #sockets: Sockets | undefined
  /** By typeKey(). */
  readonly #types = new Map<string, Recorded>()
  readonly #connected: Connected = new Map()
  readonly #complaints = new Set<string>()
  readonly #startedMs = performance.now()
  #messages = 0
  #bytes = 0
  #missed = 0
  #hasSubscribed = false
  #isFull = false
  #isOver = false

  /** @throws CommandFailure where the file cannot be written. */
  constructor(options: RecorderOptions) {
    this.#options = options
    this.#wanted = new Wanted(options.wanted)
    this.#file = opened(options)
    this.#file.on('error', (error) => this.#end(error))
    this.#write({ quorate: 'recording', v: RECORDING_VERSION, app: options.app, at: Date.now() })
  }

  get messages(): number {
    return this.#messages
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Messages that publishers sent and that did not come. */
  get missed(): number {
    return this.#missed
  }

  /** Ports that it is subscribed to. */
  get publishers(): number {
    return [...this.#types.values()].reduce((sum, { sub }) => sum + sub.connected, 0)
  }

  /** Whether any port ever confirmed that it is subscribed to. */
  get hasSubscribed(): boolean {
    return this.#hasSubscribed
  }

  /** It ended because it has reached its bytes. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** What was to be recorded and was not there, each in a line; none where no actor was. */
  get missing(): string[] {
    return this.#wanted.missing.map(harmless)
  }

  /**
   * What an actor has now: subscribes to what is new, and drops what is gone. All at once, so that no older
   * listing comes to its end after a newer one.
   * @param lock with which the actor was reached; none where it has no keys.
   */
  listed(record: ActorRecord, listing: Listing, lock?: SocketLock): void {
    if (record.app !== this.#options.app || this.#isOver || !this.#isReached(record, lock)) return
    const before = this.#connected.get(record.id) ?? []
    const connected: { recorded: Recorded; peer: Peer }[] = []
    this.#connected.set(record.id, connected)
    for (const ad of listing.ports) {
      if (!this.#wanted.takes(ad)) continue
      const scope = this.#reachedIn(ad, record)
      const recorded = scope && this.#recorded(ad, scope, listing)
      if (!recorded) continue
      const { component, port, endpoint } = ad
      const peer: Peer = { actor: record.actor, actorId: record.id, component, port }
      connected.push({ recorded, peer })
      recorded.sub.update({ ...peer, endpoint, key: record.key })
    }
    const gone = before.filter(({ peer }) => !connected.some((each) => isSamePort(each.peer, peer)))
    for (const { recorded, peer } of gone) recorded.sub.drop(peer)
  }

  lost(id: string): void {
    for (const { recorded, peer } of this.#connected.get(id) ?? []) recorded.sub.drop(peer)
    this.#connected.delete(id)
  }

  /** Ends it; resolves when everything is in the file. @throws Error where it cannot be written. */
  async close(): Promise<void> {
    this.#isOver = true
    for (const { sub } of this.#types.values()) sub.close()
    this.#sockets?.closeAll(0)
    if (this.#file.errored) throw this.#file.errored
    if (this.#file.closed) return
    const closed = once(this.#file, 'close')
    this.#file.end()
    await closed
  }

  /** Who has keys talks to nobody without, and without keys anybody may be anyone. */
  #isReached({ actor, id }: ActorRecord, lock: SocketLock | undefined): boolean {
    if (this.#options.insecure === (lock === undefined)) {
      this.#sockets ??= createSockets(lock)
      return true
    }
    const why = lock ? 'has keys: leave --insecure out' : 'has no keys: --insecure records such'
    this.#complain(`${actor} (${id}) ${why}`)
    return false
  }

  /** The scope in which it is heard from here; undefined, with a complaint, where it is not. */
  #reachedIn({ component, port, scope: tag, endpoint }: PortAd, record: ActorRecord) {
    const name = `${component}.${port} of ${record.actor}`
    const scope = listedScope(tag)
    const isHere = listInterfaces().some(({ address }) => address === record.host)
    if (!scope) this.#complain(`${name} is internal: nobody else hears it`)
    else if (scope === 'local' && !isHere) this.#complain(`${name} is local to another host`)
    else if (!ENDPOINT.test(endpoint)) this.#complain(`${name} lists no address`)
    else return scope
    return undefined
  }

  #recorded(ad: PortAd, scope: RecordedScope, listing: Listing): Recorded | undefined {
    const [ref] = ad.types
    if (!ref) return undefined
    const announced = listing.types.find(({ name, fingerprint }) => {
      return name === ref.name && fingerprint === ref.fingerprint
    })
    const type: TypeSummary = announced ? { ...announced, jsonSchema: announced.jsonSchema } : ref
    const known = this.#types.get(typeKey(ref.name, scope))
    if (!known) return this.#subscribe(type, scope)
    const why = incompatibility(known.type, type)
    if (why === undefined) return known
    this.#complain(
      `${ad.component}.${ad.port} is left out: its ${ref.name} is another than the first: ${why}`,
    )
    return undefined
  }

  #subscribe(type: TypeSummary, scope: RecordedScope): Recorded | undefined {
    const { name, fingerprint, jsonSchema } = type
    if (this.#types.size >= commandLimits.recordedTypes) {
      this.#complain(`${name} is left out: more than ${commandLimits.recordedTypes} types of messages`)
      return undefined
    }
    const named = scope === 'local' ? { m: name, scope } : { m: name }
    const sub = new Sub<never, unknown>(
      anythingNamed(type),
      (value, from) => this.#take(from, { ...named, v: toJson(value) }),
      {
        bytes: (bytes, from) => this.#take(from, { ...named, b: Buffer.from(bytes).toString('base64') }),
        onGap: (_, messages) => {
          this.#missed += messages
        },
      },
    )
    sub.place('record', name, 'global')
    const recorded = { type, sub }
    this.#types.set(typeKey(name, scope), recorded)
    this.#write({ type: { name, fingerprint, jsonSchema }, scope })
    // It is open from here on; what may fail is told later.
    sub.open(this.#environment()).catch((error) => this.#end(error))
    return recorded
  }

  #take({ actor, component, port }: Peer, message: object): void {
    const t = Math.round((performance.now() - this.#startedMs) * 1000) / 1000
    if (this.#write({ t, from: [actor, component, port], ...message })) this.#messages++
  }

  #write(line: object): boolean {
    if (this.#isOver) return false
    const text = `${JSON.stringify(line)}\n`
    const bytes = Buffer.byteLength(text)
    if (this.#bytes + bytes > this.#options.bytes) {
      this.#isFull = true
      this.#end()
      return false
    }
    this.#bytes += bytes
    this.#file.write(text)
    return true
  }

  #end(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.ended(error)
  }

  #complain(text: string): void {
    if (this.#complaints.has(text) || this.#complaints.size >= commandLimits.recordedTypes) return
    this.#complaints.add(text)
    this.#options.complain(harmless(text))
  }

  #environment(): PortEnvironment {
    const file = this.#file
    const gate = {
      get full() {
        return file.writableNeedDrain && !file.errored
      },
      room: async () => void (await once(file, 'drain').catch(() => undefined)),
    }
    return {
      actor: 'quorate record',
      actorId: randomBytes(8).toString('hex'),
      bindHost: '127.0.0.1',
      sockets: this.#sockets ?? createSockets(),
      turns: { run: (_, handler, a, b) => void handler(a, b), gate: () => gate },
      topics: new Map(),
      notice: ({ text, peer }) => this.#complain(`${peer ? `${peer.actor}: ` : ''}${text}`),
      changed: ({ connected }) => {
        this.#hasSubscribed ||= connected > 0
      },
    }
  }
}

/** The file, opened. @throws CommandFailure where it cannot be. */
function opened({ path, force }: RecorderOptions): WriteStream {
  try {
    return createWriteStream(path, { fd: openSync(path, force ? 'w' : 'wx') })
  } catch (error) {
    throw usage(`${path} cannot be written: ${lineOf(error)}`)
  }
}

function isSamePort(one: Peer, other: Peer): boolean {
  return one.component === other.component && one.port === other.port
}

/** Of this name, with any content: what publishers sent is recorded as it came. */
function anythingNamed({ name, fingerprint }: TypeSummary): MessageType<never, unknown> {
  return { name, fingerprint, jsonSchema: undefined, validate: (value) => ({ value }) }
}
