/**
 * The key of an actor, with what vouches for it, as a file has it:
 *
 *     { "certificate": base64url, "curveSecret": Z85, "signerSecret": PKCS 8 in base64 }
 */
import type { Anchor } from './anchors.js'
import { type Certificate, issueCertificate, readCertificate } from './certificate.js'
import { type CurveKeys, curveKeysOf, newCurveKeys } from './curve-keys.js'
import { KeyError } from './errors.js'
import { keyLimits } from './key-limits.js'
import type { Role } from './roles.js'
import { newSigner, readSigner, type Signer } from './signature.js'
import { DAY_S } from './validity.js'

export interface Holder {
  readonly certificate: Certificate
  readonly curve: CurveKeys
  readonly signer: Signer
}

export interface HolderFields {
  readonly app: string
  readonly actors: readonly string[]
  readonly roles: readonly Role[]
  /** For how long it is valid. */
  readonly days?: number
}

/** A new key with its certificate. @throws KeyError `bad-certificate`. */
export function newHolder(
  appKey: Signer,
  anchors: readonly Anchor[],
  fields: HolderFields,
  nowMs: number,
): Holder {
  const { app, actors, roles, days = keyLimits.certificateDays } = fields
  requireDays(days, keyLimits.certificateDaysMax)
  const curve = newCurveKeys()
  const signer = newSigner()
  const nowS = Math.floor(nowMs / 1000)
  const times = { notBefore: Math.max(0, nowS - keyLimits.backdatedS), notAfter: nowS + days * DAY_S }
  const own = { key: curve.publicKey, signer: signer.publicKey }
  const certificate = readCertificate(
    issueCertificate(appKey, { app, ...own, actors, roles, ...times }),
    anchors,
  )
  if (typeof certificate !== 'string') return { certificate, curve, signer }
  throw new KeyError('no-app-key', `the app key is none of the anchors: its certificate is ${certificate}`)
}

/** @throws KeyError `bad-certificate` for what is no number of days, or too many. */
export function requireDays(days: number, most: number, least = 1): void {
  if (Number.isInteger(days) && days >= least && days <= most) return
  throw new KeyError('bad-certificate', `${days} is no number of days; give one from ${least} to ${most}`)
}

/** What the file of a key has. */
export interface HolderData {
  readonly certificate: string
  readonly curveSecret: string
  readonly signerSecret: string
}

export function holderData({ certificate, curve, signer }: Holder): HolderData {
  const signerSecret = signer.secretKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  const bytes = certificate.bytes.toString('base64url')
  return { certificate: bytes, curveSecret: curve.secretKey, signerSecret }
}

/** The text of a file that readHolder() reads. */
export function holderText(holder: Holder): string {
  return `${JSON.stringify(holderData(holder), undefined, 2)}\n`
}

/** The key in a file's text, or why it is none. Never throws. */
export function readHolder(text: string, anchors: readonly Anchor[]): Holder | string {
  try {
    const value: unknown = JSON.parse(text)
    return holderOf(value, anchors)
  } catch {
    return 'no JSON'
  }
}

/** The key in a value, or why it is none; whatever is wrong, no secret is told. Never throws. */
export function holderOf(value: unknown, anchors: readonly Anchor[]): Holder | string {
  if (typeof value !== 'object' || value === null) return 'no object'
  const { certificate: said, curveSecret, signerSecret }: Partial<Record<string, unknown>> = { ...value }
  if (typeof said !== 'string' || typeof curveSecret !== 'string' || typeof signerSecret !== 'string') {
    return 'without certificate, curveSecret or signerSecret'
  }
  const certificate = readCertificate(Buffer.from(said, 'base64url'), anchors)
  if (typeof certificate === 'string') return `with a certificate that is none: ${certificate}`
  const curve = curveKeysOf(curveSecret)
  const signer = readSigner(signerSecret)
  if (!curve || !signer) return 'with a secret that is none'
  const isOwn = curve.publicKey === certificate.key && signer.publicKey.equals(certificate.signer)
  return isOwn ? { certificate, curve, signer } : 'with a certificate of another key'
}
