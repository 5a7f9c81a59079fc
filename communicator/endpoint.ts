/** Who takes part: a name, what everybody may know of it, and what stays here. */

/** What an endpoint can be; a remote one is READY or DISCONNECTED. The numbers are those of F3. */
export const EndpointState = { IDLE: 0, READY: 1, CLOSING: 2, DISCONNECTED: 3, ERROR: 4 } as const
export type EndpointState = (typeof EndpointState)[keyof typeof EndpointState]

/** By name. */
export type Properties = Readonly<Record<string, unknown>>

/**
 * One end of a communicator. `properties` travel in the handshake: plain values that MessagePack knows.
 * `connProps` stay here: of the local endpoint paths of certificates (`ca_cert`, `server_cert`, …), of a
 * remote one facts of its connection (`peer_addr`, `local_addr`, `peer_cn`).
 */
export class Endpoint {
  /** No other that a communicator is connected with is called so. */
  readonly name: string
  /** What everybody may know. */
  readonly properties: Record<string, unknown>
  /** What stays here. */
  readonly connProps: Record<string, unknown>
  /** That of the moment; of a local one IDLE. */
  state: EndpointState = EndpointState.IDLE

  /** Both kinds of properties are copied. */
  constructor(name: string, properties: Properties = {}, connProps: Properties = {}) {
    this.name = name
    this.properties = { ...properties }
    this.connProps = { ...connProps }
  }

  /** Reaches peers with the next handshake. */
  setProp(key: string, value: unknown): void {
    this.properties[key] = value
  }

  /** Of `properties`; `otherwise` where there is none of that key. */
  getProp(key: string, otherwise?: unknown): unknown {
    return Object.hasOwn(this.properties, key) ? this.properties[key] : otherwise
  }
}

/**
 * Told whenever the state of a remote endpoint changes. What it throws is reported, and touches nobody
 * else.
 */
export interface EndpointMonitor {
  /** `endpoint.state` tells what it is now. */
  stateChange(endpoint: Endpoint): void
  /** An attempt of a connector failed: to connect, to shake hands, or to listen again. Optional. */
  connectorFailed?(handle: string, url: string, error: Error): void
  /** A frame of a peer was dropped: its headers are none, say, or nobody receives for its app. Optional. */
  frameDropped?(endpoint: Endpoint, why: string): void
}
