/** What is known of the two ends of a connection. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionFacts } from '../driver.js'
import { peerCommonName } from '../security/common-name.js'
import { factsOf } from './stream-socket.js'

/** Of a socket of TLS with the name in its peer's certificate. */
export function socketFacts(socket: Socket): ConnectionFacts {
  const facts = factsOf(socket)
  return socket instanceof TLSSocket ? { ...facts, peer_cn: peerCommonName(socket) } : facts
}

/** No other connection of a listener has the same, as long as this one lasts. */
export function peerKey({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`
}
