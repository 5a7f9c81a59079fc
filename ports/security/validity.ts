/** For how long certificates are valid, and why one is worth nothing now. */
import { type Anchor, isEnded } from './anchors.js'
import type { Certificate } from './certificate.js'
import type { RevocationList } from './revocation.js'
import type { Trust } from './trust.js'

export const DAY_S = 86_400

/** What says for how long a certificate is valid. */
export type Validity = Pick<Certificate, 'serial' | 'issuer' | 'notBefore' | 'notAfter'>

/** Why a certificate is worth nothing at a moment. */
export interface Flaw {
  readonly code: 'revoked' | 'expired' | 'not-yet-valid'
  /** What it is, or was, in a few words. */
  readonly text: string
}

/** @param anchor that vouches for it; undefined where none that is trusted does. */
export function flawAt(
  { serial, notBefore, notAfter }: Validity,
  anchor: Anchor | undefined,
  revocations: RevocationList | undefined,
  nowMs: number,
): Flaw | undefined {
  const nowS = nowMs / 1000
  if (revocations?.serials.has(serial)) return { code: 'revoked', text: 'was revoked' }
  if (nowS >= notAfter) return { code: 'expired', text: `was valid until ${dateOf(notAfter)}` }
  if (!anchor || isEnded(anchor, nowS)) {
    return { code: 'expired', text: 'was made with an app key that is not trusted any more' }
  }
  if (nowS >= notBefore) return undefined
  return { code: 'not-yet-valid', text: `is valid from ${dateOf(notBefore)} on: is a clock wrong?` }
}

/** The same by whom a host trusts, in words alone. */
export function flawNow(certificate: Validity, trust: Trust, nowMs: number): string | undefined {
  return flawAt(certificate, anchorOfIssuer(certificate, trust), trust.revocations, nowMs)?.text
}

/** The second in which it ends, or the anchor that vouches for it does. */
export function endOf(certificate: Validity, trust: Trust): number {
  const { notAfter } = certificate
  return Math.min(notAfter, anchorOfIssuer(certificate, trust)?.until ?? notAfter)
}

/** Whole days until then; negative afterwards. */
export function daysLeft(certificate: Validity, trust: Trust, nowMs: number): number {
  return Math.floor((endOf(certificate, trust) - nowMs / 1000) / DAY_S)
}

function anchorOfIssuer({ issuer }: Validity, { anchors }: Trust): Anchor | undefined {
  return anchors.find(({ key }) => key === issuer)
}

function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
