/**
 * The list of certificates that an app takes back. It is signed, so that it may travel any way, and whole, so
 * that the newest says it all. The fields after those of `sealed.ts`:
 *
 *     app       text
 *     number    grows with each list
 *     serials   16 bytes each, in order, as one field
 */

import { isAppName } from '../app-name.js'
import { type Anchor, isEnded } from './anchors.js'
import { SERIAL_BYTES } from './certificate.js'
import { KeyError } from './errors.js'
import { keyLimits } from './key-limits.js'
import { seal, unseal } from './sealed.js'
import { SIGNATURE_BYTES, type Signer } from './signature.js'

const PURPOSE = 'quorate revocations 1'
const SERIAL = /^[0-9a-f]{32}$/
/** Of all fields but the serials, at most. */
const OTHER_BYTES = 128
const BYTES_MAX = keyLimits.revokedSerials * SERIAL_BYTES + OTHER_BYTES + SIGNATURE_BYTES

export interface RevocationList {
  readonly app: string
  /** Of two lists of one app, the one with the higher number is in force. */
  readonly number: number
  /** Each 32 hex characters. */
  readonly serials: ReadonlySet<string>
  /** The anchor that vouches for it, in base64url. */
  readonly issuer: string
  /** As it travels. */
  readonly bytes: Buffer
}

/** A list's bytes. @throws KeyError `too-many-revoked`, `bad-certificate` where a serial is none. */
export function issueRevocationList(
  appKey: Signer,
  { app, number, serials }: Pick<RevocationList, 'app' | 'number'> & { readonly serials: Iterable<string> },
): Buffer {
  const sorted = [...new Set(serials)].sort()
  const wrong = sorted.find((serial) => !SERIAL.test(serial))
  if (wrong !== undefined || !isAppName(app) || !Number.isSafeInteger(number) || number < 0) {
    throw new KeyError('bad-certificate', `there is no list of this: app ${app}, number ${number}`)
  }
  const most = keyLimits.revokedSerials
  if (sorted.length > most) {
    const way = 'change the app key instead: quorate keys rotate <app> --app-key'
    throw new KeyError(
      'too-many-revoked',
      `${sorted.length} certificates are more than the ${most} of a list; ${way}`,
    )
  }
  return seal(appKey, PURPOSE, [app, number, Buffer.from(sorted.join(''), 'hex')])
}

/** The list in bytes that anybody may have sent, or why it is none. Never throws. */
export function readRevocationList(bytes: Uint8Array, anchors: readonly Anchor[]): RevocationList | string {
  const unsealed = unseal(bytes, PURPOSE, anchors, BYTES_MAX)
  if (typeof unsealed === 'string') return unsealed
  const [app, number, joined, ...more] = unsealed.fields
  if (!isAppName(app) || more.length > 0) return 'its app has no proper name'
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) return 'its number is none'
  if (!Buffer.isBuffer(joined) || joined.length % SERIAL_BYTES !== 0) return 'its serials are none'
  const hex = joined.toString('hex')
  const serials = new Set<string>()
  let last = ''
  for (let at = 0; at < hex.length; at += 2 * SERIAL_BYTES) {
    const serial = hex.slice(at, at + 2 * SERIAL_BYTES)
    if (serial <= last) return 'its serials are in no order'
    serials.add(serial)
    last = serial
  }
  return Object.freeze({ app, number, serials, issuer: unsealed.issuer.key, bytes: Buffer.from(bytes) })
}

/** Whether a list takes the place of the one known. Of two with one number, all choose the same. */
export function isNewer(list: RevocationList, known: RevocationList | undefined): boolean {
  if (!known || list.number > known.number) return true
  return list.number === known.number && Buffer.compare(list.bytes, known.bytes) > 0
}

/**
 * Whether a list is in force in place of the one known, by whom is trusted at that moment: it is newer; or
 * the app key that signed the other is not trusted any more, for then its number says nothing.
 */
export function takesOver(
  list: RevocationList,
  known: RevocationList | undefined,
  anchors: readonly Anchor[],
  nowMs: number,
): boolean {
  const isTrusted = ({ issuer }: RevocationList): boolean =>
    anchors.some((anchor) => anchor.key === issuer && !isEnded(anchor, nowMs / 1000))
  if (!isTrusted(list)) return false
  return !known || !isTrusted(known) || isNewer(list, known)
}

/** The one of two lists of one app that is in force, in whichever order they are given. */
export function newestOf(one: RevocationList, other: RevocationList): RevocationList {
  return isNewer(other, one) ? other : one
}
