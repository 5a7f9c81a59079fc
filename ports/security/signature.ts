/**
 * Signatures by Ed25519. What is signed begins with its purpose, so that no signature of one kind of thing is
 * one of another; a public key is 32 bytes, and stays ready to verify with once it was used.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { keyLimits } from './key-limits.js'

/** What a signature is for. Of those that sign something new, each has a line of its own here. */
export type Purpose =
  | 'quorate certificate 1'
  | 'quorate revocations 1'
  | 'quorate record 1'
  | 'quorate bundle 1'

export const SIGNATURE_BYTES = 64
export const PUBLIC_KEY_BYTES = 32

/** What stands before the 32 bytes of a public key in DER: RFC 8410. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Who signs. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Buffer
  readonly secretKey: KeyObject
  /** 64 bytes; the same again for the same purpose and bytes. */
  sign(purpose: Purpose, bytes: Uint8Array): Buffer
}

/** One with a new key pair. */
export function newSigner(): Signer {
  return signerOf(generateKeyPairSync('ed25519').privateKey)
}

/** The one of a secret key. */
export function signerOf(secretKey: KeyObject): Signer {
  const der = createPublicKey(secretKey).export({ format: 'der', type: 'spki' })
  return {
    publicKey: Buffer.from(der.subarray(-PUBLIC_KEY_BYTES)),
    secretKey,
    sign: (purpose, bytes) => sign(null, purposed(purpose, bytes), secretKey),
  }
}

/** The signer of a secret key in PKCS 8, PEM or base64; undefined where that is none. Never throws. */
export function readSigner(text: string): Signer | undefined {
  try {
    const secretKey = text.startsWith('-----')
      ? createPrivateKey(text)
      : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' })
    return secretKey.asymmetricKeyType === 'ed25519' ? signerOf(secretKey) : undefined
  } catch {
    return undefined
  }
}

/** Whether the holder of a public key signed these bytes for this purpose. Total: false for all else. */
export function isSignedBy(
  publicKey: Uint8Array,
  purpose: Purpose,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false
  try {
    return verify(null, purposed(purpose, bytes), readyKey(publicKey), signature)
  } catch {
    return false
  }
}

function purposed(purpose: Purpose, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${purpose}\0`, 'latin1'), bytes])
}

/** Making the object of a key costs half of what it costs to verify with it. */
const ready = new Map<string, KeyObject>()

function readyKey(publicKey: Uint8Array): KeyObject {
  const bytes = Buffer.from(publicKey)
  const name = bytes.toString('latin1')
  const known = ready.get(name)
  if (known) return known
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: 'der', type: 'spki' })
  const [oldest] = ready.keys()
  if (oldest !== undefined && ready.size >= keyLimits.readySigners) ready.delete(oldest)
  ready.set(name, key)
  return key
}
