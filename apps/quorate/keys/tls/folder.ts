/**
 * The certificates of TLS in a folder:
 *
 *     ca.pem, ca.key          whom all believe, and the secret with which more are made
 *     <name>.pem, <name>.key  of who takes part
 *
 * What is there stays: nothing is ever written over.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../../../ports/index.js'
import {
  createKeyFile,
  KeyError,
  keyLimits,
  PUBLIC_MODE,
  readKeyFile,
  requireKeyFolder,
  SECRET_MODE,
  withFolderLock,
} from '../../../../ports/security/index.js'
import { CommandFailure, exitCodes } from '../../failure.js'
import { issue, newAuthority, type PemPair, type Validity } from './authority.js'

const DAY_MS = 86_400_000
const SECOND_MS = 1000
const AUTHORITY = 'ca'
/** OpenSSL's name of P-256, with which everything here is signed. */
const CURVE = 'prime256v1'
/** Where a newcomer tries: hosts of all certificates. */
const HERE = ['localhost', '127.0.0.1']

export interface CertificatesWanted {
  /** A pair for each. */
  readonly names: readonly string[]
  /** Names and addresses of hosts, beside the name itself and this host. */
  readonly hosts: readonly string[]
  readonly days: number
  readonly nowMs: number
}

export interface CertificateFiles {
  readonly name: string
  readonly certificate: X509Certificate
  readonly cert: string
  readonly key: string
}

export interface CertificatesMade {
  readonly authority: CertificateFiles
  /** Whether the authority was made, too. */
  readonly isNew: boolean
  readonly made: readonly CertificateFiles[]
}

/**
 * Makes a pair for each name, by the authority of the folder, which is made where there is none.
 * @throws KeyError `key-exists` where there is a file of one of the names: then none is made; `bad-key-file`,
 * `exposed-key`, `keys-not-written`, `keys-busy`; CommandFailure where the authority's key is not here.
 */
export async function makeCertificates(
  folder: string,
  { names, hosts, days, nowMs }: CertificatesWanted,
): Promise<CertificatesMade> {
  await requireKeyFolder(folder)
  return withFolderLock({ lock: join(folder, 'lock') }, async () => {
    for (const name of names) requireFree(folder, name)
    const found = await authorityIn(folder)
    const authority = found ?? (await newAuthority(lasting(keyLimits.certificateDaysMax, nowMs)))
    const root = found ? filesOf(folder, AUTHORITY, found) : await write(folder, AUTHORITY, authority)
    const made: CertificateFiles[] = []
    for (const name of names) {
      const { notBefore, notAfter } = lasting(days, nowMs)
      const last = new Date(root.certificate.validTo)
      const validity = { notBefore, notAfter: notAfter < last ? notAfter : last }
      const allHosts = [...new Set([name, ...HERE, ...hosts])]
      const pair = await issue(authority, { commonName: name, hosts: allHosts, ...validity })
      made.push(await write(folder, name, pair))
    }
    return { authority: root, isNew: found === undefined, made }
  })
}

/** undefined where there is none. */
async function authorityIn(folder: string): Promise<PemPair | undefined> {
  const { cert, key } = pathsOf(folder, AUTHORITY)
  const certificate = await readKeyFile(cert)
  const secret = await readKeyFile(key, { isSecret: true })
  if (certificate === undefined && secret === undefined) return undefined
  if (certificate === undefined || secret === undefined) {
    const [there, absent] = certificate === undefined ? [key, cert] : [cert, key]
    const way = 'run this where both are, or make another authority in another folder'
    throw new CommandFailure(exitCodes.failure, `${there} is here without ${absent}; ${way}`)
  }
  requireAuthority(cert, certificate, key, secret)
  return { certificate, key: secret }
}

function requireAuthority(cert: string, certificate: string, key: string, secret: string): void {
  let why = 'its key is another'
  try {
    const read = new X509Certificate(certificate)
    const secretKey = createPrivateKey(secret)
    if (secretKey.asymmetricKeyDetails?.namedCurve !== CURVE) why = `its key is not of ${CURVE}`
    else if (!read.ca) why = 'it is no authority'
    else if (new Date(read.validTo).getTime() <= Date.now()) why = `it ended on ${read.validTo}`
    else if (read.checkPrivateKey(secretKey)) return
  } catch (error) {
    why = messageOf(error)
  }
  const way = 'make another authority in another folder'
  throw new KeyError('bad-key-file', `${cert} with ${key} can vouch for nobody: ${why}; ${way}`)
}

function requireFree(folder: string, name: string): void {
  for (const file of Object.values(pathsOf(folder, name))) {
    if (!existsSync(file)) continue
    const way = `remove both files of ${name} to have others made`
    throw new KeyError('key-exists', `${file} is there already; ${way}`)
  }
}

/** The key first: a certificate that is there has its key. */
async function write(folder: string, name: string, pair: PemPair): Promise<CertificateFiles> {
  const files = filesOf(folder, name, pair)
  const { cert, key } = files
  for (const [file, text, mode] of [
    [key, pair.key, SECRET_MODE],
    [cert, pair.certificate, PUBLIC_MODE],
  ] as const) {
    if (await createKeyFile(file, text, mode)) continue
    throw new KeyError('key-exists', `${file} was made by somebody else meanwhile; look what it is`)
  }
  return files
}

function filesOf(folder: string, name: string, { certificate }: PemPair): CertificateFiles {
  return { name, certificate: new X509Certificate(certificate), ...pathsOf(folder, name) }
}

function pathsOf(folder: string, name: string): Pick<CertificateFiles, 'cert' | 'key'> {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}

/** From a little while ago on, as clocks of hosts differ; X.509 knows whole seconds. */
function lasting(days: number, nowMs: number): Validity {
  const notBefore = new Date(nowMs - keyLimits.backdatedS * SECOND_MS)
  return { notBefore, notAfter: new Date(nowMs + days * DAY_MS) }
}
