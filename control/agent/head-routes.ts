/**
 * The routes of FLorist's client service of 2026: all of them GET, all parameters in the query, for whoever
 * shows a token of its user. The address of a Redis that comes with a question is heeded for its form alone:
 * the metrics of a client are read where it reports them, so that nobody has this host ask another.
 */
import type { FastifyInstance } from 'fastify'
import { bearerOf } from '../fastapi/admission.js'
import { text } from '../fastapi/fields.js'
import { objectOf } from '../fastapi/json.js'
import { DetailError, type Handler, parameterOf, queryIn, route } from '../fastapi/routes.js'
import type { Credentials } from './credentials.js'
import { type FloristClients, floristFailed, redisAt, statusAt } from './florist-clients.js'

export function headRoutes(server: FastifyInstance, clients: FloristClients, credentials: Credentials): void {
  const of = (url: string, GET: Handler): void => {
    const handlers = { GET: forUser(credentials, GET) }
    route(server, `/api/client${url}`, handlers, floristFailed, true)
  }
  of('/connect', () => objectOf({ status: 'ok' }))
  of('/start', (request) => {
    const query = queryIn(request, {
      server_address: { is: text },
      client: { is: clients.name },
      model: { is: text },
      optimizer: { is: text },
      data_path: { is: text },
      redis_address: { is: text },
    })
    const redisAddress = query('redis_address')
    redisAt(redisAddress)
    const given = { serverAddress: query('server_address'), dataPath: query('data_path'), redisAddress }
    const learned = { model: query('model'), optimizer: query('optimizer') }
    return clients.start(query('client'), { ...given, ...learned })
  })
  of('/check_status/:client_uuid', (request) => {
    redisAt(queryIn(request, { redis_address: { is: text } })('redis_address'))
    const id = parameterOf(request, 'client_uuid')
    return statusAt(clients.redisOf(id), id)
  })
  of('/get_log/:uuid', (request) => clients.log(parameterOf(request, 'uuid')))
  of('/stop/:uuid', (request) => clients.stop(parameterOf(request, 'uuid')))
}

/** @throws DetailError for whoever shows no token, or one that is good for nothing. */
export function forUser(credentials: Credentials, handler: Handler): Handler {
  return (request, reply) => {
    const shown = bearerOf(request)
    if (shown === undefined || !credentials.isUser(shown)) {
      reply.header('www-authenticate', 'Bearer')
      const isNothing = !/^bearer /i.test(request.headers.authorization ?? '')
      throw new DetailError(401, isNothing ? 'Not authenticated' : 'Could not validate credentials')
    }
    return handler(request, reply)
  }
}
