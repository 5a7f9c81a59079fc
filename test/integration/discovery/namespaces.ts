/**
 * Hosts on one machine: network namespaces joined by cables. Needs root and iproute2; nothing of the
 * machine's own network is touched.
 */
import { execFileSync } from 'node:child_process'

/** Why no hosts can be made here; undefined if they can. */
export function whyNoHosts(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `q${process.pid}t`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
  } catch (thrown) {
    return `no network namespaces here: ${thrown instanceof Error ? thrown.message.split('\n')[0] : thrown}`
  }
  return undefined
}

/** Why hosts can have no firewall here; undefined if they can. */
export function whyNoFirewall(): string | undefined {
  try {
    execFileSync('nft', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs `nft` of nftables'
  }
}

/** A host with a loopback and nothing else, until it is cabled. */
export class Host {
  static #made = 0
  readonly name: string
  /** Runs a command on this host. */
  readonly prefix: readonly string[]

  constructor(letter: string) {
    this.name = `q${process.pid}${letter}${Host.#made++}`
    this.prefix = ['ip', 'netns', 'exec', this.name]
    ip('netns', 'add', this.name)
    this.ip('link', 'set', 'lo', 'up')
  }

  ip(...args: string[]): void {
    ip('-n', this.name, ...args)
  }

  /** Runs a command on this host, and waits for it. */
  run(...command: string[]): void {
    const [program = '', ...args] = [...this.prefix, ...command]
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }

  /** Lays a cable: an interface of the given name at each end, up, with an address. */
  cable(device: string, address: string, other: Host, otherDevice: string, otherAddress: string): void {
    this.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', otherDevice, 'netns', other.name)
    other.up(otherDevice, otherAddress)
    this.up(device, address)
  }

  up(device: string, address: string): void {
    this.ip('addr', 'add', `${address}/24`, 'dev', device)
    this.ip('link', 'set', device, 'up')
  }

  remove(): void {
    ip('netns', 'del', this.name)
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
