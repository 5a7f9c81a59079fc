/** What a server of ours has, found out without what it says of itself. */
import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance, InjectOptions } from 'fastify'

/** The Fastify that something makes while it is made, and each of its routes that answers other than 405. */
export class ServedRoutes {
  readonly #routes: { readonly method: string; readonly url: string }[] = []
  readonly #servers: FastifyInstance[] = []

  /** Calls `make`, and knows the routes of the servers that it makes. */
  watch<T>(make: () => T): T {
    const made = channel('fastify.initialization')
    const seen = (message: unknown): void => {
      const { fastify: server } = message as { fastify: FastifyInstance }
      this.#servers.push(server)
      server.addHook('onRoute', ({ method, url }) => {
        for (const each of [method].flat()) this.#routes.push({ method: each, url })
      })
    }
    made.subscribe(seen)
    try {
      return make()
    } finally {
      made.unsubscribe(seen)
    }
  }

  /** As `GET /v1/actors/:id`, by asking each. */
  async all(headers: Record<string, string>): Promise<string[]> {
    const [server] = this.#servers
    if (!server) throw new Error('no server was made')
    const all: string[] = []
    for (const { method, url } of this.#routes) {
      if (isOfDocumentation(url)) continue
      const asked = { method, url: url.replaceAll(/:\w+/g, 'x'), headers } as InjectOptions
      if ((await server.inject(asked)).statusCode !== 405) all.push(`${method} ${url}`)
    }
    return all
  }
}

function isOfDocumentation(url: string): boolean {
  return url.startsWith('/docs') || url === '/openapi.json'
}
