/** Where the sockets of a process listen, as the kernel of Linux tells. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Listeners {
  /** `address:port`, each once, in order. */
  readonly tcp: readonly string[]
  readonly udp: readonly string[]
  /** Sockets of other kinds that take in packets: raw, IPv6. */
  readonly others: readonly string[]
}

const LISTENS = '0A'
const ADDRESS_FIELD = 1
const STATE_FIELD = 3
const INODE_FIELD = 9

/** All of a process, of whatever address. It must be one that this user may look into. */
export function listenersOf(pid: number): Listeners {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(pid, fd))?.[1] ?? []),
  )
  const of = (table: string, isIn = (_state: string): boolean => true): string[] =>
    rowsOf(pid, table)
      .filter((row) => inodes.has(row[INODE_FIELD] ?? '') && isIn(row[STATE_FIELD] ?? ''))
      .map((row) => row[ADDRESS_FIELD] ?? '')
  const isListening = (state: string): boolean => state === LISTENS
  const others = [
    ...of('tcp6', isListening),
    ...['udp6', 'raw', 'raw6', 'udplite', 'udplite6'].flatMap((table) => of(table)),
  ]
  return {
    tcp: sorted(of('tcp', isListening).map(addressOf)),
    udp: sorted(of('udp').map(addressOf)),
    others: sorted(others),
  }
}

function sorted(addresses: readonly string[]): string[] {
  return [...new Set(addresses)].sort()
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`)
  } catch {
    // Closed meanwhile.
    return ''
  }
}

function rowsOf(pid: number, table: string): string[][] {
  const text = readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
}

/** Of `0100007F:1F90`: IPv4 addresses are little-endian there. */
function addressOf(hex: string): string {
  const [address = '', port = ''] = hex.split(':')
  const bytes = [...Buffer.from(address, 'hex')].reverse()
  return `${bytes.join('.')}:${Number.parseInt(port, 16)}`
}
