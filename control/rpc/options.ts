/** What an RpcService is told at its making, and what it takes where it is not told. */
import { isIPv4 } from 'node:net'
import { RpcError } from './errors.js'
import { rpcLimits } from './limits.js'

/** Options of a service. Without any it listens where 0.9.7 does, on loopback. */
export interface RpcOptions {
  /** False: createApiService() makes none. Default true. */
  readonly enable?: boolean
  /** What heartbeats call it. Default `autotrainer-device`. */
  readonly identifier?: string
  /** The version of the API that heartbeats tell of. Default `0.9.7`. */
  readonly version?: string
  /** Seconds between two heartbeats. Default 5. */
  readonly heartbeatInterval?: number
  /** TCP port that publishes; 0 for a free one. Default 5556. */
  readonly subscriberPort?: number
  /** TCP port that takes commands; 0 for a free one. Default 5557. */
  readonly commandPort?: number
  /**
   * IPv4 address to listen at, beside loopback; all of the host with `0.0.0.0`. What travels is clear text,
   * and whoever reaches it may command. Default `127.0.0.1`.
   */
  readonly host?: string
  /** Alters values and hides failures as 0.9.7 does, to test managers with; see docs/rpc.md. */
  readonly faithful?: boolean
}

const DEFAULTS = {
  enable: true,
  identifier: 'autotrainer-device',
  version: '0.9.7',
  heartbeatInterval: rpcLimits.heartbeatS,
  subscriberPort: 5556,
  commandPort: 5557,
  host: '127.0.0.1',
  faithful: false,
} as const satisfies Required<RpcOptions>

/** Complete and sound. @throws RpcError `rpc-bad-option`. */
export function settled(given: RpcOptions): Required<RpcOptions> {
  const known = Object.entries(given).filter(([, value]) => value !== undefined)
  const options: Required<RpcOptions> = { ...DEFAULTS, ...Object.fromEntries(known) }
  for (const name of ['subscriberPort', 'commandPort'] as const) requirePort(name, options[name])
  if (options.subscriberPort === options.commandPort && options.commandPort !== 0) {
    throw badOption('subscriberPort and commandPort are the same; give two')
  }
  if (!isIPv4(options.host)) throw badOption(`${JSON.stringify(options.host)} is no IPv4 address of a host`)
  const { heartbeatInterval } = options
  if (!(heartbeatInterval > 0 && heartbeatInterval <= rpcLimits.heartbeatMaxS)) {
    throw badOption(`heartbeatInterval is ${heartbeatInterval}; give seconds above 0`)
  }
  return options
}

export function requirePort(name: string, port: unknown): void {
  if (Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535) return
  throw badOption(`${name} is ${String(port)}; give a TCP port, or 0 for a free one`)
}

export function badOption(text: string): RpcError {
  return new RpcError('rpc-bad-option', text)
}
