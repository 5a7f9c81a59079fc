/** The name in the certificate of a peer. */
import type { PeerCertificate } from 'node:tls'

/** What stands in `peer_cn` where a certificate has no name. */
export const NO_NAME = 'N/A'

/**
 * The common name of a certificate, 'N/A' where there is none. Of several all, with a comma in between:
 * which names nobody, as it is not said which of them is meant.
 */
export function commonNameOf(certificate: Pick<PeerCertificate, 'subject'> | undefined): string {
  // Without a certificate Node gives an object without a subject; of several names an array.
  const name: unknown = certificate?.subject?.CN
  if (Array.isArray(name)) return name.join(',')
  return typeof name === 'string' && name !== '' ? name : NO_NAME
}

/** That of whom a socket of TLS is connected to. */
export function peerCommonName(socket: { getPeerCertificate(): PeerCertificate }): string {
  return commonNameOf(socket.getPeerCertificate())
}
