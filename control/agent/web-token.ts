/** JSON Web Tokens of one kind: HS256, with the user they stand for and when they end. No other is read. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const HEADER = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))
const claims = z.object({ sub: z.string(), exp: z.number() })

/** A token for a user, until that time. */
export function webToken(user: string, expiresMs: number, key: string): string {
  const text = `${HEADER}.${base64url(JSON.stringify({ sub: user, exp: Math.floor(expiresMs / 1000) }))}`
  return `${text}.${sealOf(text, key).toString('base64url')}`
}

/** The user that a token stands for; undefined where it is none of this key, or has ended. */
export function userOf(token: string, key: string, nowMs: number): string | undefined {
  const [header = '', payload = '', seal = '', ...more] = token.split('.')
  if (more.length > 0) return undefined
  const [its, ours] = [Buffer.from(seal, 'base64url'), sealOf(`${header}.${payload}`, key)]
  // What has our seal was written by us: header and claims are looked at after that.
  if (header !== HEADER || its.length !== ours.length || !timingSafeEqual(its, ours)) return undefined
  const { sub, exp } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  return nowMs < exp * 1000 ? sub : undefined
}

function sealOf(text: string, key: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
