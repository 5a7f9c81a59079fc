/** Where start_listener() tries to listen, by the rules of the reference: host, bind address and ports. */
import { randomInt } from 'node:crypto'
import { isLoopback } from '../discovery/index.js'
import { CommError } from './errors.js'
import { commLimits } from './limits.js'

const LOWEST = 1025
const HIGHEST = 65_535
/** Ranges up to this length are tried one by one. */
const SHORT_RANGE = 10

/**
 * The address to bind: that which is asked for, the loopback where the advertised host is of it, otherwise
 * all, which is ''.
 */
export function listenHost(host: string, asked: string | undefined): string {
  if (asked !== undefined) return asked === '0' ? '' : asked
  const plain = host.toLowerCase().replace(/\.$/, '')
  if (plain === 'localhost') return '127.0.0.1'
  return isLoopback(plain) ? plain : ''
}

/**
 * Ports to try one after the other: `port` as it is; of `ports`, a number, `'lo-hi'`, `'-hi'`, `'lo-'` or a
 * list of those, short ranges in order, and of long ones twenty at random. 0, which is a free one, where
 * neither is given. @throws CommError `BAD_CONFIG` for what is none.
 */
export function portsToTry(port: unknown, ports: unknown): number[] {
  if (port !== undefined) return [portOf(port)]
  if (ports === undefined) return [0]
  const ranges = (Array.isArray(ports) ? ports : [ports]).map(rangeOf)
  return ranges.flatMap(([low, high]) => {
    const { portAttempts } = commLimits
    const count = high - low + 1
    if (count <= SHORT_RANGE) return Array.from({ length: count }, (_, index) => low + index)
    const picked = new Set<number>()
    while (picked.size < Math.min(portAttempts, count)) picked.add(randomInt(low, high + 1))
    return [...picked]
  })
}

function portOf(value: unknown): number {
  const port = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= HIGHEST) return port
  throw new CommError('BAD_CONFIG', `${JSON.stringify(value)} is no port; give 0 to 65535, or a range`)
}

function rangeOf(value: unknown): readonly [low: number, high: number] {
  const [, low, dash, high] = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(String(value)) ?? []
  const from = low ? portOf(low) : LOWEST
  const to = dash ? (high ? portOf(high) : HIGHEST) : from
  if ((low || high) && from <= to) return [from, to]
  throw new CommError('BAD_CONFIG', `${JSON.stringify(value)} is no range of ports; give one as 8000-8010`)
}
