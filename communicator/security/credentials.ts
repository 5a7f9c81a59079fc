/**
 * The certificates of a connector: which of the files that its parameters name are its own, and whether they
 * are what they should be. Read anew for each listener and each attempt to connect, so that renewed ones
 * are taken.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { messageOf } from '../../ports/index.js'
import { readKeyFile } from '../../ports/security/index.js'
import { type ConnectorParams, Mode } from '../driver.js'
import { CommError } from '../errors.js'

/** What TLS is done with; `tls-options.ts` makes the options of Node of it, and grpc takes it as it is. */
export interface TlsMaterial {
  /** Whom to believe, as PEM: these, and nobody that the system knows. */
  readonly ca: Buffer
  /** Who this is; a dialler of `tls` has none. */
  readonly cert: Buffer | undefined
  readonly key: Buffer | undefined
  /** Whether a listener wants, and checks, a certificate of who connects. */
  readonly requestCert: boolean
}

type PairName = 'server' | 'client'
type Pair = Readonly<Record<'cert' | 'key', Buffer>>

/** Whose pair each mode takes first, and the use by which a peer believes it. */
const ROLES = {
  active: { own: 'client', other: 'server', use: '1.3.6.1.5.5.7.3.2', verb: 'connect' },
  passive: { own: 'server', other: 'client', use: '1.3.6.1.5.5.7.3.1', verb: 'listen' },
} as const satisfies Record<Mode, object>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g
const WAY = 'quorate keys tls makes certificates'

/**
 * What TLS of a connector needs; undefined where it is in clear text. @throws CommError `BAD_CONFIG`, which
 * names the parameter and the file.
 */
export async function tlsFor(params: ConnectorParams, mode: Mode): Promise<TlsMaterial | undefined> {
  const { security } = params
  if (security === 'clear') return undefined
  const isDialler = mode === Mode.ACTIVE
  const isOneWay = security === 'tls'
  const custom = isDialler && isOneWay ? pathOf(params, 'custom_ca_cert') : undefined
  const ca = await authorities(params, custom === undefined ? 'ca_cert' : 'custom_ca_cert')
  if (isDialler && isOneWay) return { ca, cert: undefined, key: undefined, requestCert: false }
  const { cert, key } = await ownPair(params, mode)
  return { ca, cert, key, requestCert: !isDialler && !isOneWay }
}

async function authorities(params: ConnectorParams, name: string): Promise<Buffer> {
  const path = pathOf(params, name)
  if (path === undefined) {
    const what = `${params.scheme}:// needs the file of the certificates to believe, in ${name}`
    throw new CommError('BAD_CONFIG', `${what}; ${WAY}`)
  }
  return (await certificatesIn(name, path)).pem
}

/** The pair of the role, or the other one where nothing is said of the first. */
async function ownPair(params: ConnectorParams, mode: Mode): Promise<Pair> {
  const { own, other, use, verb } = ROLES[mode]
  const role = !isNamed(params, own) && isNamed(params, other) ? other : own
  const [certName, keyName] = [`${role}_cert`, `${role}_key`]
  const [certPath, keyPath] = [pathOf(params, certName), pathOf(params, keyName)]
  if (certPath === undefined || keyPath === undefined) {
    const lacking = [certName, keyName].filter((name) => pathOf(params, name) === undefined).join(' and ')
    const what = `${params.scheme}:// needs a certificate of its own: there is no ${lacking}`
    throw new CommError('BAD_CONFIG', `${what}; ${WAY}`)
  }
  const { pem: cert, first } = await certificatesIn(certName, certPath)
  // Where a certificate says nothing of it, it may be used for anything.
  if (first.keyUsage?.includes(use) === false) {
    const what = `${certName} ${certPath} is not meant to ${verb} with (extended key usage)`
    throw new CommError('BAD_CONFIG', `${what}; give ${own}_cert and ${own}_key that are`)
  }
  requireCurrent(certName, certPath, first)
  const { pem: key, object } = await privateKeyIn(keyName, keyPath)
  if (!first.checkPrivateKey(object)) {
    const what = `${keyName} ${keyPath} is not the key of ${certName} ${certPath}`
    throw new CommError('BAD_CONFIG', `${what}; give two that were made together`)
  }
  return { cert, key }
}

/** No peer would believe it, and most would not say why. */
function requireCurrent(name: string, path: string, { validFrom, validTo }: X509Certificate): void {
  const nowMs = Date.now()
  if (nowMs > new Date(validTo).getTime()) {
    throw new CommError('BAD_CONFIG', `${name} ${path} was valid until ${validTo}; ${WAY}`)
  }
  if (nowMs < new Date(validFrom).getTime()) {
    throw new CommError('BAD_CONFIG', `${name} ${path} is valid from ${validFrom} on; is the clock wrong?`)
  }
}

function isNamed(params: ConnectorParams, role: PairName): boolean {
  return pathOf(params, `${role}_cert`) !== undefined || pathOf(params, `${role}_key`) !== undefined
}

/** undefined where there is none: '' counts as none, as it does for F3. */
function pathOf(params: ConnectorParams, name: string): string | undefined {
  const value = params[name] ?? ''
  if (typeof value === 'string') return value === '' ? undefined : value
  throw new CommError('BAD_CONFIG', `${name} is no path of a file, but a ${typeof value}`)
}

async function certificatesIn(
  name: string,
  path: string,
): Promise<{ readonly pem: Buffer; readonly first: X509Certificate }> {
  const text = await textOf(name, path)
  const blocks = text.match(CERTIFICATE) ?? []
  try {
    // All of them: what OpenSSL cannot read it leaves out in silence.
    const [first] = blocks.map((block) => new X509Certificate(block))
    if (first) return { pem: Buffer.from(text), first }
  } catch (error) {
    throw unreadable(name, path, 'certificate', error)
  }
  throw unreadable(name, path, 'certificate')
}

async function privateKeyIn(
  name: string,
  path: string,
): Promise<{ readonly pem: Buffer; readonly object: KeyObject }> {
  const text = await textOf(name, path, true)
  try {
    return { pem: Buffer.from(text), object: createPrivateKey(text) }
  } catch (error) {
    throw unreadable(name, path, 'private key without a password', error)
  }
}

async function textOf(name: string, path: string, isSecret = false): Promise<string> {
  let text: string | undefined
  try {
    text = await readKeyFile(path, { isSecret })
  } catch (error) {
    throw new CommError('BAD_CONFIG', `${name}: ${messageOf(error)}`, { cause: error })
  }
  if (text !== undefined) return text
  throw new CommError('BAD_CONFIG', `there is no file ${path}, which ${name} names; ${WAY}`)
}

function unreadable(name: string, path: string, what: string, cause?: unknown): CommError {
  const why = cause === undefined ? '' : ` (${messageOf(cause)})`
  return new CommError('BAD_CONFIG', `${name} ${path} holds no ${what} in PEM${why}; ${WAY}`, { cause })
}
