/**
 * Discovery in memory that hears as little over a cut cable as mDNS does: no record and no goodbye. When the
 * cable is healed, it asks afresh.
 */
import { type ActorRecord, type Discovery, type MemoryNetwork, memoryDiscovery } from '../discovery/index.js'
import type { Host, Hosts } from './hosts.js'

/** Of one actor. */
export interface HostDiscovery extends Discovery {
  /** The process is killed: it asks no more, and says no goodbye. */
  die(): void
}

export function discoveryOn(network: MemoryNetwork, hosts: Hosts, host: Host): HostDiscovery {
  const inner = memoryDiscovery(network)
  /** Records that were heard of, and where they come from. */
  const heard = new Map<string, string>()
  let die = (): void => undefined
  const isReached = (address: string | undefined): boolean => {
    const from = address === undefined ? undefined : hosts.at(address, host)
    return from === undefined || !hosts.isCut(host, from)
  }
  return {
    kind: inner.kind,
    start: async (events) => {
      die = hosts.onHeal(() => inner.refresh())
      await inner.start({
        ...events,
        found: (record: ActorRecord) => {
          if (isReached(record.host)) {
            heard.set(record.id, record.host)
            events.found(record)
          } else inner.forget(record.id)
        },
        gone: (id: string) => {
          if (isReached(heard.get(id))) events.gone(id)
        },
      })
    },
    announce: (record) => inner.announce(record),
    withdraw: (id) => inner.withdraw(id),
    refresh: () => inner.refresh(),
    forget: (id) => inner.forget(id),
    stop: () => {
      die()
      return inner.stop()
    },
    die: () => die(),
  }
}
