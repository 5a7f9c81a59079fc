/** What an actor has of the machine that it runs on. A test gives it another than the real one. */
import { randomBytes } from 'node:crypto'
import { createSockets, type Port, type Sockets } from '../ports/index.js'
import type { GroupPlace, SeatsHere } from './groups/group-place.js'
import { hostId } from './host-id.js'

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
  /** Which seats of groups are on this host; on loopback all, unless told. */
  readonly seats?: SeatsHere | undefined
  /** Awaited when the ports are open and the actor is announced, before any component is activated. */
  readonly beforeActivation?: (ports: readonly Port[]) => Promise<void>
}

/** A place for one actor on this machine. */
export function placeHere(seats?: SeatsHere): ActorPlace {
  return { seats, sockets: createSockets(), hostId: hostId(), actorId: randomBytes(8).toString('hex') }
}
