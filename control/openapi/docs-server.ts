/**
 * A server of nothing but the documentation of another: its routes stand here with what is told of them, and
 * answer nothing.
 */
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify, { type FastifyInstance, type FastifySchema, type HTTPMethods } from 'fastify'
import { answer, detail } from '../fastapi/routes.js'
import type { Answers, Description, Operation } from './description.js'

/** A route as Fastify has it. */
export interface Route {
  readonly method: HTTPMethods
  readonly url: string
}

/** What the page loads is its own: it works without the internet, and nothing else may run in it. */
const POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'img-src': ["'self'", 'data:'],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
}

/** Resolves when it answers at `/docs` and below. */
export async function docsServer(routes: readonly Route[], about: Description): Promise<FastifyInstance> {
  const server = fastify({ exposeHeadRoutes: false })
  // Schemas are told here, and checked where the routes are.
  server.setValidatorCompiler(() => () => true)
  server.setSerializerCompiler(() => JSON.stringify)
  const { title, version, text: description, tags, schemes, shows } = about
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description },
      tags: Object.entries(tags).map(([name, told]) => ({ name, description: told })),
      components: { securitySchemes: mapped(schemes, bearer) },
      security: shows === '' ? [] : [{ [shows]: [] }],
    },
  })
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: POLICY, theme: { title } })
  server.setNotFoundHandler((_request, reply) => answer(reply, 404, detail('Not Found')))
  for (const { method, url } of routes) {
    const operation = about.operations[`${method} ${url}`]
    server.route({ method, url, schema: operation ? schemaFor(operation) : {}, handler: nothing })
  }
  await server.ready()
  return server
}

function bearer(description: string): { type: 'http'; scheme: 'bearer'; description: string } {
  return { type: 'http', scheme: 'bearer', description }
}

function schemaFor(operation: Operation): FastifySchema {
  const { summary, description, tag, path, query, body, isForm = false, answers, shows } = operation
  return {
    summary,
    ...(description !== undefined && { description }),
    ...(tag !== undefined && { tags: [tag] }),
    ...(path && { params: { type: 'object', properties: path, required: Object.keys(path) } }),
    ...(query && { querystring: query }),
    ...(body && { body, consumes: [isForm ? 'application/x-www-form-urlencoded' : 'application/json'] }),
    ...(shows !== undefined && { security: shows === '' ? [] : [{ [shows]: [] }] }),
    response: responses(answers),
  }
}

function responses(answers: Answers): unknown {
  return mapped(answers, ({ description, schema, type = 'application/json' }) => {
    return { description, ...(schema ? { content: { [type]: { schema } } } : { type: 'null' }) }
  })
}

async function nothing(): Promise<never> {
  throw new Error('this server answers for the documentation alone')
}

function mapped<T, U>(all: Readonly<Record<string, T>>, to: (each: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([name, each]) => [name, to(each)]))
}
