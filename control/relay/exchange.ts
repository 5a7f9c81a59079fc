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

type Count = Map<string, number>

export class Exchange {
  readonly #options: ExchangeOptions
  readonly #communicator: Communicator
  readonly #sessions: Sessions
  /** Those that are there. */
  readonly #agents = new Map<string, KnownAgent>()
  readonly #relays: Count = new Map()
  readonly #served: Count = new Map()
  #joined = 0
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
    this.#sessions.accept(topics.hub, (stream, { name }) => this.#serve(stream, name))
    this.#sessions.accept(topics.relay, (stream, { name }, headers) => this.#relay(stream, name, headers))
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

  #serve(stream: Duplex, peer: string): void {
    countIn(this.#served, peer, relayLimits.hubStreamsOfPeer)
    stream.once('close', () => countOut(this.#served, peer))
    this.#options.serve(asConnection(stream))
  }

  /** @throws RelayError where it is refused at once. Rejects where the agent does not come. */
  #relay(stream: Duplex, peer: string, { agent = '' }: Headers): Promise<void> {
    if (this.#joined >= relayLimits.relays) throw full('in all')
    countIn(this.#relays, peer, relayLimits.relaysOfPeer)
    this.#joined++
    const given = new AbortController()
    stream.once('close', () => {
      this.#joined--
      countOut(this.#relays, peer)
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
    try {
      return await this.#sessions.open(agent, topics.agent, { withinMs: relayLimits.awayMs, signal })
    } catch (cause) {
      const was = this.#communicator.findEndpoint(agent)
      if (was && !agentProperties.safeParse(was.properties).success) {
        throw new RelayError('relay-unknown', `${agent} is at the hub, and is no agent`, { cause })
      }
      if (was) throw new RelayError('relay-away', `${agent} is away from the hub`, { cause })
      const way = 'start it with --hub, or look how it is called: quorate agents --hub'
      throw new RelayError('relay-unknown', `no agent ${agent} has dialled the hub; ${way}`, { cause })
    }
  }
}

/** @throws RelayError `relay-full`. */
function countIn(counts: Count, peer: string, most: number): void {
  const count = counts.get(peer) ?? 0
  if (count >= most) throw full('of one peer')
  counts.set(peer, count + 1)
}

function countOut(counts: Count, peer: string): void {
  const left = (counts.get(peer) ?? 1) - 1
  if (left > 0) counts.set(peer, left)
  else counts.delete(peer)
}

function full(whose: string): RelayError {
  return new RelayError('relay-full', `the hub carries as many streams ${whose} as it may; end some first`)
}
