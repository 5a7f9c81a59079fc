/**
 * Two hosts on networks of their own, and a router between them that passes on what is for one address, and
 * no multicast: network namespaces. Needs root and iproute2, as `Lan.missing()` says.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'

export type RoutedHost = 1 | 2

/** The kernel tells of a carrier a moment after it is there, and Node lists no interface before. */
const UNTIL_UP =
  'for i in $(seq 500); do ip link show eth0 | grep -q "state UP" && exit; sleep 0.01; done; exit 1'

export class RoutedNetwork {
  readonly #tag = randomBytes(3).toString('hex')
  readonly #router = `q${this.#tag}r`

  /** Makes hosts 1 and 2, with the addresses 10.78.1.2 and 10.78.2.2 on their `eth0`. */
  constructor() {
    ip('netns', 'add', this.#router)
    ip('netns', 'exec', this.#router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    for (const host of [1, 2] as const) this.#addHost(host)
    for (const host of [1, 2] as const) ip('netns', 'exec', this.#name(host), 'sh', '-c', UNTIL_UP)
  }

  address(host: RoutedHost): string {
    return `10.78.${host}.2`
  }

  /** The command line that runs a command on a host. */
  on(host: RoutedHost, ...command: string[]): [program: string, args: string[]] {
    return ['ip', ['netns', 'exec', this.#name(host), ...command]]
  }

  /** Removes all of it. Processes in it must have ended. */
  remove(): void {
    for (const name of [this.#name(1), this.#name(2), this.#router]) ip('netns', 'del', name)
  }

  #name(host: RoutedHost): string {
    return `q${this.#tag}h${host}`
  }

  #addHost(host: RoutedHost): void {
    const name = this.#name(host)
    const router = ['-n', this.#router]
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip(...router, 'link', 'add', `eth${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip(...router, 'addr', 'add', `10.78.${host}.1/24`, 'dev', `eth${host}`)
    ip(...router, 'link', 'set', `eth${host}`, 'up')
    ip('-n', name, 'addr', 'add', `${this.address(host)}/24`, 'brd', '+', 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('-n', name, 'route', 'add', 'default', 'via', `10.78.${host}.1`)
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
