/**
 * The four ports of a member of a group, told of as other ports are. Their sockets live in the thread of the
 * groups; here is what is known of them: where they are bound, and with whom messages get through.
 */
import type { PortScope } from '../../ports/index.js'
import { actorIdOf } from './member-info.js'
import type { Membership } from './membership.js'

/**
 * The kinds of port of a group: `gpub` has what goes to all, and a `gsub` of each other hears it; a `gqry`
 * leads to each that may lead, whose `gans` answers.
 */
export type GroupPortKind = 'gpub' | 'gsub' | 'gqry' | 'gans'

/** What a port of a group tells of itself: what the `info` of other ports has, and how many are connected. */
export interface GroupPortInfo {
  /** What kind of port it is. */
  readonly kind: GroupPortKind
  /** How far it reaches: as global ports. */
  readonly scope: PortScope
  /** Its name within the component: `Cell.north.gpub`. */
  readonly name: string
  /** Name of the message type of the group. */
  readonly message: string
  /** Address that it is bound to; '' on a connecting port, and on one that is not bound at the moment. */
  readonly host: string
  /** TCP port that it is bound to; -1 on a connecting port, and on one that is not bound at the moment. */
  readonly port: number
  /** To how many others it leads, of those with whom messages get through both ways. */
  readonly connected: number
}

/** The ports of a member of a group, by kind. */
export type GroupPorts = Readonly<Record<GroupPortKind, GroupPortInfo>>

const KINDS = ['gpub', 'gsub', 'gqry', 'gans'] as const

export function groupPortsOf(membership: Membership): GroupPorts {
  const of = (kind: GroupPortKind): GroupPortInfo => infoOf(membership, kind)
  return { gpub: of('gpub'), gsub: of('gsub'), gqry: of('gqry'), gans: of('gans') }
}

/** `tcp://host:port` of its gpub and its gans; '' while they are not bound. */
export function groupEndpointsOf(membership: Membership): { readonly gpub: string; readonly gans: string } {
  const at = ({ host, port }: GroupPortInfo): string => (port > 0 ? `tcp://${host}:${port}` : '')
  return { gpub: at(infoOf(membership, 'gpub')), gans: at(infoOf(membership, 'gans')) }
}

/** Each with the actors at the other ends, one for each connected port. */
export function groupPortsAndPeersOf(membership: Membership): { info: GroupPortInfo; peers: string[] }[] {
  return KINDS.map((kind) => {
    return { info: infoOf(membership, kind), peers: connectedBy(membership, kind).map(actorIdOf) }
  })
}

function infoOf(membership: Membership, kind: GroupPortKind): GroupPortInfo {
  const { name, options } = membership
  return {
    kind,
    scope: 'global',
    name: `${name}.${kind}`,
    message: options.type.type.using.name,
    ...boundAt(membership, kind),
    connected: connectedBy(membership, kind).length,
  }
}

function boundAt(membership: Membership, kind: GroupPortKind): { host: string; port: number } {
  const { id, incarnation } = membership
  const isBound = kind === 'gpub' || kind === 'gans'
  if (!isBound || !incarnation.ports) return { host: '', port: -1 }
  return { host: membership.infoOf(id).host, port: incarnation.ports[kind] }
}

/** The ids of those to whom it leads. Where one of the ways to another does not stand, none counts. */
function connectedBy(membership: Membership, kind: GroupPortKind): readonly string[] {
  const { incarnation, isCoordinated, view } = membership
  if (!incarnation.ports) return []
  if (kind === 'gpub' || kind === 'gsub') return view.connected
  if (!isCoordinated) return []
  // Only who may lead is asked by the others.
  if (kind === 'gans') return incarnation.seat ? view.connected : []
  return view.connected.filter((id) => view.members.includes(id))
}
