/** The line of who has dialled a hub: to its server, to agents that are there, and from others to itself. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { CommError, Communicator, Endpoint, Mode } from '../../communicator/index.js'
import { SessionError, Sessions } from '../../communicator/sessions/index.js'
import { messageOf } from '../../ports/index.js'
import { AgentClientError } from '../secure/index.js'
import { asConnection } from './as-connection.js'
import { certificatesOf } from './certificates.js'
import { RelayError, type RelayErrorCode, relayErrors } from './errors.js'
import type { DialledHub } from './hub-url.js'
import { relayLimits } from './limits.js'
import { agentsTold, JOINED, type KnownAgent, topics } from './topics.js'

export interface LineOptions {
  readonly hub: DialledHub
  /** The folder of certificates; '' for none. */
  readonly tls: string
  /** Of this endpoint. */
  readonly name: string
  /** What all who are at the hub may know of it. */
  readonly properties?: Readonly<Record<string, unknown>>
  /** Takes streams of others, which the hub has joined with this. Default: it is no agent. */
  readonly serve?: (stream: Duplex) => void
  /** Why the hub is not reached, at each attempt. */
  readonly hindered?: (why: string) => void
}

export class HubLine {
  readonly #hub: DialledHub
  readonly #communicator: Communicator
  readonly #sessions: Sessions

  private constructor({ hub, tls, name, properties = {}, serve, hindered }: LineOptions) {
    this.#hub = hub
    this.#communicator = new Communicator(new Endpoint(name, properties, certificatesOf({ hub, name, tls })))
    this.#sessions = new Sessions(this.#communicator)
    if (serve) this.#sessions.accept(topics.agent, (stream) => serve(asConnection(stream)))
    this.#communicator.registerMonitor({
      stateChange: () => undefined,
      connectorFailed: (_handle, _url, error) => hindered?.(messageOf(error)),
    })
  }

  /**
   * Dials, and again whenever it breaks; resolves before it has succeeded.
   * @throws RelayError `relay-bad-option`.
   */
  static async dial(options: LineOptions): Promise<HubLine> {
    const { scheme, host, port } = options.hub
    try {
      const line = new HubLine(options)
      await line.#communicator.start()
      await line.#communicator.addConnector(`${scheme}://${host}:${port}`, Mode.ACTIVE)
      return line
    } catch (cause) {
      if (!(cause instanceof CommError)) throw cause
      throw new RelayError('relay-bad-option', `${options.hub.shown} cannot be dialled: ${cause.message}`, {
        cause,
      })
    }
  }

  /** Resolves when the hub is there. @throws RelayError `relay-unreachable`. */
  async reached(withinMs: number = relayLimits.dialMs): Promise<void> {
    try {
      await this.#communicator.connected(this.#hub.name, { withinMs })
    } catch (error) {
      throw this.#unreachable(error)
    }
  }

  /** A stream to the server of the hub. @throws RelayError. */
  toHub(): Promise<Duplex> {
    return this.#open(topics.hub, {})
  }

  /** A stream to an agent, when the hub has joined both. @throws AgentClientError `agent-unreachable`. */
  async connect(agent: string): Promise<Duplex> {
    try {
      const stream = await this.#open(topics.relay, { agent })
      await joined(stream)
      return asConnection(stream)
    } catch (error) {
      const cause = this.#failure(error)
      const text = `agent hub:${agent} is not reached: ${cause.message}`
      throw new AgentClientError('agent-unreachable', text, { cause })
    }
  }

  /** The agents that are there now, by name. @throws RelayError. */
  async agents(): Promise<readonly KnownAgent[]> {
    const known: KnownAgent[] = []
    for (let page = 0, isMore = true; isMore && page < relayLimits.agentPages; page++) {
      const headers = { after: known.at(-1)?.name ?? '' }
      const asked = { headers, withinMs: relayLimits.askMs }
      const { payload } = await this.#sessions
        .request(this.#hub.name, topics.agents, asked)
        .catch((error: unknown) => Promise.reject(this.#failure(error)))
      const told = agentsTold.parse(JSON.parse(payload.toString()))
      known.push(...told.agents)
      isMore = told.isMore && told.agents.length > 0
    }
    return known
  }

  /** What goes by it breaks. */
  async close(): Promise<void> {
    await this.#sessions.close()
    await this.#communicator.stop()
  }

  async #open(topic: string, headers: Readonly<Record<string, string>>): Promise<Duplex> {
    try {
      return await this.#sessions.open(this.#hub.name, topic, { headers, withinMs: relayLimits.reachMs })
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): RelayError {
    if (error instanceof RelayError) return error
    const told = error instanceof SessionError ? error.remoteCode : undefined
    if (told !== undefined && isCode(told)) return new RelayError(told, messageOf(error), { cause: error })
    return this.#unreachable(error)
  }

  #unreachable(cause: unknown): RelayError {
    const text = `the hub at ${this.#hub.shown} is not reached: ${messageOf(cause)}`
    return new RelayError('relay-unreachable', text, { cause })
  }
}

/** The hub says so first. Rejects with what the stream fails with. */
async function joined(stream: Duplex): Promise<void> {
  const { awayMs, reachMs } = relayLimits
  const signal = AbortSignal.timeout(awayMs + reachMs)
  try {
    // It may have broken in the moment in which it was there.
    if (!stream.errored) await once(stream, 'readable', { signal })
    if (stream.errored) throw stream.errored
    const first: Buffer | null = stream.read(1)
    if (first?.[0] !== JOINED) throw new Error('the hub ended it without a word')
  } catch (error) {
    stream.destroy()
    throw error
  }
}

function isCode(code: string): code is RelayErrorCode {
  return Object.hasOwn(relayErrors, code)
}
