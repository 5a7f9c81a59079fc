/**
 * Several hosts on one machine: a network namespace each, with one cable to a switch of our own, whose links
 * can be spoilt. Host n has the address 10.79.0.n on its `eth0`. Nothing of the machine's own network is
 * touched; whatever happens, `remove()` leaves nothing, and what a killed process left the next rig removes.
 */
import type { Place } from '../support/actor-process.js'
import { ip, newTag, removeNamespace, run, sweep } from './namespaces.js'
import { type Link, type Spoilt, Switch } from './switch.js'

const UP_PATIENCE_MS = 5000

export class Rig {
  readonly size: number
  readonly #tag = newTag()
  readonly #made: string[] = []
  #switch: Switch | undefined

  private constructor(size: number) {
    this.size = size
  }

  /** Resolves when all hosts are connected. */
  static async of(size: number, seed = 1): Promise<Rig> {
    sweep()
    const rig = new Rig(size)
    try {
      await rig.#make(seed)
      return rig
    } catch (error) {
      await rig.remove()
      throw error
    }
  }

  get hosts(): readonly number[] {
    return Array.from({ length: this.size }, (_, n) => n + 1)
  }

  get switch(): Switch {
    if (!this.#switch) throw new Error('the rig is gone')
    return this.#switch
  }

  address(host: number): string {
    return `10.79.0.${host}`
  }

  /** Puts a command on a host. */
  on(host: number): Place {
    return (...command) => ['ip', ['netns', 'exec', this.namespace(host), ...command]]
  }

  namespace(host: number): string {
    return `${this.#tag}h${host}`
  }

  /** Runs a command on a host to its end. @throws Error with what it said on standard error. */
  run(host: number, command: string, args: readonly string[], input?: string): string {
    return run('ip', ['netns', 'exec', this.namespace(host), command, ...args], input)
  }

  /** Spoils the links from each of these to each of those. */
  async spoil(from: readonly number[], to: readonly number[], how: Spoilt): Promise<void> {
    const links = from.flatMap((one) =>
      to.filter((other) => other !== one).map((other): Link => [one, other]),
    )
    await this.switch.spoil(links, how)
  }

  /** Gives an address to a host, or takes it; the others ask afresh who has it. */
  hold(host: number, address: string, has: boolean): void {
    const what = has ? `add ${address}/24 brd + dev eth0` : `del ${address}/24 dev eth0`
    ip(this.namespace(host), `addr ${what}`, 'route replace default dev eth0')
    for (const each of this.hosts) ip(this.namespace(each), 'neigh flush dev eth0')
  }

  /** Removes all of it, and what still runs on its hosts. Harmless twice. */
  async remove(): Promise<void> {
    await this.#switch?.end()
    this.#switch = undefined
    for (const name of this.#made.splice(0)) removeNamespace(name)
  }

  async #make(seed: number): Promise<void> {
    const names = this.hosts.map((host) => this.namespace(host))
    const own = `${this.#tag}s`
    for (const name of [own, ...names]) {
      ip(undefined, `netns add ${name}`)
      this.#made.push(name)
    }
    const cables = names.map((name, n) => `link add p${n + 1} type veth peer name eth0 netns ${name}`)
    ip(own, ...cables, ...names.map((_, n) => `link set p${n + 1} up`))
    for (const [n, name] of names.entries()) {
      const address = `addr add ${this.address(n + 1)}/24 brd + dev eth0`
      // Without a route, multicast fails with ENETUNREACH.
      ip(name, 'link set lo up', address, 'link set eth0 up', 'route add default dev eth0')
    }
    this.#switch = new Switch(own, names, seed)
    await this.#switch.up()
    for (const name of names) await untilUp(name)
  }
}

/** The kernel tells of a carrier a moment after it is there, and Node lists no interface before. */
async function untilUp(name: string): Promise<void> {
  const until = performance.now() + UP_PATIENCE_MS
  while (!run('ip', ['-n', name, 'link', 'show', 'eth0']).includes('state UP')) {
    if (performance.now() > until) throw new Error(`the cable of ${name} never came up`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
