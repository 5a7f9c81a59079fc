/** What is known of the two ends of a connection. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ConnectionFacts } from '../driver.js'
import { peerCommonName } from '../security/common-name.js'
import { authority } from '../url.js'

/** Of a socket of TLS with the name in its peer's certificate. */
export function socketFacts(socket: Socket): ConnectionFacts {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  const facts = {
    peer_addr: addressOf(remoteAddress, remotePort),
    local_addr: addressOf(localAddress, localPort),
  }
  return socket instanceof TLSSocket ? { ...facts, peer_cn: peerCommonName(socket) } : facts
}

/** IPv4 as it is, though the socket be of IPv6. */
function addressOf(address = '', port = 0): string {
  return authority(address.replace(/^::ffff:/, ''), port)
}

/** No other connection of a listener has the same, as long as this one lasts. */
export function peerKey({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`
}
