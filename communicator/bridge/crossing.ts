/**
 * The way to the other end that all lanes of a bridge share: one communicator, and the sessions over it. It
 * begins when the last of its components is there, and ends with the last one.
 */
import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { Communicator, type CommunicatorOptions } from '../communicator.js'
import { Mode } from '../driver.js'
import { Endpoint, type EndpointMonitor } from '../endpoint.js'
import {
  type Answer,
  type CallOptions,
  type Headers,
  type Reply,
  type RequestOptions,
  SessionError,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
} from '../sessions/index.js'
import { Agreements, laneTerms, mismatch, signatureOf, termsOf } from './agreement.js'
import { type BridgeSettings, checkSettings } from './bridge-params.js'
import { BridgeError } from './errors.js'
import type { LaneCounts } from './lane-count.js'
import { packed, unpacked } from './lane-frame.js'
import type { Lane, Lanes } from './lanes.js'
import { bridgeLimits } from './limits.js'

/** What a component of a bridge takes of what comes. */
export interface LaneEnd {
  readonly name: string
  /** As an endpoint, unless told otherwise. */
  readonly actor: { readonly name: string; readonly app: string }
  readonly counts?: LaneCounts
  /** The other end means something else by it. */
  differs?(why: string): void
  answer?(request: SessionRequest): Promise<Answer>
  take?(stream: Duplex, headers: Headers): void
}

/** How the communicator and its sessions are, where they are not as they are by themselves. */
export interface CrossingOptions {
  /** Heartbeats, bounds, names in certificates. */
  readonly communicator?: CommunicatorOptions
  /** For how long, and how much, is kept for the other end. */
  readonly sessions?: SessionsOptions
}

const AGREE = 'bridge.agree'
const ASK = 'bridge.ask'
const FLOW = 'bridge.flow'

interface Way {
  readonly communicator: Communicator
  readonly sessions: Sessions
}

