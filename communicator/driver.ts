/**
 * What a driver is: it carries whole frames between two hosts by one or more URL schemes. Whatever fulfils
 * this can be registered (`registerDriver()`), and is held to `driverCompliance()` of the tests.
 */

/** ACTIVE dials, PASSIVE listens. */
export const Mode = { ACTIVE: 'active', PASSIVE: 'passive' } as const
export type Mode = (typeof Mode)[keyof typeof Mode]

/** How a connection is secured: by nothing, by a certificate of the listener, or by those of both. */
export type ConnectionSecurity = 'clear' | 'tls' | 'mtls'

/**
 * What a connector was given: the parts of its URL, each parameter of its query, its resources, and the
 * `connProps` of the local endpoint, under the names of F3 (`ca_cert`, `server_key`, `connection_security`).
 */
export interface ConnectorParams {
  /** As it was given. */
  readonly url: string
  /** In lower case. */
  readonly scheme: string
  /** '' for all addresses. Without the brackets of IPv6. */
  readonly host: string
  /** '' where the URL has none. */
  readonly port: string
  /** With its slash; '' for none. */
  readonly path: string
  /** What it has to be secured by. */
  readonly security: ConnectionSecurity
  readonly [name: string]: unknown
}

/**
 * Facts of a connection: `peer_addr`, `local_addr`, and with TLS `peer_cn`, the name in the certificate: that
 * is 'N/A' where there is none, and nobody's then; left out where the transport does not tell.
 */
export type ConnectionFacts = Readonly<Record<string, string>>

/** Whoever has a pipe. */
export interface PipeHandler {
  /** Bytes of the longest frame that is taken; a longer one ends the pipe before it is received. */
  readonly mostBytes: number
  /** One whole frame, in the order of sending. Its bytes are the handler's to keep. */
  frame(frame: Buffer): void
  /** There is room again, after send() told that there is none. */
  drained(): void
  /** Once, as the last: it has ended, by whomever; with an error where that was not meant. */
  closed(error?: Error): void
}

/** A connection that carries frames both ways, in order. */
export interface Pipe {
  /** Known from the beginning. */
  readonly facts: ConnectionFacts
  /** Bytes that the system has taken so far. Absent where unknown, as are both of the next. */
  readonly written?: number
  /** Bytes that wait for the system. */
  readonly queued?: number
  /** Bytes that came so far. */
  readonly received?: number
  /** Begins to hand out what comes; called once, in the turn in which the pipe was handed over. */
  open(handler: PipeHandler): void
  /**
   * Sends a frame, whose bytes are those of both one after the other. Gives false where nothing more should
   * be sent until `drained()`. Never throws; after the end it does nothing. Nobody changes the bytes
   * afterwards.
   */
  send(head: Buffer, body?: Uint8Array): boolean
  /** Reads no more until resume(): the peer is held back. */
  pause(): void
  /** Reads again. */
  resume(): void
  /** Ends after what was sent before, or at once where that takes longer than so many milliseconds. */
  end(withinMs: number): void
  /** Ends at once. */
  destroy(error?: Error): void
}

/** A listener that listens. */
export interface Listening {
  /** The URL at which peers connect, with the port that was bound. */
  readonly url: string
  /** Resolves when its address is free again. Its pipes stay, to be ended by whoever has them. */
  close(): Promise<void>
}

/** Whoever listens. */
export interface ListenHandler {
  /** Somebody connected. Where this returns false, the pipe is destroyed. */
  connected(pipe: Pipe): void
  /** It listens no more, for a reason of the system. */
  failed(error: Error): void
}

/** Connects and listens for the schemes that it has; what is wrong with a peer ends a pipe, and no more. */
export interface Driver {
  /** URL schemes, in lower case. */
  readonly schemes: readonly string[]
  /** Those of them that are always in TLS. */
  readonly secureSchemes: readonly string[]
  /** Whether peers are asked if they are there, and whether it has TLS. */
  readonly capabilities: { readonly sendHeartbeat: boolean; readonly supportSsl: boolean }
  /**
   * Connects once; a signal that aborts ends the attempt. @throws Error where that fails; CommError
   * `BAD_CONFIG` where it can never succeed.
   */
  connect(params: ConnectorParams, signal: AbortSignal): Promise<Pipe>
  /** Listens when it resolves. @throws Error of the system where the address cannot be bound; CommError. */
  listen(params: ConnectorParams, handler: ListenHandler): Promise<Listening>
}
