/**
 * The id of a connection: the first half is random, so that no two are alike on any host, the second half
 * says which actor it is of. A dealer is known to its router by it, and a subscriber asks its publisher for a
 * welcome with it.
 */
import { randomBytes } from 'node:crypto'
import type { Peer, PeerPort } from './port.js'

export const LINK_BYTES = 16
export const ACTOR_ID_BYTES = 8

export function newLinkId(actorId: string): Buffer {
  const id = Buffer.concat(
    [randomBytes(LINK_BYTES - ACTOR_ID_BYTES), Buffer.from(actorId, 'hex')],
    LINK_BYTES,
  )
  // ZeroMQ keeps ids that begin with a zero byte for itself.
  if (id[0] === 0) id[0] = 1
  return id
}

/** The actor that a link id names; it is only a claim. */
export function actorOf(link: Buffer): string {
  return link.toString('hex', LINK_BYTES - ACTOR_ID_BYTES, LINK_BYTES)
}

/** Who is at the other end of a link to `target`: as handlers see it. */
export function peerOf({ actor, actorId, component, port }: PeerPort): Peer {
  return Object.freeze({ actor, actorId, component, port })
}

/** A peer of which only the link is known. */
export function unknownPeer(link: Buffer): Peer {
  return Object.freeze({ actor: '', actorId: actorOf(link), component: '', port: '' })
}

/** What tells the connections of one port apart. */
export function peerKey(peer: Peer): string {
  return `${peer.actorId}/${peer.component}.${peer.port}`
}

/** Whether a peer is where it was, by the key that it had. */
export function isSameWay(now: PeerPort | undefined, target: PeerPort): boolean {
  return now?.endpoint === target.endpoint && now.key === target.key
}
