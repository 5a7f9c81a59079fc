/** The routes of the host, where its system tells them: Linux does. */
import { readFileSync } from 'node:fs'

export interface Route {
  /** Of the interface. */
  readonly name: string
  readonly destination: number
  readonly mask: number
  readonly metric: number
}

export type ReadRoutes = () => readonly Route[]

/** All IPv4 routes; none where the system does not tell. Never throws. */
export function listRoutes(): readonly Route[] {
  try {
    return readRoutes(readFileSync('/proc/net/route', 'utf8'))
  } catch {
    return []
  }
}

/** The routes in the text of /proc/net/route, whose addresses are little-endian hex. */
export function readRoutes(text: string): Route[] {
  const rows = text.trim().split('\n').slice(1)
  return rows.map((row) => {
    const [name = '', destination = '', , , , , metric = '0', mask = ''] = row.split('\t')
    return { name, destination: addressOf(destination), mask: addressOf(mask), metric: Number(metric) }
  })
}

/** Names of the interfaces by which what has no other route leaves the host; the best first. */
export function defaultRoutesOf(routes: readonly Route[]): string[] {
  const open = routes.filter(({ destination, mask }) => destination === 0 && mask === 0)
  return open.sort((a, b) => a.metric - b.metric).map(({ name }) => name)
}

function addressOf(hex: string): number {
  return /^[0-9A-F]{8}$/i.test(hex) ? Buffer.from(hex, 'hex').readUInt32LE() : 0
}
