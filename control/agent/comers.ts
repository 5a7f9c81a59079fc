/**
 * Who may come to an agent, and how: in clear text with its token; or in TLS by a key that comes from the
 * token, which shows the token as well as a header does, or by another key, for some routes alone.
 */
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { isLoopback } from '../../discovery/index.js'
import { admitOnly } from '../fastapi/admission.js'
import { answer, detail, fastapiServer } from '../fastapi/routes.js'
import { Identities, SharedPort, TOKEN_IDENTITY } from '../secure/index.js'
import { agentLimits } from './limits.js'

/** What an agent asks of those who come. */
export interface Asked {
  /** Undefined of one that is open: then nobody comes in TLS. */
  readonly token: string | undefined
  /** Other hosts come in TLS, or not at all. */
  readonly isEncrypted: boolean
}

export interface AgentServer {
  /** Without routes. */
  readonly server: FastifyInstance
  /** Those who may come in TLS. */
  readonly identities: Identities
  /** Takes a connection that a hub carries. */
  carried(stream: Duplex): void
}

export function serverFor({ token, isEncrypted }: Asked): AgentServer {
  const identities = new Identities()
  if (token !== undefined) identities.give(TOKEN_IDENTITY, token, () => true)
  let port: SharedPort | undefined
  const server = fastapiServer(agentLimits.bodyBytes, agentLimits.idChars, (handler) => {
    port = new SharedPort(identities, handler)
    return port.server
  })
  if (isEncrypted) refuseClear(server, identities)
  admitOnly(server, token, (request) => {
    const identity = identities.of(request.raw.socket)
    if (!identity) return undefined
    // What was there when it came may have been taken back.
    const isThere = identities.named(identity.name) === identity
    return isThere && identity.admits(request.method, request.routeOptions.url ?? '')
  })
  // Who gets here has shown what it must, but where nothing need be shown.
  server.addHook('onRequest', async (request) => {
    if (!request.is404 && !request.routeOptions.config.isPublic) port?.known(request.raw.socket)
  })
  server.addHook('preClose', async () => port?.endStrangers())
  return { server, identities, carried: (stream) => port?.carried(stream) }
}

/** Before anything else is looked at; a token that such a request shows has been read on the way by then. */
function refuseClear(server: FastifyInstance, identities: Identities): void {
  server.addHook('onRequest', (request, reply, next) => {
    if (identities.of(request.raw.socket) || isLoopback(request.ip)) return next()
    reply.header('upgrade', 'TLS/1.2').header('connection', 'upgrade, close')
    answer(reply, 426, detail('Other hosts come in TLS, by a key that comes from the token'))
  })
}
