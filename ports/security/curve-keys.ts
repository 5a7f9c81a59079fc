/**
 * Key pairs of CURVE, which are those of X25519. Made by Node's own cryptography, so that nothing of ZeroMQ
 * is loaded where keys are only made.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyBytesOf, z85Of } from './z85.js'

/** What stands before the 32 bytes of a key in DER: RFC 8410. */
const SECRET_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const RAW_BYTES = 32

/** Both in Z85: what a socket's `curveSecretKey` and `curvePublicKey` take. */
export interface CurveKeys {
  readonly publicKey: string
  readonly secretKey: string
}

/** A new key pair. */
export function newCurveKeys(): CurveKeys {
  const { privateKey } = generateKeyPairSync('x25519')
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  return { publicKey: publicTextOf(privateKey), secretKey: z85Of(der.subarray(-RAW_BYTES)) }
}

/** The key pair of a secret key in Z85; undefined where that is none. Never throws. */
export function curveKeysOf(secretKey: string): CurveKeys | undefined {
  const secret = keyBytesOf(secretKey)
  if (!secret) return undefined
  const key = createPrivateKey({ key: Buffer.concat([SECRET_PREFIX, secret]), format: 'der', type: 'pkcs8' })
  return { publicKey: publicTextOf(key), secretKey }
}

function publicTextOf(secret: KeyObject): string {
  const der = createPublicKey(secret).export({ format: 'der', type: 'spki' })
  return z85Of(der.subarray(-RAW_BYTES))
}
