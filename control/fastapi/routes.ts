/**
 * A Fastify that its clients take for FastAPI: bodies as they come, and its answers where there is no
 * route.
 */
import type { RequestListener, Server } from 'node:http'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { readBody } from './body.js'
import { checked, type Flaw, flawsBody, type Model } from './fields.js'
import { type Json, jsonText, objectOf } from './json.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever comes is let in here; the route may ask in a way of its own who that is. */
    isPublic?: boolean
    /** Answers only that there is no such method. */
    isRefusal?: boolean
  }
}

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
type Method = (typeof METHODS)[number]

/** What a route does with a request; undefined where it has answered in its own way. */
export type Handler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<Json | undefined> | Json | undefined

/** Not found by a route itself, or refused: `{"detail": …}` with this code. */
export class DetailError extends Error {
  readonly status: number

  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.status = status
  }
}

/** What was sent is not what the route takes: 422, with all that is wrong. */
export class InvalidError extends Error {
  readonly flaws: readonly Flaw[]

  constructor(flaws: readonly Flaw[]) {
    super('the request is not what the route takes')
    this.flaws = flaws
  }
}

/**
 * A server without routes; bodies are longer than so many bytes for none of them. @param make what listens,
 * where it is another than Node's own.
 */
export function fastapiServer(
  bodyBytes: number,
  nameChars: number,
  make?: (handler: RequestListener) => Server,
): FastifyInstance {
  const server = fastify<Server>({
    ...(make && { serverFactory: make }),
    bodyLimit: bodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: nameChars * 9 },
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setNotFoundHandler((request, reply) => {
    const [path = '', query] = request.url.split('?')
    const isSlashed = path.length > 1 && path.endsWith('/')
    if (!isSlashed) return answer(reply, 404, detail('Not Found'))
    const bare = path.replace(/\/+$/, '') + (query === undefined ? '' : `?${query}`)
    return reply.redirect(`${request.protocol}://${request.headers.host ?? ''}${bare}`, 307)
  })
  return server
}

/** Answers for what was thrown, where it knows it; undefined where it does not. */
export type Failed = (error: unknown, reply: FastifyReply) => FastifyReply | undefined

/**
 * Routes of one path: what other methods ask there is answered with 405. @param isPublic whoever comes is let
 * in.
 */
export function route(
  server: FastifyInstance,
  url: string,
  handlers: Partial<Record<Method, Handler>>,
  failed: Failed,
  isPublic = false,
): void {
  const allowed = METHODS.filter((method) => handlers[method]).join(', ')
  for (const method of METHODS) {
    const handler = handlers[method]
    server.route({
      method,
      url,
      config: { isPublic, isRefusal: !handler },
      async handler(request, reply) {
        if (!handler) return answer(reply.header('allow', allowed), 405, detail('Method Not Allowed'))
        try {
          const body = await handler(request, reply)
          return body === undefined ? reply : answer(reply, 200, body)
        } catch (error) {
          const refusal = failed(error, reply)
          if (refusal) return refusal
          if (error instanceof DetailError) return answer(reply, error.status, detail(error.message))
          if (error instanceof InvalidError) return answer(reply, 422, flawsBody(error.flaws))
          throw error
        }
      },
    })
  }
}

/** The value of the body; undefined where there is none. @throws InvalidError. */
export function bodyOf({ body, headers }: FastifyRequest): Json | undefined {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  const read = readBody(bytes, headers['content-type'])
  if ('flaw' in read) throw new InvalidError([read.flaw])
  return read.value
}

export function answer(reply: FastifyReply, status: number, body: Json): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(jsonText(body))
}

export function detail(text: string): Json {
  return objectOf({ detail: text })
}

/** A part of the path; '' where there is none. */
export function parameterOf({ params }: FastifyRequest, name: string): string {
  return lastOf(params, name) ?? ''
}

/** A parameter of the query, the last where it is given several times. */
export function queryOf({ query }: FastifyRequest, name: string): string | undefined {
  return lastOf(query, name)
}

/** The parameters of the query, by the names of a model of texts. @throws InvalidError. */
export function queryIn<M extends Model>(
  request: FastifyRequest,
  model: M,
): (name: keyof M & string) => string {
  const given = new Map(
    Object.keys(model).flatMap((name) => {
      const value = queryOf(request, name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
  const read = checked(model, given, ['query'])
  if ('flaws' in read) throw new InvalidError(read.flaws)
  return (name) => given.get(name) ?? ''
}

function lastOf(parameters: unknown, name: string): string | undefined {
  if (typeof parameters !== 'object' || parameters === null) return undefined
  const value: unknown = Object.entries(parameters).find(([key]) => key === name)?.[1]
  const last: unknown = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' ? last : undefined
}
