/** An actor as it tells a hub of itself: part by part, and of each part only what is new. */
import { hostname } from 'node:os'
import type { ActorStatus, Controls, GroupStatus } from '../../../runtime/index.js'
import { roleOf } from '../../agent/group-view.js'
import { clipped, shortJson } from '../../fleet/clipped.js'
import { fleetLimits } from '../../fleet/limits.js'
import type {
  ActorWho,
  CommandPicture,
  CountersPicture,
  PlacePicture,
  PortPicture,
  PropertyPicture,
} from '../../fleet/models.js'

type Schema = CommandPicture['schema']

export function whoOf({ app, version, actor, id, pid }: ActorStatus): ActorWho {
  return { app, version, actor, id, host: hostname(), pid, started: Math.round(performance.timeOrigin) }
}

export function portsOf({ ports }: ActorStatus): PortPicture[] {
  return ports.slice(0, fleetLimits.ports).map(({ stats: _, ...port }) => {
    return { ...port, message: clipped(port.message), peers: port.peers.slice(0, fleetLimits.peersOfPort) }
  })
}

export function placesOf({ groups = [] }: ActorStatus): PlacePicture[] {
  return groups.slice(0, fleetLimits.places).map((status) => {
    const { name, component, id, epoch, term, members, observers } = status
    return {
      ...{ name: clipped(name), component, id, role: roleOf(status), leader: leaderOf(status), epoch, term },
      ...{ quorum: status.quorum || null, seat: status.seat || null },
      members: members.slice(0, fleetLimits.members),
      observers: observers.slice(0, fleetLimits.members),
    }
  })
}

/** Of one that takes part no more only the id is known. */
function leaderOf({ leader: id, members, observers }: GroupStatus): PlacePicture['leader'] {
  if (id === '') return null
  return [...members, ...observers].find((each) => each.id === id) ?? { id, actor: '', component: '' }
}

export function commandsOf({ commands }: Controls['outline']): CommandPicture[] {
  return commands.slice(0, fleetLimits.controls).map(({ component, name, description, schema }) => {
    return { component, name, description: clipped(description), schema: schemaOf(schema) }
  })
}

export function propertiesOf({ properties }: Controls['outline']): PropertyPicture[] {
  return properties.slice(0, fleetLimits.controls).map(({ component, name, description, ...property }) => {
    const { writable, schema } = property
    return { component, name, description: clipped(description), writable, schema: schemaOf(schema) }
  })
}

function schemaOf(schema: object | undefined): Schema {
  const short = shortJson(schema, fleetLimits.schemaBytes)
  return typeof short === 'object' && short !== null ? { ...short } : null
}

/** What it counts, and what its properties are. */
export function countersOf(
  { ports, groups = [] }: ActorStatus,
  { properties }: Controls['outline'],
  { lagMs, busy }: { readonly lagMs: number; readonly busy: number },
): CountersPicture {
  const values = properties.slice(0, fleetLimits.controls).map(({ component, name, value }) => {
    return [`${component}.${name}`, shortJson(value, fleetLimits.valueBytes)] as const
  })
  const counted = ports.slice(0, fleetLimits.ports).flatMap(({ component, name, stats }) => {
    return Object.keys(stats).length > 0 ? [[`${component}.${name}`, stats] as const] : []
  })
  return {
    ...{ at: Date.now(), lagMs, busy },
    ports: Object.fromEntries(counted),
    groups: Object.fromEntries(
      groups.slice(0, fleetLimits.places).map((each) => [each.id, groupCounts(each)]),
    ),
    properties: Object.fromEntries(values),
    heapBytes: process.memoryUsage().heapUsed,
    memoryBytes: process.memoryUsage.rss(),
  }
}

function groupCounts({ stats, leaseMs, clockErrorMs, openPolls }: GroupStatus): Record<string, number> {
  return { ...stats, leaseMs, clockErrorMs, openPolls }
}
