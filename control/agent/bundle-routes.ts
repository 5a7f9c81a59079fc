/** The routes by which bundles come to an agent, and go. One is read as it comes, and never held whole. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  BundleError,
  type BundleSummary,
  bundleStatus,
  type InstalledBundles,
  isDigest,
} from '../bundle/index.js'
import { type JsonObject, objectOf } from '../fastapi/json.js'
import { answer, type Failed, parameterOf, route } from '../fastapi/routes.js'
import { AgentError } from './errors.js'
import type { Supervisor } from './supervisor.js'

export function bundleRoutes(
  server: FastifyInstance,
  bundles: InstalledBundles,
  supervisor: Supervisor,
  failed: Failed,
): void {
  // In a scope of their own, where bodies are left to the routes.
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    route(
      scope,
      '/v1/bundles',
      { GET: () => objectOf({ bundles: [...bundles.all.values()].map(bundleView) }) },
      failed,
    )
    const handlers: Parameters<typeof route>[2] = {
      // The very bytes that were signed: their SHA-256 is the digest.
      GET: async (request, reply) => {
        await reply.header('content-type', 'application/json').send(bundles.bytes(digestIn(request)))
        return undefined
      },
      PUT: async (request) => {
        const digest = digestIn(request)
        // Whoever is refused reads the answer, on a connection that still stands.
        return bundleView(await bundles.receive(digest, request.raw.iterator({ destroyOnReturn: false })))
      },
      DELETE: async (request) => {
        const digest = digestIn(request)
        requireUnused(supervisor, digest)
        await bundles.remove(digest)
        return objectOf({ digest })
      },
    }
    route(scope, '/v1/bundles/:digest', handlers, failed)
  })
}

/** What an agent answers where a bundle is refused. */
export const bundleFailed: Failed = (error, reply) => {
  if (!(error instanceof BundleError)) return undefined
  const { code, message } = error
  return answer(reply, bundleStatus[code], objectOf({ error: objectOf({ code, message }) }))
}

function requireUnused(supervisor: Supervisor, digest: string): void {
  for (const { record } of supervisor.actors.values()) {
    if (record.spec.bundle !== digest) continue
    const way = `stop and forget it first: DELETE /v1/actors/${record.id}`
    throw new BundleError(
      'bundle-in-use',
      `the actor ${record.id} is started from the bundle ${digest}; ${way}`,
    )
  }
}

function digestIn(request: FastifyRequest): string {
  const digest = parameterOf(request, 'digest')
  if (isDigest(digest)) return digest
  throw new AgentError('agent-bad-request', 'a digest is 64 hex characters: the SHA-256 of the manifest')
}

function bundleView({ digest, app, version, sequence, madeMs, bytes }: BundleSummary): JsonObject {
  return objectOf({ digest, app, version, sequence, made: madeMs, bytes })
}
