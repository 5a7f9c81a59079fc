/**
 * What Prometheus scrapes: the metrics of a server, and those of its process, in the text format. Nothing is
 * gathered before somebody asks.
 */
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { route } from '../fastapi/routes.js'

/** Metrics of one server. */
export interface Scraped {
  readonly registry: Registry
  /** Sets what is a look at how things are now. */
  look(): void
}

let ofProcess: Registry | undefined

/** `GET /metrics`. Who may come to the other routes may come to this one. */
export function metricsRoute(server: FastifyInstance, { registry, look }: Scraped): void {
  const GET: Parameters<typeof route>[2]['GET'] = async (_request, reply) => {
    look()
    const texts = await Promise.all([processMetrics(), registry].map((each) => each.metrics()))
    reply.header('content-type', registry.contentType).send(texts.join('\n'))
    return undefined
  }
  route(server, '/metrics', { GET }, () => undefined)
}

/** Once for all servers of the process: it watches the event loop and the garbage collector. */
function processMetrics(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry()
    collectDefaultMetrics({ register: ofProcess })
  }
  return ofProcess
}
