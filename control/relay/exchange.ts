/**
 * A hub that is dialled: agents and operators come to it by a communicator. It joins them with each other,
 * stream by stream, and with its own server. What an agent is asked is in TLS by its token: the hub carries
 * it, and cannot read it.
 */
import { type Duplex, pipeline } from 'node:stream'
import { Communicator, Endpoint, EndpointState } from '../../communicator/index.js'
import { type Headers, Sessions } from '../../communicator/sessions/index.js'
import { messageOf } from '../../ports/index.js'
import { asConnection } from './as-connection.js'
import { certificatesOf } from './certificates.js'
import { RelayError } from './errors.js'
import type { DialledHub } from './hub-url.js'
import { relayLimits } from './limits.js'
import { agentProperties, JOINED, type KnownAgent, topics } from './topics.js'

export interface ExchangeOptions {
  readonly hub: DialledHub
  /** The folder of its certificates; '' for none. */
  readonly tls: string
  readonly version: string
  /** Gives a connection to the hub's own server. */
  readonly serve: (stream: Duplex) => void
  /** Hears of those that are refused, one of them now and then. */
  readonly tell: (text: string) => void
}

type Counts = Map<string, number>

/** What no certificate is called in these counts. */
const ALL = ''

export class Exchange {
  readonly #options: ExchangeOptions
  readonly #communicator: Communicator
  readonly #sessions: Sessions
  /** Those that are there. */
  readonly #agents = new Map<string, KnownAgent>()
  /** Told when an agent of that name is there; bounded as relays are. */
  readonly #awaited = new Map<string, Set<() => void>>()
  readonly #relays: Counts = new Map()
  readonly #served: Counts = new Map()
  #url = ''
  #toldMs = Number.NEGATIVE_INFINITY

