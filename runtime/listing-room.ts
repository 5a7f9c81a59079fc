/**
 * Whether what an actor lists has room for one more group. A listing that is too large is refused as a whole
 * by every peer, ports included, so a component that would make it so does not join. Members are counted as
 * they may be one day: with a seat, leading, at the longest address; so are ports.
 */
import { DiscoveryError, type GroupAd, requireListable } from '../discovery/index.js'
import { encode, type MessageType, messageOf, type Port } from '../ports/index.js'
import type { Membership } from './groups/membership.js'
import { adOf, typeAdOf } from './listing.js'
import { isNetworked } from './matching.js'

const LONGEST_ADDRESS = 'tcp://255.255.255.255:65535'
/** They are numbers. */
const LONGEST_SEAT = '9999'
const LARGEST = Number.MAX_SAFE_INTEGER
const LARGEST_BALLOT = { epoch: LARGEST, term: LARGEST }
const LARGEST_LEAD = { ...LARGEST_BALLOT, clock: { begun: LARGEST_BALLOT, offsetMs: 0.1 } }
/** Bytes of a listing beside its ports, types and groups, at most: the process that it is of. */
const FRAME_ROOM = 1024

/** Who lists what, as `listingOf()` takes it. */
type Lister = readonly [ports: readonly Port[], actorId: string, hostId: string]

/** A thousand groups may be joined at once: what does not change is measured once. */
const measured = new WeakMap<Membership | MessageType, number>()

/**
 * Passes where all these members can be listed, one of them being about to join.
 * @throws DiscoveryError `listing-too-large`.
 */
export function requireRoom(
  [ownPorts, actorId, hostId]: Lister,
  joining: Membership,
  members: readonly Membership[],
): void {
  const ports = ownPorts.filter(isNetworked)
  const ads = ports.map((port) => ({ ...adOf(port, actorId, hostId), endpoint: LONGEST_ADDRESS }))
  const types = new Set(ports.flatMap((port) => port.types))
  let bytes = bytesOf(ads) + FRAME_ROOM
  for (const member of members) {
    types.add(member.options.type.type.using)
    bytes += measuredOnce(member, largestAdOf)
  }
  for (const type of types) bytes += measuredOnce(type, typeAdOf)
  try {
    requireListable([ports, [...types], members], bytes)
  } catch (cause) {
    const text = `${joining.name} is not joined, for peers could not be told of it: ${messageOf(cause)}`
    throw new DiscoveryError('listing-too-large', text, { cause })
  }
}

function measuredOnce<T extends Membership | MessageType>(of: T, ad: (of: T) => unknown): number {
  const known = measured.get(of)
  if (known !== undefined) return known
  const bytes = bytesOf(ad(of))
  measured.set(of, bytes)
  return bytes
}

function bytesOf(value: unknown): number {
  const { start, end } = encode(value, 'what an actor lists')
  return end - start
}

function largestAdOf({ name, id, options }: Membership): GroupAd {
  const { type, component, wantsSeat } = options
  const { name: message, fingerprint } = type.type.using
  return {
    group: name,
    member: id,
    component: component.name,
    gpub: LONGEST_ADDRESS,
    gans: LONGEST_ADDRESS,
    seat: wantsSeat ? LONGEST_SEAT : '',
    parameters: type.parameters,
    using: { name: message, fingerprint },
    ...(wantsSeat ? { leads: LARGEST_LEAD } : {}),
  }
}
