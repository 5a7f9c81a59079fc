/**
 * Whether the certificate of a peer allows the name by which it calls itself, where both have shown one
 * (`mtls`). The name in the certificate has to be the identity of the name of the endpoint:
 *
 *     site-1                   site-1     its first part
 *     site-1.job               site-1     with those of what works for it
 *     relay.site-1, at relay   site-1     below the own name the next part
 *     relay.-client_api_x      relay      what helps another has the identity of that
 *
 * unless told otherwise, where names in certificates are others. This is how F3 has it, but for two things:
 * a certificate without a name is taken from nobody, as it could be anybody's; and who was connected to is
 * no console.
 */
import { Mode } from '../driver.js'
import { NO_NAME } from './common-name.js'

/** Names in certificates that are others than the rules say, by the names of endpoints. */
export interface Identities {
  /** Of one endpoint each. */
  readonly exact?: Readonly<Record<string, string>>
  /** Of an endpoint and all below it; the longest counts. */
  readonly prefixes?: Readonly<Record<string, string>>
}

export interface Claim {
  readonly localName: string
  /** What the peer calls itself; a name that is none was refused before. */
  readonly remoteName: string
  /** The name in its certificate; undefined where the transport does not tell, which is no reason to dial. */
  readonly peerCn: string | undefined
  readonly mode: Mode
  /** Whether the connector lets in consoles of operators, who are named by chance. */
  readonly adminListener: boolean
  readonly identities?: Identities | undefined
}

const HELPER = '-client_api_'
const ADMIN = /^_admin_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Why a peer may not call itself so; undefined where it may. */
export function checkIdentity(claim: Claim): string | undefined {
  const { localName, remoteName, peerCn, mode, adminListener, identities } = claim
  if (peerCn === undefined && mode === Mode.ACTIVE) return undefined
  if (peerCn === undefined || peerCn === NO_NAME) return `${remoteName} shows a certificate without a name`
  if (ADMIN.test(remoteName)) {
    if (mode === Mode.PASSIVE && adminListener) return undefined
    return `${remoteName} is a console, and is let in only where a listener has admin_listener=true`
  }
  const identity = identityFor(remoteName, localName, identities)
  if (peerCn === identity) return undefined
  return `${remoteName} shows the certificate of ${JSON.stringify(peerCn)}, and needs that of ${identity}`
}

/** The name in the certificate of who may call itself `name`, at an endpoint called `localName`. */
export function identityFor(name: string, localName: string, identities: Identities = {}): string {
  const told = identityTold(name, localName, identities)
  if (told !== undefined) return told
  const [first = name, ...rest] = name.split('.')
  if (rest.at(-1)?.startsWith(HELPER)) return identityFor(above(name), localName, identities)
  const [child = first] = isBelow(name, localName) ? name.slice(localName.length + 1).split('.') : []
  return child
}

function identityTold(name: string, localName: string, identities: Identities): string | undefined {
  const { exact = {}, prefixes = {} } = identities
  if (Object.hasOwn(exact, name)) return exact[name]
  for (let prefix = name; prefix !== ''; prefix = above(prefix)) {
    // What is told of those above this endpoint is not meant for those below it.
    if (isBelow(name, localName) && isBelow(localName, prefix)) return undefined
    if (Object.hasOwn(prefixes, prefix)) return prefixes[prefix]
  }
  return undefined
}

/** Whether a listener lets in consoles, by the parameter of its connector. */
export function isAdminListener(params: { readonly [name: string]: unknown }): boolean {
  return String(params.admin_listener).toLowerCase() === 'true'
}

function isBelow(name: string, other: string): boolean {
  return name.startsWith(`${other}.`)
}

/** '' above the first part. */
function above(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')))
}
