/**
 * TLS as F3 does it, for `node:tls` and `node:https`: 1.2 or newer; believed is who the one authority has
 * vouched for, under whatever name of a host; who it is tells the name in the certificate, to which
 * `identity.ts` holds the peer.
 */
import { constants } from 'node:crypto'
import type { ConnectionOptions, TlsOptions } from 'node:tls'
import { commLimits } from '../limits.js'
import type { TlsMaterial } from './credentials.js'

const OLDEST = 'TLSv1.2'
/** Who took up a session would not be asked for its certificate again, though that have ended meanwhile. */
const SECURE_OPTIONS = constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION

/** Of a listener. Who is silent is let go of in time, and keeps nobody waiting. */
export function listenOptions({ ca, cert, key, requestCert }: TlsMaterial): TlsOptions {
  return {
    ...{ ca, cert, key, requestCert, rejectUnauthorized: requestCert, minVersion: OLDEST },
    secureOptions: SECURE_OPTIONS,
    handshakeTimeout: commLimits.handshakeMs,
  }
}

/** Of a dialler: no name of a host is sent or compared. */
export function dialOptions({ ca, cert, key }: TlsMaterial): ConnectionOptions {
  return {
    ...{ ca, cert, key, minVersion: OLDEST, rejectUnauthorized: true },
    servername: '',
    checkServerIdentity: () => undefined,
  }
}
