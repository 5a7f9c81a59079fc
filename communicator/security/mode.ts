/** Which security a URL means; nobody gets clear text who asked for anything else. */
import type { ConnectionSecurity, Driver } from '../driver.js'
import { CommError } from '../errors.js'

const SECURITIES: readonly ConnectionSecurity[] = ['clear', 'tls', 'mtls']

export interface SecurityAsked {
  /** Of the URL, in lower case. */
  readonly scheme: string
  /** What the caller of the connector says. */
  readonly secure: boolean
  /** The parameter `connection_security`, wherever it comes from; undefined where there is none. */
  readonly connectionSecurity: unknown
}

/**
 * What a connector of this driver is secured by: `connection_security`, and `mtls` unless told otherwise
 * where its scheme or its caller wants TLS. @throws CommError `BAD_CONFIG` where these contradict each other
 * (F3 takes clear text for `tcp://…?connection_security=mtls`), where the value is none, and where the driver
 * has no TLS.
 */
export function securityOf(
  { secureSchemes, capabilities }: Pick<Driver, 'secureSchemes' | 'capabilities'>,
  { scheme, secure, connectionSecurity }: SecurityAsked,
): ConnectionSecurity {
  const isSecure = secure || secureSchemes.includes(scheme)
  const asked = connectionSecurity ?? (isSecure ? 'mtls' : 'clear')
  if (!isSecurity(asked)) {
    const what = `connection_security is ${JSON.stringify(asked)}`
    throw new CommError('BAD_CONFIG', `${what}; it is one of ${SECURITIES.join(', ')}`)
  }
  const what = `${scheme}:// with connection_security=${asked}`
  if (asked !== 'clear' && !capabilities.supportSsl) {
    throw new CommError('BAD_CONFIG', `${what}: the driver of ${scheme} has no TLS; use another scheme`)
  }
  if (asked !== 'clear' && !isSecure) {
    const way = secureSchemes[0] ? `use ${secureSchemes.join(':// or ')}://, or say` : 'say'
    throw new CommError('BAD_CONFIG', `${what} would be clear text; ${way} that it is secure`)
  }
  if (asked === 'clear' && isSecure) {
    const way = 'leave connection_security out, or use a scheme in clear text and do not ask for TLS'
    throw new CommError('BAD_CONFIG', `${what} is to be in TLS and in clear text; ${way}`)
  }
  return asked
}

function isSecurity(value: unknown): value is ConnectionSecurity {
  return SECURITIES.some((each) => each === value)
}
