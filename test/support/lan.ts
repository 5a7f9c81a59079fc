/**
 * Several hosts on one machine: network namespaces on a bridge in a namespace of its own. Nothing of the
 * machine's own network is touched. Needs root and iproute2; `Lan.missing()` says what is not there.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { skip } from '../skip.js'
import { ActorProcesses } from './actor-process.js'

export class Lan {
  readonly #tag = randomBytes(3).toString('hex')
  readonly #hosts: number
  readonly #switch = `q${this.#tag}s`

  /** Why there can be no network here, or undefined. */
  static missing(): string | undefined {
    if (process.getuid?.() !== 0) return 'needs root for network namespaces'
    try {
      execFileSync('ip', ['-V'], { stdio: 'ignore' })
      return undefined
    } catch {
      return 'needs `ip` of iproute2'
    }
  }

  /** Makes hosts 1 to n with the addresses 10.77.0.1 to 10.77.0.n on their `eth0`. */
  constructor(hosts: number) {
    this.#hosts = hosts
    ip('netns', 'add', this.#switch)
    ip('-n', this.#switch, 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0')
    ip('-n', this.#switch, 'link', 'set', 'br0', 'up')
    for (let host = 1; host <= hosts; host++) this.#addHost(host)
  }

  /** The command line that runs a command on a host. */
  on(host: number, ...command: string[]): [program: string, args: string[]] {
    return ['ip', ['netns', 'exec', this.#name(host), ...command]]
  }

  /** Runs `ip` on a host and waits for it. */
  ip(host: number, ...args: string[]): void {
    ip('-n', this.#name(host), ...args)
  }

  /** Takes the cable of a host out, or puts it back; its link stays up. */
  cable(host: number, isIn: boolean): void {
    const to = isIn ? ['master', 'br0'] : ['nomaster']
    ip('-n', this.#switch, 'link', 'set', `p${host}`, ...to)
  }

  /** Gives a host another address in place of the one that it has. */
  readdress(host: number, from: string, to: string): void {
    // In this order: with its first address an interface loses the further ones of the same network.
    this.ip(host, 'addr', 'del', `${from}/24`, 'dev', 'eth0')
    this.ip(host, 'addr', 'add', `${to}/24`, 'brd', '+', 'dev', 'eth0')
    this.ip(host, 'route', 'replace', 'default', 'dev', 'eth0')
  }

  /** Removes all of it. Processes in it must have ended. */
  remove(): void {
    for (let host = 1; host <= this.#hosts; host++) ip('netns', 'del', this.#name(host))
    ip('netns', 'del', this.#switch)
  }

  #name(host: number): string {
    return `q${this.#tag}h${host}`
  }

  #addHost(host: number): void {
    const name = this.#name(host)
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', this.#switch, 'link', 'add', `p${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('-n', this.#switch, 'link', 'set', `p${host}`, 'master', 'br0')
    ip('-n', this.#switch, 'link', 'set', `p${host}`, 'up')
    ip('-n', name, 'addr', 'add', `10.77.0.${host}/24`, 'brd', '+', 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    // Without a route, multicast fails with ENETUNREACH.
    ip('-n', name, 'route', 'add', 'default', 'dev', 'eth0')
  }
}

/** The hosts of a suite, and the actors on them, made for each of its tests. */
export interface LanForTests {
  /** That of the test. */
  readonly lan: Lan
  readonly processes: ActorProcesses
}

/** Registers its hooks with the suite that calls it, which is skipped where there can be no network. */
export function lanForTests(hosts: number): LanForTests {
  const processes = new ActorProcesses()
  let lan: Lan | undefined
  before(function () {
    const missing = Lan.missing()
    if (missing) skip(this, missing)
  })
  beforeEach(() => {
    lan = new Lan(hosts)
  })
  afterEach(async () => {
    await processes.end()
    lan?.remove()
    lan = undefined
  })
  return {
    processes,
    get lan() {
      if (!lan) throw new Error('there is a network only while a test runs')
      return lan
    },
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
