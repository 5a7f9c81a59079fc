/** What an actor has of the machine that it runs on. A test gives it another than the real one. */
import { randomBytes } from 'node:crypto'
import { isLoopback } from '../discovery/index.js'
import { createSockets, type Port, type Sockets } from '../ports/index.js'
import type { KeyFolder } from '../ports/security/index.js'
import { type GroupPlace, groupPlaceHere, type SeatsHere } from './groups/group-place.js'
import { type ActorKeys, Guard } from './guard.js'
import { hostId } from './host-id.js'
import { openIoChannel } from './io/io-thread.js'

/** Where an actor runs that is placed by hand: its sockets and who it is. For test kits. */
export interface ActorPlace {
  /** Makes the sockets of its ports and its directory; of this actor alone, which closes them all. */
  readonly sockets: Sockets
  /** Actors with the same host id reach each other's local ports. */
  readonly hostId: string
  /** 16 hex characters, of no other actor. */
  readonly actorId: string
  /** What groups have of the machine; the machine itself unless told. */
  readonly groups?: GroupPlace | undefined
  /** The keys of the actor at work; none where nothing is encrypted. */
  readonly guard?: Guard | undefined
  /** Which seats of groups are on this host; on loopback all, unless told. */
  readonly seats?: SeatsHere | undefined
  /** Awaited when the ports are open and the actor is announced, before any component is activated. */
  readonly beforeActivation?: (ports: readonly Port[]) => Promise<void>
}

/**
 * A place for one actor on this machine. @param keys without, nothing is encrypted. @param folder that they
 * are from.
 */
export function placeHere(
  app: string,
  keys: ActorKeys | undefined,
  seats?: SeatsHere,
  folder?: KeyFolder,
): ActorPlace {
  const actorId = randomBytes(8).toString('hex')
  const guard = keys && new Guard({ app, actorId, keys, openDoors: openIoChannel, folder })
  return { seats, guard, sockets: createSockets(guard?.lock), hostId: hostId(), actorId }
}

/** What the groups of an actor have of its place. @param host that it binds */
export function groupPlaceOf({ groups, seats, guard }: ActorPlace, host: string): GroupPlace {
  const seatsHere = seats ?? (isLoopback(host) ? 'all' : undefined)
  return groups ?? groupPlaceHere(seatsHere, () => guard?.groupLock)
}