  /** @throws RelayError `relay-bad-option`. */
  constructor(options: ExchangeOptions) {
    this.#options = options
    const { hub, tls, version } = options
    const properties = { quorate: 'hub', version }
    const own = new Endpoint(hub.name, properties, certificatesOf({ hub, name: hub.name, tls }))
    this.#communicator = new Communicator(own)
    this.#sessions = new Sessions(this.#communicator, { windowBytes: relayLimits.windowBytes })
    this.#sessions.accept(topics.hub, (stream, from) => this.#serve(stream, this.#ownerOf(from)))
    this.#sessions.accept(topics.relay, (stream, from, headers) =>
      this.#relay(stream, this.#ownerOf(from), headers),
    )
    this.#sessions.serve(topics.agents, ({ headers }) => this.#tellOf(headers))
    this.#communicator.registerMonitor({
      stateChange: (endpoint) => this.#changed(endpoint),
      connectorFailed: (_handle, _url, error) => this.#refused(error),
    })
  }

  /** Where it is dialled. */
  get url(): string {
    return this.#url
  }

  /** Listens; resolves when it does. @throws CommError `BAD_CONFIG`. */
  async start(): Promise<void> {
    const { shown, scheme, host: given, port } = this.#options.hub
    await this.#communicator.start()
    const listenAt = given.replace(/^\[|\]$/g, '')
    const host = listenAt === '0' ? 'localhost' : listenAt
    const { connectUrl } = await this.#communicator.startListener(scheme, {
      host,
      listen_host: listenAt,
      port,
    })
    const [bound = ''] = /\d+$/.exec(connectUrl) ?? []
    this.#url = port === 0 ? shown.replace(/:0(?=\/|$)/, `:${bound}`) : shown
  }

  /** Ends all that goes by it. */
  async stop(): Promise<void> {
    await this.#sessions.close()
    await this.#communicator.stop()
  }

  #changed({ name, state, properties }: Endpoint): void {
    const read = agentProperties.safeParse(properties)
    const { version, labels } = read.data ?? { version: '', labels: {} }
    if (state === EndpointState.READY && read.success) this.#agents.set(name, { name, version, labels })
    else this.#agents.delete(name)
    if (this.#agents.has(name)) for (const come of [...(this.#awaited.get(name) ?? [])]) come()
  }

  #refused(error: Error): void {
    const nowMs = performance.now()
    if (nowMs - this.#toldMs < relayLimits.tellMs) return
    this.#toldMs = nowMs
    this.#options.tell(`a connection to ${this.#options.hub.shown} failed: ${messageOf(error)}`)
  }

  /** In the order of their names. */
  #tellOf({ after = '' }: Headers): { readonly payload: Buffer } {
    const behind = [...this.#agents.values()]
      .filter(({ name }) => name > after)
      .sort((one, other) => (one.name < other.name ? -1 : 1))
    const agents = behind.slice(0, relayLimits.agentsAtOnce)
    return { payload: Buffer.from(JSON.stringify({ agents, isMore: behind.length > agents.length })) }
  }

  #serve(stream: Duplex, owner: string): void {
    requireRoom(this.#served, owner, relayLimits.hubStreamsOfOne)
    count(this.#served, owner, 1)
    stream.once('close', () => count(this.#served, owner, -1))
    this.#options.serve(asConnection(stream))
  }

  /** @throws RelayError where it is refused at once. Rejects where the agent does not come. */
  #relay(stream: Duplex, owner: string, { agent = '' }: Headers): Promise<void> {
    const way = `${owner} ${agent}`
    requireRoom(this.#relays, ALL, relayLimits.relays)
    requireRoom(this.#relays, owner, relayLimits.relaysOfOne)
    requireRoom(this.#relays, way, relayLimits.relaysToAgent)
    const counted = [ALL, owner, way]
    for (const each of counted) count(this.#relays, each, 1)
    const given = new AbortController()
    stream.once('close', () => {
      for (const each of counted) count(this.#relays, each, -1)
      given.abort()
    })
    return this.#join(stream, agent, given.signal)
  }

  async #join(stream: Duplex, agent: string, signal: AbortSignal): Promise<void> {
    const other = await this.#reach(agent, signal)
    if (stream.destroyed) {
      other.destroy()
      return
    }
    stream.write(Buffer.of(JOINED))
    // Where one breaks, so does the other.
    pipeline(stream, other, () => undefined)
    pipeline(other, stream, () => undefined)
  }

  async #reach(agent: string, signal: AbortSignal): Promise<Duplex> {
    if (!this.#agents.has(agent)) await this.#come(agent, signal)
    if (!this.#agents.has(agent)) throw this.#absent(agent)
    try {
      return await this.#sessions.open(agent, topics.agent, { withinMs: relayLimits.awayMs, signal })
    } catch (cause) {
      throw new RelayError('relay-away', `${agent} takes no streams: ${messageOf(cause)}`, { cause })
    }
  }

  /** Resolves when it is there, when the signal aborts, or after a while. */
  #come(agent: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#awaited.get(agent) ?? new Set()
      const over = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', over)
        waiting.delete(over)
        if (waiting.size === 0) this.#awaited.delete(agent)
        resolve()
      }
      const timer = setTimeout(over, relayLimits.awayMs)
      signal.addEventListener('abort', over)
      this.#awaited.set(agent, waiting.add(over))
    })
  }

  #absent(agent: string): RelayError {
    const was = this.#communicator.findEndpoint(agent)
    if (was && agentProperties.safeParse(was.properties).success) {
      return new RelayError('relay-away', `${agent} is away from the hub`)
    }
    const way = 'start it with --hub, or look how it is called: quorate agents --hub'
    return new RelayError('relay-unknown', `no agent ${agent} has dialled the hub; ${way}`)
  }

  /** Whose certificate it is, however many names are below it; in clear text, who it says that it is. */
  #ownerOf({ name }: Endpoint): string {
    const owner = this.#communicator.findEndpoint(name)?.connProps.peer_cn
    return typeof owner === 'string' ? owner : name
  }
}

/** @throws RelayError `relay-full`. */
function requireRoom(counts: Counts, of: string, most: number): void {
  if ((counts.get(of) ?? 0) < most) return
  const whose = of === ALL ? 'in all' : 'of one certificate'
  const text = `the hub carries as many streams ${whose} as it may, ${most}; end some first`
  throw new RelayError('relay-full', text)
}

function count(counts: Counts, of: string, more: 1 | -1): void {
  const now = (counts.get(of) ?? 0) + more
  if (now > 0) counts.set(of, now)
  else counts.delete(of)
}
