/**
 * What an app key signs: a list of fields, in one form of bytes only.
 *
 *     MessagePack [version, 4 bytes: how the anchor begins, field…]
 *     64 bytes: signature over the purpose and all of this
 */
import { encode } from '../codec.js'
import { decode } from '../decoder.js'
import { type Anchor, anchorBytes } from './anchors.js'
import { isSignedBy, type Purpose, SIGNATURE_BYTES, type Signer } from './signature.js'

const VERSION = 1
const HINT_BYTES = 4

export interface Unsealed {
  readonly fields: readonly unknown[]
  /** The anchor that vouches for it. */
  readonly issuer: Anchor
}

/** The fields, signed. */
export function seal(appKey: Signer, purpose: Purpose, fields: readonly unknown[]): Buffer {
  const body = bodyOf([VERSION, appKey.publicKey.subarray(0, HINT_BYTES), ...fields])
  return Buffer.concat([body, appKey.sign(purpose, body)])
}

/** What is in bytes that one of the anchors vouches for, or why it is nothing. Never throws. */
export function unseal(
  bytes: Uint8Array,
  purpose: Purpose,
  anchors: readonly Anchor[],
  bytesMax: number,
): Unsealed | string {
  if (bytes.length > bytesMax) return `more than ${bytesMax} bytes`
  if (bytes.length <= SIGNATURE_BYTES) return 'too few bytes'
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = whole.length - SIGNATURE_BYTES
  const decoded = decode(whole, 0, end)
  if ('refusal' in decoded) return `not readable (${decoded.refusal})`
  if (!Array.isArray(decoded.value)) return 'not readable (no list)'
  const [version, hint, ...fields]: unknown[] = decoded.value
  if (version !== VERSION) return 'of a version that is not known here'
  if (!Buffer.isBuffer(hint) || hint.length !== HINT_BYTES) return 'without a word of who signed it'
  const body = whole.subarray(0, end)
  const signature = whole.subarray(end)
  const isIssuer = (anchor: Anchor): boolean => {
    const key = anchorBytes(anchor)
    return hint.equals(key.subarray(0, HINT_BYTES)) && isSignedBy(key, purpose, body, signature)
  }
  const issuer = anchors.find(isIssuer)
  if (!issuer) return 'not signed by an app key that is trusted here'
  return isWritten(decoded.value, body) ? { fields, issuer } : 'in another form than it is written in'
}

/** Whether the fields are written as these bytes, and no others. */
function isWritten(all: readonly unknown[], body: Buffer): boolean {
  try {
    return bodyOf(all).equals(body)
  } catch {
    return false
  }
}

function bodyOf(all: readonly unknown[]): Buffer {
  const { buffer, start, end } = encode(all, 'what an app key signs')
  return Buffer.from(buffer.subarray(start, end))
}
