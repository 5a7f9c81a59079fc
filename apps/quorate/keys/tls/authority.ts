/**
 * Makes the certificates of TLS: those of an authority, which vouches for others, and those of who takes
 * part, each with its key. Nothing here touches a file.
 *
 * The package decorates its classes, for which it needs what `reflect-metadata` adds to `Reflect`.
 */
import 'reflect-metadata'
import { KeyObject, randomBytes, type webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its private key, both as PEM. */
export interface PemPair {
  readonly certificate: string
  readonly key: string
}

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface Wanted extends Validity {
  /** Who it is: '' for a certificate without a name. */
  readonly commonName: string
  /** Names and addresses of its hosts, for programs that compare them. */
  readonly hosts: readonly string[]
  /** Whether to listen with, or to connect with. Default both. */
  readonly uses?: readonly Use[]
}

export type Use = 'serverAuth' | 'clientAuth'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const BOTH: readonly Use[] = ['serverAuth', 'clientAuth']
const SERIAL_BYTES = 16
const AUTHORITY_NAME_BYTES = 4

/** An authority of its own, by a name that no other has. */
export async function newAuthority(validity: Validity): Promise<PemPair> {
  const keys = await newKeys()
  const made = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    keys,
    serialNumber: newSerial(),
    name: [{ CN: [`quorate CA ${randomBytes(AUTHORITY_NAME_BYTES).toString('hex')}`] }],
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: textOf(made), key: privatePem(keys) }
}

/** A pair that the authority vouches for, to listen and to connect with. */
export async function issue(authority: PemPair, wanted: Wanted): Promise<PemPair> {
  const { commonName, hosts, uses = BOTH, notBefore, notAfter } = wanted
  const issuer = new X509Certificate(authority.certificate)
  const keys = await newKeys()
  const names = hosts.map(
    (value): JsonGeneralName => (isIP(value) === 0 ? { type: 'dns', value } : { type: 'ip', value }),
  )
  const made = await X509CertificateGenerator.create({
    ...{ notBefore, notAfter, serialNumber: newSerial(), signingAlgorithm: ALGORITHM },
    subject: commonName === '' ? [] : [{ CN: [commonName] }],
    issuer: issuer.subjectName.toJSON(),
    publicKey: keys.publicKey,
    signingKey: await signingKeyOf(authority),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(uses.map((use) => ExtendedKeyUsage[use])),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: textOf(made), key: privatePem(keys) }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

function signingKeyOf({ key }: PemPair): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), ALGORITHM, false, ['sign'])
}

function privatePem({ privateKey }: webcrypto.CryptoKeyPair): string {
  return String(KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }))
}

function textOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

/** 126 random bits: as a number it is above zero, and has always as many bytes. */
function newSerial(): string {
  const bytes = randomBytes(SERIAL_BYTES)
  bytes.writeUInt8((bytes.readUInt8() & 0x3f) | 0x40)
  return bytes.toString('hex')
}
