/** Actors as an observer might have seen them. */
import type { Sighting } from '../../../../apps/quorate/observatory.js'
import type { Listing, PortAd } from '../../../../discovery/index.js'
import type { ActorStatus } from '../../../../runtime/index.js'

type PortStatus = ActorStatus['ports'][number]

export function portStatus(facts: Partial<PortStatus>): PortStatus {
  const { peers = [] } = facts
  return {
    component: 'it',
    name: 'port',
    kind: 'pub',
    scope: 'global',
    message: 'Word',
    host: '',
    port: -1,
    connected: peers.length,
    peers,
    stats: {},
    ...facts,
  }
}

interface SightingFacts {
  readonly id: string
  readonly app?: string
  readonly actor?: string
  readonly version?: string
  readonly ports?: PortStatus[]
  readonly listing?: Listing
  readonly hasKeys?: boolean
  readonly doors?: ActorStatus['doors']
}

export function sighting(facts: SightingFacts): Sighting {
  const {
    id,
    app = 'pair',
    actor = 'Actor',
    version = '1.0.0',
    ports = [],
    listing,
    hasKeys = true,
    doors,
  } = facts
  const [host, port] = ['127.0.0.1', 4000]
  return {
    host,
    port,
    record: { id, app, actor, host, port, key: '', generation: 0, wire: [1] },
    hasKeys,
    lock: undefined,
    helloMs: 2,
    why: '',
    refusal: undefined,
    listing: listing ?? { ports: [], types: [] },
    status: { app, version, actor, id, pid: 77, uptimeS: 5, ports, peers: [], doors },
  }
}

/** A port as a directory lists it. */
export function ad(kind: string, message: string, facts: Partial<PortAd> = {}): PortAd {
  const types = [{ name: message, fingerprint: `print-of-${message}` }]
  return { component: 'it', port: kind, kind, scope: 'global', endpoint: '', types, ...facts }
}
