/** Connections in TLS over streams that a hub has joined: it carries them, and cannot read them. */
import { type AgentOptions, Agent as SecureAgent } from 'node:https'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect } from 'node:tls'
import { type AgentAtHub, addressText } from './address.js'
import { AgentClientError } from './errors.js'

/** Opens a stream to the agent of this name at a hub. @throws AgentClientError `agent-unreachable`. */
export type ConnectAtHub = (agent: string) => Promise<Duplex>

export class CarriedConnections extends SecureAgent {
  readonly #tls: ConnectionOptions
  readonly #open: () => Promise<Duplex>

  /** @throws AgentClientError `agent-bad-address` where there is no hub. */
  constructor(
    pool: AgentOptions,
    tls: ConnectionOptions,
    { connect: open, ...at }: AgentAtHub & { readonly connect?: ConnectAtHub | undefined },
  ) {
    super(pool)
    if (!open) {
      const text = `${addressText(at)} is an agent at a hub, and no hub is named`
      throw new AgentClientError('agent-bad-address', `${text}; give it as --hub stcp://10.0.0.5:8020`)
    }
    this.#tls = tls
    this.#open = () => open(at.atHub)
  }

  override createConnection(
    _request: unknown,
    made: (error: Error | null, stream: Duplex) => void = () => undefined,
  ): undefined {
    this.#open().then(
      (socket) => made(null, connect({ ...this.#tls, socket })),
      // Of a connection that failed, the stream is not looked at.
      (error: unknown) => made(error instanceof Error ? error : new Error(String(error)), new Duplex()),
    )
  }
}
