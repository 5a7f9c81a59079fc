/**
 * The routes of FLorist's client service of early 2025: all of them GET, all parameters in the query, and
 * nobody is asked who comes.
 */
import type { FastifyInstance } from 'fastify'
import { type Model, text } from '../fastapi/fields.js'
import { objectOf } from '../fastapi/json.js'
import { type Handler, parameterOf, queryIn, route } from '../fastapi/routes.js'
import { type FloristClients, floristFailed, redisAt, statusAt } from './florist-clients.js'

const REDIS = { redis_host: { is: text }, redis_port: { is: text } } as const satisfies Model

export function seedRoutes(server: FastifyInstance, clients: FloristClients): void {
  const of = (url: string, GET: Handler): void => {
    route(server, `/api/client${url}`, { GET }, floristFailed)
  }
  of('/connect', () => objectOf({ status: 'ok' }))
  of('/start', (request) => {
    const query = queryIn(request, {
      server_address: { is: text },
      client: { is: clients.name },
      data_path: { is: text },
      ...REDIS,
    })
    const redisAddress = redisText(query)
    redisAt(redisAddress)
    const given = { serverAddress: query('server_address'), dataPath: query('data_path'), redisAddress }
    return clients.start(query('client'), given)
  })
  of('/check_status/:client_uuid', (request) => {
    return statusAt(redisAt(redisText(queryIn(request, REDIS))), parameterOf(request, 'client_uuid'))
  })
  of('/get_log/:uuid', (request) => clients.log(parameterOf(request, 'uuid')))
  of('/stop/:uuid', (request) => clients.stop(parameterOf(request, 'uuid')))
}

function redisText(query: (name: keyof typeof REDIS) => string): string {
  return `${query('redis_host')}:${query('redis_port')}`
}
