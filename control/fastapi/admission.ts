/**
 * Who may come to a server: whoever has its token; or, where it is open, whoever is on this host and is no
 * page of a browser. Pages of other origins are refused either way.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answer, detail } from './routes.js'

const TOKEN_FILE = 'token'
const TOKEN_BYTES = 32
const BEARER = /^Bearer +(\S+)$/i

/**
 * The token of a server that keeps its data in this folder; made at its first start, for its owner's eyes.
 */
export function tokenIn(folder: string): string {
  const path = join(folder, TOKEN_FILE)
  try {
    const token = readFileSync(path, 'utf8').trim()
    if (token.length >= TOKEN_BYTES) return token
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  writeFileSync(path, `${token}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  return token
}

/**
 * Who it is that asks, where its connection tells: undefined where it does not, and the token is what counts;
 * else whether that one may ask for this.
 */
export type AdmitsByConnection = (request: FastifyRequest) => boolean | undefined

const NOBODY_KNOWN: AdmitsByConnection = () => undefined

/**
 * Refuses who may not come, before anything of the request is read. What is public, and what is not there,
 * needs no token. @param token undefined for an open one @param admits says of one without the token
 * whether it was let in before, or came by a key
 */
export function admitOnly(
  server: FastifyInstance,
  token: string | undefined,
  admits: AdmitsByConnection = NOBODY_KNOWN,
): void {
  server.addHook('onRequest', (request, reply, next) => {
    const [status, why] = refusal(request, token, admits) ?? []
    if (status === undefined || why === undefined) return next()
    if (status === 401) reply.header('www-authenticate', 'Bearer')
    answer(reply, status, detail(why))
  })
}

function refusal(
  request: FastifyRequest,
  token: string | undefined,
  admits: AdmitsByConnection,
): [number, string] | undefined {
  const { headers } = request
  const { origin, host = '', authorization = '', 'sec-fetch-site': site = 'none' } = headers
  // An image or a link of a page is asked for without an origin.
  const isForeign = site !== 'none' && site !== 'same-origin'
  if (isForeign || (origin !== undefined && hostOf(origin) !== host)) {
    return [403, 'Pages of another origin may not come']
  }
  // A page whose name was made to mean this host has that name here.
  if (token === undefined && !isPlain(host)) return [403, 'Call it by its address, or localhost']
  const isPublic = request.is404 || request.routeOptions.config.isPublic === true
  const isAdmitted = admits(request)
  if (isAdmitted === false && !isPublic) return [403, 'Not for whoever comes by this key']
  if (isAdmitted === true || token === undefined || isSame(bearerOf(request) ?? '', token)) return undefined
  if (isPublic) return undefined
  return authorization === '' ? [401, 'Not authenticated'] : [401, 'Could not validate credentials']
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

/** What the one who asks shows; undefined where that is nothing. */
export function bearerOf({ headers: { authorization = '' } }: FastifyRequest): string | undefined {
  return BEARER.exec(authorization)?.[1]
}

/** Whether that is how a host is called which no page of a browser can have made to mean another. */
export function isPlain(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || isIP(name) !== 0
}

/** In a time that says nothing of where they differ. */
export function isSame(one: string, other: string): boolean {
  const [mine, its] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return mine !== undefined && its !== undefined && timingSafeEqual(mine, its)
}
