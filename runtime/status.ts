/** What an actor tells observers who ask for its status: `quorate ps` shows it. */
import { z } from 'zod'
import type { ActorRecord } from '../discovery/index.js'
import { AnsweringPort, AskingPort, type Port, Pub, Sub } from '../ports/index.js'
import type { AppDefinition } from './app.js'
import { groupPortsAndPeersOf } from './groups/group-ports.js'
import { groupStatus, groupStatusOf } from './groups/group-status.js'
import type { Membership } from './groups/membership.js'
import { runtimeLimits } from './limits.js'

const portStatus = z.object({
  component: z.string(),
  name: z.string(),
  kind: z.string(),
  scope: z.string(),
  message: z.string(),
  host: z.string(),
  port: z.number(),
  connected: z.number(),
  /** Actor ids at the other end, one for each connected port. */
  peers: z.array(z.string()),
  stats: z.record(z.string(), z.number()),
})

type PortStatus = z.infer<typeof portStatus>

/** The status of one actor, as it comes over the network. */
export const actorStatus = z.object({
  app: z.string(),
  version: z.string(),
  actor: z.string(),
  id: z.string(),
  pid: z.number(),
  uptimeS: z.number(),
  /** Of its components, and behind them those that they have for groups. */
  ports: z.array(portStatus),
  peers: z.array(z.object({ actor: z.string(), id: z.string() })),
  /** None of an older quorate. */
  groups: z.array(groupStatus).optional(),
  /** Where it takes commands; none of an older quorate. */
  doors: z
    .array(z.object({ host: z.string(), subscriber: z.number(), command: z.number(), locked: z.boolean() }))
    .readonly()
    .optional(),
})

/** What an actor tells of itself and its ports when it is asked: what `quorate ps` shows. */
export type ActorStatus = z.infer<typeof actorStatus>

export function statusOf(
  actor: string,
  id: string,
  app: AppDefinition,
  ports: readonly Port[],
  peers: readonly ActorRecord[],
  memberships: readonly Membership[] = [],
): ActorStatus {
  return {
    app: app.name,
    version: app.version,
    actor,
    id,
    pid: process.pid,
    uptimeS: Math.round(process.uptime() * 10) / 10,
    ports: [...ports.map(portStatusOf), ...groupPortsIn(memberships)],
    peers: peers.map(({ actor, id }) => ({ actor, id })),
    groups: memberships.map(groupStatusOf),
  }
}

function portStatusOf(port: Port): PortStatus {
  const { component, connected, info, stats } = port
  return { component, ...info, connected, peers: peersOf(port), stats: { ...stats } }
}

/** What they count is the group's, which has one count for all of them. */
function groupPortsIn(memberships: readonly Membership[]): PortStatus[] {
  return memberships.slice(0, runtimeLimits.statusGroupPorts).flatMap((membership) => {
    const { name: component } = membership.options.component
    return groupPortsAndPeersOf(membership).map(({ info, peers }) => ({
      component,
      ...info,
      peers,
      stats: {},
    }))
  })
}

function peersOf(port: Port): string[] {
  if (port instanceof Pub) return port.subscribers
  if (port instanceof AnsweringPort) return port.askers
  if (port instanceof Sub || port instanceof AskingPort) return port.peers.map(({ actorId }) => actorId)
  return []
}