export class Crossing {
  readonly #settings: BridgeSettings
  readonly #lanes: Lanes
  readonly #options: CrossingOptions
  readonly #agreements = new Agreements()
  readonly #ends = new Map<string, LaneEnd>()
  readonly #missing: Set<string>
  #way: Way | undefined
  #started: Promise<void> | undefined
  #complete: () => void = () => undefined
  readonly #isComplete = new Promise<void>((resolve) => {
    this.#complete = resolve
  })

  /** @param components that take part: one for each lane, and those beside them */
  constructor(
    settings: BridgeSettings,
    lanes: Lanes,
    components: readonly string[],
    options: CrossingOptions,
  ) {
    this.#settings = settings
    this.#lanes = lanes
    this.#options = options
    this.#missing = new Set(components)
  }

  get peer(): string {
    return this.#settings.peer
  }

  get settings(): BridgeSettings {
    return this.#settings
  }

  get ends(): readonly LaneEnd[] {
    return [...this.#ends.values()]
  }

  /**
   * A component is there. Resolves when all are, and the way is begun. @throws AppError `bad-parameter`;
   * CommError `BAD_CONFIG`.
   */
  async enter(end: LaneEnd): Promise<void> {
    checkSettings(this.#settings)
    this.#ends.set(end.name, end)
    this.#missing.delete(end.name)
    if (this.#missing.size === 0) this.#complete()
    this.#started ??= this.#isComplete.then(() => this.#start(end))
    await this.#started
  }

  /** A component goes; with the last one the way ends. Resolves in bounded time. */
  async leave({ name }: LaneEnd): Promise<void> {
    this.#ends.delete(name)
    if (this.#ends.size === 0) await this.#stop()
  }

  /** @throws CommError `CLOSED` before it began. */
  watch(monitor: EndpointMonitor): void {
    this.#begun().communicator.registerMonitor(monitor)
  }

  /** Asks by a lane. @throws SessionError; the signal's reason. */
  async ask(lane: string, request: RequestOptions & { readonly withinMs: number }): Promise<Reply> {
    const { sessions } = this.#begun()
    const untilMs = performance.now() + request.withinMs
    return this.#agreed(lane, (headers) => {
      const withinMs = Math.max(1, untilMs - performance.now())
      return sessions.request(this.peer, ASK, {
        ...request,
        withinMs,
        headers: { ...request.headers, ...headers, within: String(Math.round(withinMs)) },
      })
    })
  }

  /** Opens a stream for a lane. @throws SessionError; the signal's reason. */
  async open(lane: string, headers: Headers, options: CallOptions): Promise<Duplex> {
    const { sessions } = this.#begun()
    return this.#agreed(lane, (agreed) => {
      return sessions.open(this.peer, FLOW, { ...options, headers: { ...headers, ...agreed } })
    })
  }

  /** Uses a lane; where both ends have not agreed yet, or not with who is there now, they do so first. */
  async #agreed<T>(lane: string, use: (headers: Headers) => Promise<T>): Promise<T> {
    const headers = { lane, signature: signatureOf(termsOf(lane, this.#laneOf(lane))) }
    try {
      return await use(headers)
    } catch (error) {
      if (!(error instanceof SessionError) || error.remoteCode !== 'bridge-unagreed') throw error
    }
    const payload = packed(termsOf(lane, this.#laneOf(lane)), `the terms of the lane ${lane}`)
    await this.#begun().sessions.request(this.peer, AGREE, { payload, withinMs: bridgeLimits.agreeMs })
    return use(headers)
  }

  // ── what the other end wants

  #agree({ from, payload }: SessionRequest): undefined {
    this.#requirePeer(from)
    const theirs = termsIn(payload)
    const mine = termsOf(theirs.lane, this.#laneOf(theirs.lane))
    const difference = mismatch(theirs, mine)
    if (difference !== undefined) this.#ends.get(theirs.lane)?.differs?.(difference)
    this.#agreements.propose(mine, theirs)
  }

  #answer(request: SessionRequest): Promise<Answer> {
    const end = this.#endFor(request)
    if (end.answer) return end.answer(request)
    throw new BridgeError('bridge-mismatch', `the lane ${end.name} answers nothing`)
  }

  #take(stream: Duplex, from: Endpoint, headers: Headers): void {
    const end = this.#endFor({ from, headers })
    if (!end.take) throw new BridgeError('bridge-mismatch', `nothing flows by the lane ${end.name}`)
    end.take(stream, headers)
  }

  #endFor({ from, headers }: { from: Endpoint; headers: Headers }): LaneEnd {
    this.#requirePeer(from)
    const lane = headers.lane ?? ''
    const { way } = this.#laneOf(lane)
    this.#agreements.demand(lane, headers.signature, way)
    const end = this.#ends.get(lane)
    if (!end) throw new BridgeError('bridge-no-lane', `the lane ${lane} has ended`)
    return end
  }

  #requirePeer({ name }: Endpoint): void {
    if (name === this.peer) return
    throw new BridgeError('bridge-stranger', `this is the end of a bridge to another than ${name}`)
  }

  #laneOf(name: string): Lane {
    const lane = Object.hasOwn(this.#lanes, name) ? this.#lanes[name] : undefined
    if (lane) return lane
    const known = Object.keys(this.#lanes).join(', ')
    throw new BridgeError('bridge-no-lane', `there is no lane ${JSON.stringify(name)}; there are ${known}`)
  }

  // ── its life

  #begun(): Way {
    if (this.#way) return this.#way
    throw new SessionError('session-closed', `the bridge to ${this.peer} is not open`)
  }

  async #start({ actor }: LaneEnd): Promise<void> {
    const { name, dial, listen, ca, cert, key } = this.#settings
    const files = { ca_cert: ca, server_cert: cert, server_key: key, client_cert: cert, client_key: key }
    const endpoint = new Endpoint(name || `${actor.app}.${actor.name}`, {}, files)
    const communicator = new Communicator(endpoint, this.#options.communicator)
    const sessions = new Sessions(communicator, this.#options.sessions)
    sessions.serve(AGREE, (request) => this.#agree(request))
    sessions.serve(ASK, (request) => this.#answer(request))
    sessions.accept(FLOW, (stream, from, headers) => this.#take(stream, from, headers))
    this.#way = { communicator, sessions }
    try {
      await communicator.addConnector(dial || listen, dial ? Mode.ACTIVE : Mode.PASSIVE)
      await communicator.start()
    } catch (error) {
      await this.#stop()
      throw error
    }
  }

  async #stop(): Promise<void> {
    const way = this.#way
    this.#way = undefined
    if (!way) return
    const stopped = way.sessions.close().then(() => way.communicator.stop())
    await Promise.race([stopped, after(bridgeLimits.endMs, undefined, { ref: false })])
  }
}

/** @throws BridgeError `bridge-mismatch` for what are no terms. */
function termsIn(payload: Buffer) {
  const message = payload.length > bridgeLimits.termsBytes ? { refusal: 'too large' } : unpacked(payload)
  const terms = 'value' in message ? laneTerms.safeParse(message.value) : undefined
  if (terms?.success) return terms.data
  throw new BridgeError('bridge-mismatch', 'what came are no terms of a lane')
}
