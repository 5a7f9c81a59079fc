/** The certificates of an endpoint in a folder, as `quorate keys tls` makes it. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../ports/index.js'
import { RelayError } from './errors.js'
import type { DialledHub } from './hub-url.js'

export interface Owner {
  readonly hub: DialledHub
  /** Of the endpoint: its certificate is that of the first part. */
  readonly name: string
  /** The folder; '' for none. */
  readonly tls: string
}

const MAKE = 'quorate keys tls makes certificates'

/** What a communicator takes as `connProps`. @throws RelayError `relay-bad-option`. */
export function certificatesOf({ hub, name, tls }: Owner): Readonly<Record<string, string>> {
  if (!hub.isSecure) return {}
  if (tls === '') {
    const text = `${hub.shown} wants certificates of both sides: give their folder with --tls`
    throw new RelayError('relay-bad-option', `${text}; ${MAKE}`)
  }
  const [identity = name] = name.split('.')
  const cert = join(tls, `${identity}.pem`)
  requireNamed(cert, identity)
  return { ca_cert: join(tls, 'ca.pem'), server_cert: cert, server_key: join(tls, `${identity}.key`) }
}

/** The other side refuses any other, and can say nothing. */
function requireNamed(cert: string, identity: string): void {
  let told: unknown
  try {
    told = new X509Certificate(readFileSync(cert)).toLegacyObject().subject?.CN
  } catch (cause) {
    const text = `the certificate of ${identity} cannot be read: ${messageOf(cause)}`
    throw new RelayError('relay-bad-option', `${text}; ${MAKE}`, { cause })
  }
  if (told === identity) return
  const text = `${cert} is the certificate of ${JSON.stringify(told)}, and not of ${identity}`
  throw new RelayError('relay-bad-option', `${text}; ${MAKE}: quorate keys tls <folder> ${identity}`)
}
