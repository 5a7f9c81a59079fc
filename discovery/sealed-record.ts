/**
 * Records that nobody else could have made: a certificate, and the signature of its holder over all that the
 * record says. Whoever reads one knows before the first packet to the address in it whom an app key vouches
 * for; so a spoofed record, and one that was changed, lead to no traffic. One that is sent again as it was
 * leads to where its actor was, whose key nobody else has.
 */
import { encode } from '../ports/index.js'
import {
  type Anchor,
  allows,
  type Certificate,
  type Holder,
  isSignedBy,
  readCertificate,
} from '../ports/security/index.js'
import type { ActorRecord } from './types.js'

const PURPOSE = 'quorate record 1'

/** The record with the seal of its actor, which introductions reach at the TCP port `door`. */
export function sealRecord(record: ActorRecord, holder: Holder, door: number): ActorRecord {
  const { certificate, curve, signer } = holder
  const keyed = { ...record, key: curve.publicKey }
  const signature = signer.sign(PURPOSE, signedBytes(keyed, door)).toString('base64url')
  return Object.freeze({
    ...keyed,
    seal: { door, certificate: certificate.bytes.toString('base64url'), signature },
  })
}

/**
 * The certificate of who made the record, or why it is not believed. Whether that is revoked, or has ended,
 * is not looked at. Never throws.
 */
export function sealOf(record: ActorRecord, anchors: readonly Anchor[]): Certificate | string {
  const { seal, app, actor, key } = record
  if (!seal) return 'it bears no certificate'
  const certificate = readCertificate(Buffer.from(seal.certificate, 'base64url'), anchors)
  if (typeof certificate === 'string') return `its certificate is ${certificate}`
  if (certificate.app !== app) return `its certificate is for the app ${certificate.app}`
  if (certificate.key !== key) return 'its certificate is of another key'
  if (!allows(certificate, actor, 'actor')) return `its certificate is not for the actor ${actor}`
  const signature = Buffer.from(seal.signature, 'base64url')
  const isSigned = isSignedBy(certificate.signer, PURPOSE, signedBytes(record, seal.door), signature)
  return isSigned ? certificate : 'it was not signed by the holder of its certificate'
}

function signedBytes(record: ActorRecord, door: number): Buffer {
  const { id, app, actor, host, port, key, generation, wire } = record
  const fields = [id, app, actor, host, port, key, generation, wire, door]
  const { buffer, start, end } = encode(fields, 'a record')
  return Buffer.from(buffer.subarray(start, end))
}
