/**
 * The way of an agent to its hub. One with HTTP is asked where it is; one that is dialled, from behind a
 * firewall, by a line on which others come to the agent, too. What there is to load for that is loaded here.
 */
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { HubAddress } from '../hub/client/connection.js'
import type { Labels } from '../nearby/index.js'
import { type DialledHub, dialledHub, isDialled } from '../relay/hub-url.js'
import type { Forwarder, HubLine } from '../relay/index.js'
import { AgentClientError, type ConnectAtHub } from '../secure/index.js'
import { AgentError } from './errors.js'

const SOCKET = 'hub.sock'

/** The hub of an agent. */
export interface HubOfAgent extends HubAddress {
  /** The folder of certificates, for one that is dialled. */
  readonly tls?: string
}

export interface HubWayOptions {
  readonly hub: HubOfAgent
  /** Of the agent. */
  readonly name: string
  readonly labels: Labels
  readonly version: string
  readonly data: string
  /** Takes connections of others. */
  readonly serve: (stream: Duplex) => void
  readonly tell: (text: string) => void
}

/** Where actors, and the agent itself, find the hub of this address. */
export function hubUrlFor(url: string, data: string): string {
  return isDialled(url) ? `unix:${join(data, SOCKET)}` : url
}

export class HubWay {
  readonly #options: HubWayOptions
  readonly #hub: DialledHub
  #line: HubLine | undefined
  #forwarder: Forwarder | undefined
  #told = ''

  /** Undefined where the hub is not dialled. @throws AgentError `agent-bad-option`. */
  static to(options: HubWayOptions, isOpen: boolean): HubWay | undefined {
    const { url = '' } = options.hub
    if (!isDialled(url)) return undefined
    const hub = dialledHub(url)
    if (typeof hub === 'string') throw new AgentError('agent-bad-option', `${url} ${hub}`)
    if (!isOpen) return new HubWay(options, hub)
    const text = 'whoever is at the hub could start actors; an open agent dials none: give it a token'
    throw new AgentError('agent-bad-option', text)
  }

  private constructor(options: HubWayOptions, hub: DialledHub) {
    this.#options = options
    this.#hub = hub
  }

  /** Reaches other agents at the hub. */
  get connect(): ConnectAtHub {
    return async (agent) => {
      if (this.#line) return this.#line.connect(agent)
      throw new AgentClientError('agent-unreachable', `the hub at ${this.#hub.shown} is not dialled yet`)
    }
  }

  /** Dials from now on; resolves before it has succeeded. @throws AgentError `agent-bad-option`. */
  async start(): Promise<void> {
    const { hub, name, labels, version, data, serve } = this.#options
    const { Forwarder, HubLine, RelayError } = await import('../relay/index.js')
    const properties = { quorate: 'agent', version, labels }
    const line = { hub: this.#hub, tls: hub.tls ?? '', name, properties, serve }
    try {
      this.#line = await HubLine.dial({ ...line, hindered: (why) => this.#hindered(why) })
    } catch (cause) {
      if (!(cause instanceof RelayError)) throw cause
      throw new AgentError('agent-bad-option', cause.message, { cause })
    }
    this.#forwarder = new Forwarder(join(data, SOCKET), () => this.#toHub())
    await this.#forwarder.start()
  }

  async stop(): Promise<void> {
    await this.#forwarder?.stop()
    await this.#line?.close()
  }

  async #toHub(): Promise<Duplex> {
    if (!this.#line) throw new Error('it is over')
    const stream = await this.#line.toHub()
    this.#told = ''
    return stream
  }

  /** Once each, until it is another. */
  #hindered(why: string): void {
    const text = `the hub at ${this.#hub.shown} is not reached: ${why}`
    if (text !== this.#told) this.#options.tell(text)
    this.#told = text
  }
}
