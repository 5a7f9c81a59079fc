/**
 * The documentation of a server at `/docs`, as a page and as JSON. Who comes needs no token for it: it says
 * nothing that this repository does not. What it is made with is loaded when it is asked for.
 */
import type { FastifyInstance } from 'fastify'
import { type Handler, METHODS, route } from '../fastapi/routes.js'
import type { Description } from './description.js'
import type { Route } from './docs-server.js'

/** The JSON, where FastAPI has it, and where it is. */
const ELSEWHERE: Readonly<Record<string, string>> = { '/openapi.json': '/docs/json' }
const PATHS = ['/docs', '/docs/*', ...Object.keys(ELSEWHERE)]

/** To be called before there are others: it tells of those that come after it. */
export function docsRoutes(server: FastifyInstance, describe: () => Promise<Description>): void {
  const routes: Route[] = []
  server.addHook('onRoute', ({ method, url, config }) => {
    if (config?.isRefusal || PATHS.includes(url)) return
    routes.push(
      ...METHODS.filter((each) => [method].flat().includes(each)).map((each) => ({ method: each, url })),
    )
  })
  let docs: Promise<FastifyInstance> | undefined
  const made = async (): Promise<FastifyInstance> => {
    const [{ docsServer }, description] = await Promise.all([import('./docs-server.js'), describe()])
    return docsServer(routes, description)
  }
  const shown: Handler = async (request, reply) => {
    docs ??= made().catch((error: unknown) => {
      docs = undefined
      throw error
    })
    const { routing } = await docs
    reply.hijack()
    const { raw, routeOptions } = request
    raw.url = ELSEWHERE[routeOptions.url ?? ''] ?? raw.url
    routing(raw, reply.raw)
    return undefined
  }
  for (const path of PATHS) route(server, path, { GET: shown }, () => undefined, true)
  server.addHook('onClose', async () => (await docs?.catch(() => undefined))?.close())
}
