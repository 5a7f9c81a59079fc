/**
 * The page of the hub at `/ui/`: files that are made with the package, and hold nothing of any fleet, so
 * whoever comes may have them. What they show is asked for on the socket, which admits as it always does.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DetailError, type Handler, route } from '../fastapi/routes.js'
import { pageFiles } from './page-files.js'

/** It loads nothing from elsewhere, runs nothing that stands in it, and no other page has it in a frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Asked for anew each time, and answered with 304 while it is the same.
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
}

const FOLDER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/control/page/' : '../page/',
  import.meta.url,
)

interface PageFile {
  readonly bytes: Buffer
  readonly zipped: Buffer
  readonly etag: string
}

export function pageRoutes(server: FastifyInstance): void {
  const of = (url: string, handler: Handler): void => {
    route(server, url, { GET: handler }, () => undefined, true)
  }
  of('/ui', (_request, reply) => {
    reply.redirect('/ui/', 308)
    return undefined
  })
  for (const [name, [file, type]] of Object.entries(pageFiles)) {
    let read: Promise<PageFile> | undefined
    of(`/ui/${name}`, async (request, reply) => {
      read ??= fileOf(file).catch((error: unknown) => {
        read = undefined
        throw error
      })
      hand(await read, request, reply.headers(HEADERS).type(type))
      return undefined
    })
  }
}

function hand({ bytes, zipped, etag }: PageFile, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('etag', etag)
  if (request.headers['if-none-match']?.includes(etag)) {
    reply.code(304).send()
    return
  }
  const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (isZipped) reply.header('content-encoding', 'gzip')
  reply.send(isZipped ? zipped : bytes)
}

async function fileOf(name: string): Promise<PageFile> {
  try {
    const [bytes, zipped] = await Promise.all([
      readFile(new URL(name, FOLDER)),
      readFile(new URL(`${name}.gz`, FOLDER)),
    ])
    return { bytes, zipped, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
  } catch (cause) {
    throw new DetailError(404, 'The page is not made yet: compile with `npm run build`', { cause })
  }
}
