/** Which door of an actor leads in from this host. */
import { hostname, networkInterfaces } from 'node:os'
import { isLoopback } from '../../../discovery/index.js'
import type { ListedDoor } from '../doors-text.js'
import type { Sighting } from '../observatory.js'

/** Names and addresses that are this host's, beside its loopback. */
export function ownAddresses(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return ['localhost', hostname(), ...addresses.map(({ address }) => address)]
}

/**
 * The door of operators where this host has a key for it; else one that is not locked. Its host is the one to
 * connect to.
 */
export function doorHere(
  { status, lock, host }: Pick<Sighting, 'status' | 'lock' | 'host'>,
  own: readonly string[] = ownAddresses(),
): ListedDoor | undefined {
  const isHere = isLoopback(host) || own.includes(host)
  const doors = (status?.doors ?? [])
    // At the loopback of another host it is not reached; at that of this one there may be somebody else.
    .filter((door) => isHere || !isLoopback(door.host))
    .map((door) => (door.host === '0.0.0.0' ? { ...door, host } : door))
  return doors.find(({ locked }) => locked && lock) ?? doors.find(({ locked }) => !locked)
}
