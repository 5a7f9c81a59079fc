/**
 * Certificates: an app key vouches that who holds a CURVE key and a key to sign with may be these actors, in
 * these roles, from then to then. The fields after those of `sealed.ts`:
 *
 *     serial      16 bytes at random
 *     app         text
 *     key         32 bytes: CURVE public key
 *     signer      32 bytes: Ed25519 public key of the same holder, for its records
 *     actors      texts: actor names, or one `*` for any
 *     roles       bits: 1 actor, 2 viewer, 4 operator
 *     notBefore   seconds since 1970
 *     notAfter    the first second in which it is not valid any more
 */
import { randomBytes } from 'node:crypto'
import { isAppName } from '../app-name.js'
import type { Anchor } from './anchors.js'
import { KeyError } from './errors.js'
import { keyLimits } from './key-limits.js'
import { bitsOf, type Role, rolesOf } from './roles.js'
import { seal, unseal } from './sealed.js'
import { PUBLIC_KEY_BYTES, type Signer } from './signature.js'
import { keyBytesOf, z85Of } from './z85.js'

const PURPOSE = 'quorate certificate 1'
export const SERIAL_BYTES = 16
/** The last second of the year 9999: dates that can be written. */
export const LAST_SECOND = 253_402_300_799
/** Stands for any actor. */
export const ANY_ACTOR = '*'

/** What an app key vouches for. */
export interface CertificateFields {
  readonly app: string
  /** CURVE public key, Z85. */
  readonly key: string
  /** Ed25519 public key, 32 bytes. */
  readonly signer: Buffer
  /** Names of actors, each once; `['*']` for any. */
  readonly actors: readonly string[]
  readonly roles: readonly Role[]
  /** Seconds since 1970. */
  readonly notBefore: number
  /** The first second in which it is not valid any more. */
  readonly notAfter: number
}

export interface Certificate extends CertificateFields {
  /** 32 hex characters. */
  readonly serial: string
  /** The anchor that vouches for it, in base64url. */
  readonly issuer: string
  /** As it travels. */
  readonly bytes: Buffer
}

/** A certificate's bytes. @throws KeyError `bad-certificate` where readCertificate() would refuse them. */
export function issueCertificate(appKey: Signer, fields: CertificateFields): Buffer {
  const { app, signer, actors, roles, notBefore, notAfter } = fields
  const key = keyBytesOf(fields.key)
  const flaw = key ? flawOf(fields) : 'its key is none'
  const bits = bitsOf(roles)
  const values = [randomBytes(SERIAL_BYTES), app, key, signer, actors, bits, notBefore, notAfter]
  const bytes = flaw === undefined ? seal(appKey, PURPOSE, values) : undefined
  if (bytes && bytes.length <= keyLimits.certificateBytes) return bytes
  const why =
    flaw ?? `it takes more than ${keyLimits.certificateBytes} bytes; name fewer actors, or any by '*'`
  throw new KeyError('bad-certificate', `there is no certificate of this: ${why}`)
}

/**
 * The certificate in bytes that anybody may have sent, whatever its time, or why it is none. Never throws.
 */
export function readCertificate(bytes: Uint8Array, anchors: readonly Anchor[]): Certificate | string {
  const unsealed = unseal(bytes, PURPOSE, anchors, keyLimits.certificateBytes)
  if (typeof unsealed === 'string') return unsealed
  const [serial, app, key, signer, actors, bits, notBefore, notAfter, ...more] = unsealed.fields
  const roles = typeof bits === 'number' ? rolesOf(bits) : undefined
  if (!isBytes(serial, SERIAL_BYTES) || !isBytes(key, PUBLIC_KEY_BYTES)) return 'its serial or key is none'
  if (typeof app !== 'string' || !isBytes(signer, PUBLIC_KEY_BYTES)) return 'its app or signer is none'
  if (!isTexts(actors) || !roles || more.length > 0) return 'its actors or roles are none'
  if (typeof notBefore !== 'number' || typeof notAfter !== 'number') return 'its times are none'
  const said = { app, key: z85Of(key), signer: Buffer.from(signer), actors, roles, notBefore, notAfter }
  const flaw = flawOf(said)
  if (flaw !== undefined) return flaw
  // A copy: the bytes may be a part of something large.
  const own = { issuer: unsealed.issuer.key, bytes: Buffer.from(bytes) }
  return Object.freeze({ serial: serial.toString('hex'), ...said, ...own })
}

/** Whether it allows its holder to be this actor in this role. */
export function allows({ actors, roles }: CertificateFields, actor: string, role: Role): boolean {
  return roles.includes(role) && (actors.includes(actor) || actors.includes(ANY_ACTOR))
}

/** What makes fields none, as far as their types do not tell. */
function flawOf({ app, actors, roles, signer, notBefore, notAfter }: CertificateFields): string | undefined {
  if (!isAppName(app)) return 'its app has no proper name'
  if (signer.length !== PUBLIC_KEY_BYTES) return 'its signer is none'
  const isAny = actors.length === 1 && actors[0] === ANY_ACTOR
  if (!isAny && (actors.length === 0 || !actors.every(isAppName))) return 'its actors have no proper names'
  if (new Set(actors).size < actors.length) return 'an actor twice'
  const { certifiedActors } = keyLimits
  if (actors.length > certifiedActors) return `more than ${certifiedActors} actors; name any by '*'`
  if (roles.length === 0 || new Set(roles).size < roles.length) return 'no roles, or one twice'
  const isTime = (seconds: number): boolean => Number.isInteger(seconds) && seconds >= 0
  if (!isTime(notBefore) || !isTime(notAfter) || notAfter > LAST_SECOND) return 'its times are none'
  return notBefore < notAfter ? undefined : 'it ends before it begins'
}

function isBytes(value: unknown, length: number): value is Buffer {
  return Buffer.isBuffer(value) && value.length === length
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
