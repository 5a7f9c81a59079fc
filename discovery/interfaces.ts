/**
 * The network interfaces of the host, as far as discovery cares: those with an IPv4 address. mDNS and
 * directories use one of them, the chosen one. libuv lists an interface only while it is up and has a
 * carrier.
 */
import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { DiscoveryError } from './errors.js'
import { defaultRoutesOf, listRoutes, type ReadRoutes, type Route } from './routes.js'

/** The network interface that an actor uses. */
export interface InterfaceChoice {
  /** As the system names it: `eth0`. */
  readonly name: string
  /** An IPv4 address of it: one with several is as many choices. */
  readonly address: string
  /** Of that address, as `255.255.255.0`. */
  readonly netmask: string
  /** Only this host reaches it. */
  readonly loopback: boolean
  /** Changes when the interface was replaced by another of the same name and address. */
  readonly identity: string
}

export type ReadInterfaces = typeof networkInterfaces

/** True for an address that no other host reaches; not for a name, which may mean any. */
export function isLoopback(host: string): boolean {
  return isIPv4(host) && host.startsWith('127.')
}

/** All IPv4 addresses of the host. */
export function listInterfaces(read: ReadInterfaces = networkInterfaces): InterfaceChoice[] {
  return Object.entries(read()).flatMap(([name, addresses = []]) => {
    const scopes = addresses.flatMap((info) => (info.family === 'IPv6' ? [info.scopeid] : []))
    return addresses.flatMap(({ family, address, netmask, internal, mac }) => {
      if (family !== 'IPv4') return []
      const identity = `${name} ${address} ${netmask} ${mac} ${scopes}`
      return [{ name, address, netmask, loopback: internal, identity }]
    })
  })
}

/**
 * The interface that `wanted` names, by its name or by an IPv4 address. Without it that of the LAN: of the
 * default route, else the first that is no loopback; where there is none, loopback.
 * @throws DiscoveryError `no-interface`, with a list of those there are.
 */
export function chooseInterface(
  wanted?: string,
  read: ReadInterfaces = networkInterfaces,
  // Those of this host say nothing of another.
  routes: ReadRoutes = read === networkInterfaces ? listRoutes : () => [],
): InterfaceChoice {
  const all = listInterfaces(read)
  const choice = wanted ? matching(all, wanted) : (ofLan(all, routes()) ?? loopbackInterface(read))
  if (choice) return choice
  const there = all.map(({ name, address }) => `${name} (${address})`).join(', ') || 'none'
  const missing = wanted ? `no network interface ${wanted}` : 'no loopback interface'
  const advice = wanted ? '' : '; bring it up (ip link set lo up), or name another with --interface'
  const text = `there is ${missing} with an IPv4 address; there are: ${there}${advice}`
  throw new DiscoveryError('no-interface', text)
}

/** The one that only this host reaches; undefined where it is down. */
export function loopbackInterface(read: ReadInterfaces = networkInterfaces): InterfaceChoice | undefined {
  return listInterfaces(read).find(({ loopback }) => loopback)
}

/** Follows one interface: finds it by what was asked for, and later by its name if its address changed. */
export class InterfaceWatch {
  readonly #wanted: string
  readonly #read: ReadInterfaces
  #name: string | undefined

  constructor(wanted: string, read: ReadInterfaces = networkInterfaces) {
    this.#wanted = wanted
    this.#read = read
  }

  /** The interface as it is now; undefined while it is not there. */
  look(): InterfaceChoice | undefined {
    const all = listInterfaces(this.#read)
    const found = matching(all, this.#wanted) ?? all.find(({ name }) => name === this.#name)
    if (found) this.#name = found.name
    return found
  }
}

/** Whether an address is on the link of an interface: mDNS from elsewhere is not believed. */
export function isOnLink(address: string, { address: own, netmask }: InterfaceChoice): boolean {
  const mask = bitsOf(netmask)
  return (bitsOf(address) & mask) === (bitsOf(own) & mask)
}

function ofLan(all: readonly InterfaceChoice[], routes: readonly Route[]): InterfaceChoice | undefined {
  const outer = all.filter(({ loopback }) => !loopback)
  const [routed] = defaultRoutesOf(routes).flatMap((name) => outer.find((each) => each.name === name) ?? [])
  return routed ?? outer[0]
}

function matching(all: readonly InterfaceChoice[], wanted: string): InterfaceChoice | undefined {
  return all.find(({ address }) => address === wanted) ?? all.find(({ name }) => name === wanted)
}

function bitsOf(address: string): number {
  return address.split('.').reduce((bits, part) => (bits << 8) | Number(part), 0)
}
