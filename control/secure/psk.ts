/**
 * Keys of TLS that both sides have beforehand: no certificates, no names, and nobody in between. The cipher
 * has forward secrecy: who learns the token later reads nothing of what was recorded before.
 */
import { constants, hkdfSync } from 'node:crypto'

/** Who comes with the token of an agent. */
export const TOKEN_IDENTITY = 'agent'

/** Salt of the derivation; another version of it is another key. */
const VERSION = 'quorate secure 1'
const KEY_BYTES = 32

/** What both sides give to TLS, and no other: not even the handshake of anything else succeeds. */
export const CIPHERS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  // A session that is taken up again would outlive its key; another handshake within could change who it is.
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
} as const

/** The key of an identity, from what it shares with the agent: the token, or the bytes of a ticket. */
export function pskOf(identity: string, secret: string | Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, VERSION, `psk ${identity}`, KEY_BYTES))
}
