/**
 * What a connector is given: the parts of its URL, what stands in the query, its resources and the properties
 * of the local endpoint, each before what stands before it in this list; a `connection_security` of the
 * connector itself before that of the endpoint.
 */
import type { ConnectorParams, Driver } from './driver.js'
import { listenHost, portsToTry } from './listen-address.js'
import { securityOf } from './security/mode.js'
import { authority, parseUrl } from './url.js'

/** Parameters by their names in F3. */
export type ConnectorResources = Readonly<Record<string, unknown>>

const SECURITY = 'connection_security'

/** @throws CommError `BAD_CONFIG` */
export function paramsOf(
  driver: Driver,
  { url, ...resources }: ConnectorResources & { readonly url: string },
  connProps: ConnectorResources,
  secure: boolean,
): ConnectorParams {
  const { query, ...parts } = parseUrl(url)
  const given = { ...query, ...resources }
  const connectionSecurity = given[SECURITY] ?? connProps[SECURITY]
  const asked = { scheme: parts.scheme, secure: secure || given.secure === true, connectionSecurity }
  const security = securityOf(driver, asked)
  return { ...given, ...connProps, ...parts, [SECURITY]: security, security }
}

/** One place at which to listen. */
export interface ListenPlace {
  readonly params: ConnectorParams
  /** What peers are told, from the URL that was bound. */
  connectUrlOf(bound: string): string
}

/** Where a listener may be, in the order in which it is tried. @throws CommError `BAD_CONFIG` */
export function listenPlaces(
  driver: Driver,
  asked: string,
  resources: ConnectorResources,
  connProps: ConnectorResources,
): ListenPlace[] {
  const security = resources[SECURITY] ?? connProps[SECURITY]
  const isSecure = security === undefined ? resources.secure === true : security !== 'clear'
  const scheme = secureScheme(driver, asked.toLowerCase(), isSecure)
  const { host = 'localhost', port, ports, path, secure: _, ...others } = resources
  const given = (url: string): ConnectorParams => paramsOf(driver, { ...others, url }, connProps, isSecure)
  if (typeof path === 'string') {
    return [{ params: given(`${scheme}://${path}`), connectUrlOf: (bound) => bound }]
  }
  const name = String(host)
  const bind = listenHost(name, typeof others.listen_host === 'string' ? others.listen_host : undefined)
  return portsToTry(port, ports).map((each) => ({
    params: given(`${scheme}://${authority(bind || '0', each)}`),
    connectUrlOf: (bound) => `${scheme}://${authority(name, parseUrl(bound).port)}`,
  }))
}

/** In TLS, `tcp` is `stcp`. */
function secureScheme({ secureSchemes }: Driver, scheme: string, isSecure: boolean): string {
  if (!isSecure || secureSchemes.includes(scheme)) return scheme
  return secureSchemes[0] ?? scheme
}
