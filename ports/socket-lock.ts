/**
 * The lock on the sockets of an actor. With one, every connection of theirs is encrypted (CURVE), those that
 * bind ask the process's handler of ZAP who may in, and those that connect talk to nobody but the holder of
 * the key that they were given.
 */
import { PortError } from './errors.js'
import type { CurveKeys } from './security/curve-keys.js'

/** What a socket that binds leads to. Who may in at one need not at another. */
export type Door = 'directory' | 'ports' | 'groups' | 'commands'

export interface SocketLock {
  /** The actor's own, as they are now. */
  readonly keys: () => CurveKeys
  /** The domain that the handler of ZAP is asked with. */
  domain(door: Door): string
}

/** The actor's own keys, as ZeroMQ is told of them. */
export function keysOf(lock: SocketLock) {
  const { publicKey: curvePublicKey, secretKey: curveSecretKey } = lock.keys()
  return { curvePublicKey, curveSecretKey }
}

/** What ZeroMQ is told of a socket that binds. */
export function lockedDoor(lock: SocketLock | undefined, door: Door = 'ports') {
  if (!lock) return {}
  // Else ZeroMQ would let everybody in while there is no handler.
  return { curveServer: true, ...keysOf(lock), zapDomain: lock.domain(door), zapEnforceDomain: true }
}

export interface WayOptions {
  /** It leads into this process alone: there is nobody to keep out. */
  readonly isInner?: boolean
  /** CURVE public key (Z85) of the peer: needed where there is a lock. */
  readonly peerKey?: string | undefined
}

/**
 * What ZeroMQ is told of a socket that connects. @throws PortError `keyless-peer` where the actor has a lock
 * and the peer no key: nothing is ever sent in clear text instead.
 */
export function lockedWay(lock: SocketLock | undefined, { peerKey, isInner }: WayOptions = {}) {
  if (!lock || isInner) return {}
  if (!peerKey)
    throw new PortError('keyless-peer', 'the peer has no key, and without one it is not talked to')
  return { curveServerKey: peerKey, ...keysOf(lock) }
}
