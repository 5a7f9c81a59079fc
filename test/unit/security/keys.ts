/** Keys for tests: an app key, and certificates of it with as much as a test cares to say. */
import { type Anchor, anchorOf } from '../../../ports/security/anchors.js'
import {
  type Certificate,
  type CertificateFields,
  issueCertificate,
  readCertificate,
} from '../../../ports/security/certificate.js'
import { newCurveKeys } from '../../../ports/security/curve-keys.js'
import {
  issueRevocationList,
  type RevocationList,
  readRevocationList,
} from '../../../ports/security/revocation.js'
import { newSigner, type Signer } from '../../../ports/security/signature.js'

/** Seconds, and the same in milliseconds, around which the certificates of tests are valid. */
export const NOW_S = 1_800_000_000
export const NOW_MS = NOW_S * 1000

export interface AppKey {
  readonly signer: Signer
  readonly anchor: Anchor
}

export function newAppKey(): AppKey {
  const signer = newSigner()
  return { signer, anchor: anchorOf(signer.publicKey) }
}

/** What a certificate says unless told otherwise: Meter of cell, an actor, for a day more. */
export function fieldsFor(fields: Partial<CertificateFields> = {}): CertificateFields {
  const own = { key: newCurveKeys().publicKey, signer: newSigner().publicKey }
  const times = { notBefore: NOW_S - 1000, notAfter: NOW_S + 86_400 }
  return { app: 'cell', ...own, actors: ['Meter'], roles: ['actor'], ...times, ...fields }
}

export function certificateOf(
  { signer, anchor }: AppKey,
  fields: Partial<CertificateFields> = {},
): Certificate {
  const read = readCertificate(issueCertificate(signer, fieldsFor(fields)), [anchor])
  if (typeof read === 'string') throw new Error(read)
  return read
}

export function listOf(
  { signer, anchor }: AppKey,
  number: number,
  serials: readonly string[],
): RevocationList {
  const read = readRevocationList(issueRevocationList(signer, { app: 'cell', number, serials }), [anchor])
  if (typeof read === 'string') throw new Error(read)
  return read
}
