/** What a hub tells of actors, as far as a test cares. */
import type {
  ActorWho,
  CountersPicture,
  FleetActor,
  FleetChanges,
  NodeActor,
  PlacePicture,
  PollPicture,
  PortPicture,
} from '../../../../control/fleet/models.js'

export function changes(told: Partial<FleetChanges>): FleetChanges {
  const none = { nodes: [], actors: [] }
  return { cursor: '1', anew: false, now: 1000, nodes: [], actors: [], gone: none, rates: [], ...told }
}

/** Ids are of 16 characters, as those of actors. */
export function idOf(name: string): string {
  return name.padEnd(16, '0')
}

export function who(name: string, more: Partial<ActorWho> = {}): ActorWho {
  const place = { host: 'rig', pid: 1, started: 0 }
  return { app: 'plant', version: '1.0.0', actor: 'Pump', id: idOf(name), ...place, ...more }
}

export function actor(name: string, more: Partial<FleetActor> = {}): FleetActor {
  return { worker: `plant.Pump.${name}@rig`, there: true, who: who(name), ...more }
}

export function port(name: string, kind: string, message: string, peers: readonly string[]): PortPicture {
  const place = { component: 'pump', scope: 'global', host: '127.0.0.1', port: 5000 }
  return { ...place, name, kind, message, connected: peers.length, peers: peers.map(idOf) }
}

export function counters(at: number, ports: CountersPicture['ports']): CountersPicture {
  return { at, ports, groups: {}, properties: {}, lagMs: 1, busy: 0, heapBytes: 1, memoryBytes: 1 }
}

export function agentActor(id: string, more: Partial<NodeActor> = {}): NodeActor & { node: string } {
  return {
    ...{ id, worker: `plant.Pump.${id}@rig`, app: 'plant', actor: 'Pump', params: {}, restart: 'never' },
    ...{ state: 'active', why: '', since: 0, due: null, starts: 1, failures: 0, pid: 1, cpuMs: 1 },
    ...{ memoryBytes: 1, limits: {}, log: { begins: 0, ends: 0 }, last: null, node: 'north', ...more },
  }
}

export function member(name: string): PlacePicture['members'][number] {
  return { id: `${idOf(name)}0000000000000001`, actor: 'Pump', component: 'pump' }
}

export function place(name: string, more: Partial<PlacePicture> = {}): PlacePicture {
  const { id, component } = member(name)
  return {
    ...{ name: 'Plant.all', component, id, role: 'member', leader: null, epoch: 1, term: 1, quorum: 2 },
    ...{ seat: null, members: [], observers: [], ...more },
  }
}

export function poll(more: Partial<PollPicture> = {}): PollPicture {
  return {
    ...{ group: 'Plant.all', component: 'pump', id: 'p1', topic: 'halt', kind: 'majority' },
    ...{ requestedBy: member('a'), opened: 10, ends: 20, actsAt: null, vote: null, outcome: null },
    ...{ ended: null, ...more },
  }
}
