/** Why TLS with a listener failed, in words that lead on. */
import { messageOf } from '../../ports/index.js'
import type { ConnectorParams } from '../driver.js'
import { CommError } from '../errors.js'

const OWN = 'see that its ca_cert vouches for this certificate'

/** What OpenSSL, Node or gRPC say, and what that means; the first that fits. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/has expired|not yet valid/, "the listener's certificate is not valid today; it needs another"],
  [
    /self[- ]signed|unable to (?:get|verify)|(?<!alert )unknown ca/i,
    "ca_cert does not vouch for the listener's certificate; both need the same authority",
  ],
  [
    /alert certificate required/,
    'the listener wants a certificate; use mtls, with client_cert and client_key',
  ],
  [/alert certificate expired/, 'the listener takes its certificate for expired; is a clock wrong?'],
  [/alert (?:unknown ca|bad certificate|certificate)/, `the listener refuses its certificate; ${OWN}`],
  [/alert protocol version|unsupported protocol/, 'the listener speaks no TLS from 1.2 on'],
  [/wrong version number|packet length too long/, 'the listener speaks clear text, or something else'],
  [
    /socket hang up|disconnected before secure|Failed to connect/,
    `the listener ended it at once: it may refuse the certificate; ${OWN}`,
  ],
]

/** The failure of an attempt to connect: of one in TLS with its reason, where that is known. */
export function explained(error: unknown, { security, url }: ConnectorParams): Error {
  const given = error instanceof Error ? error : new Error(messageOf(error))
  const [, meaning] = MEANINGS.find(([says]) => says.test(given.message)) ?? []
  if (security === 'clear' || meaning === undefined) return given
  const text = `TLS with ${url} failed: ${meaning} (${reasonOf(given)})`
  return new CommError('BAD_CONFIG', text, { cause: given })
}

/** OpenSSL's own words without its numbers. */
function reasonOf(error: Error): string {
  const [, reason = error.message] = /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/.exec(error.message) ?? []
  return reason.trim()
}
