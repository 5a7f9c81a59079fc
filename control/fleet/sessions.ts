/**
 * How a page of the hub comes: who shows the token is given a cookie, since a browser sends no other proof
 * with a WebSocket. It ends with the hub. What comes by the cookie alone has to come from the hub's own page,
 * wherever it could change something, and to the routes of the hub's own alone.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bearerOf, isSame } from '../fastapi/admission.js'
import { objectOf } from '../fastapi/json.js'
import { DetailError, route } from '../fastapi/routes.js'
import { fleetLimits } from './limits.js'

const ID_BYTES = 32
const SECOND_MS = 1000

export class Sessions {
  /** By id: when it ends, by a clock that nobody sets. The oldest first. */
  readonly #untilMs = new Map<string, number>()

  /** Gives its id. */
  begin(nowMs: number): string {
    const id = randomBytes(ID_BYTES).toString('base64url')
    this.#untilMs.set(id, nowMs + fleetLimits.sessionMs)
    for (const oldest of this.#untilMs.keys()) {
      if (this.#untilMs.size <= fleetLimits.sessions) break
      this.#untilMs.delete(oldest)
    }
    return id
  }

  end(id: string): void {
    this.#untilMs.delete(id)
  }

  isKnown(id: string, nowMs: number): boolean {
    return nowMs < (this.#untilMs.get(id) ?? 0)
  }

  /** Whether who asks has a session, and may ask that by it. */
  admits(request: FastifyRequest): boolean {
    const id = sessionOf(request)
    if (id === undefined || !this.isKnown(id, performance.now())) return false
    if (!/^\/v1\//.test(request.url)) return false
    const { origin, upgrade, 'sec-fetch-site': site } = request.headers
    const isReading = ['GET', 'HEAD'].includes(request.method) && upgrade === undefined
    // Of an origin that is another, nothing comes as far as this.
    return isReading || origin !== undefined || site === 'same-origin'
  }
}

/**
 * `GET`, `POST` and `DELETE /v1/session`, to which whoever comes is let in: none of them gives anything away,
 * and what ends is one's own. @param token undefined for a hub that is open */
export function sessionRoutes(server: FastifyInstance, sessions: Sessions, token: string | undefined): void {
  const cookie = (request: FastifyRequest, id: string, seconds: number): string =>
    `${cookieOf(request)}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`
  route(
    server,
    '/v1/session',
    {
      // A page asks this first: a refusal would stand in the console of the browser as an error.
      GET: (request) => {
        const isOpen = token === undefined
        const isAdmitted = isOpen || isSame(bearerOf(request) ?? '', token) || sessions.admits(request)
        return objectOf({ open: isOpen, admitted: isAdmitted })
      },
      POST: (request, reply) => {
        if (token === undefined) return objectOf({ open: true })
        if (!isSame(bearerOf(request) ?? '', token)) throw new DetailError(401, 'Show the token of the hub')
        const id = sessions.begin(performance.now())
        reply.header('set-cookie', cookie(request, id, Math.floor(fleetLimits.sessionMs / SECOND_MS)))
        return objectOf({ open: false })
      },
      DELETE: (request, reply) => {
        sessions.end(sessionOf(request) ?? '')
        reply.header('set-cookie', cookie(request, '', 0))
        return objectOf({ open: token === undefined })
      },
    },
    () => undefined,
    true,
  )
}

/** Cookies are for all ports of a host: so hubs beside each other have names of their own. */
function cookieOf({ socket }: FastifyRequest): string {
  return `quorate_hub_${socket.localPort ?? 0}`
}

function sessionOf(request: FastifyRequest): string | undefined {
  const name = `${cookieOf(request)}=`
  const all = (request.headers.cookie ?? '').split(';').map((each) => each.trim())
  return all.find((each) => each.startsWith(name))?.slice(name.length)
}
