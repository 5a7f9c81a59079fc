/** The fleet over HTTP: what there is, and the requests that the agents of its nodes answer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Json, jsonText, objectOf, Verbatim, verbatim } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { answer, type Handler, parameterOf, route } from '../fastapi/routes.js'
import { HubError } from '../hub/errors.js'
import { asked, askerOf, refused } from '../hub/v1-routes.js'
import { errandDone } from './models.js'
import type { FleetOperations } from './operations.js'

export function fleetRoutes(server: FastifyInstance, operations: FleetOperations): void {
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, `/v1${url}`, handlers, refused)
  }
  const errand = passedOn(operations)
  of('/fleet', { GET: asked(operations.fleet) })
  of('/nodes', { GET: asked(operations.nodes) })
  of('/nodes/:of', { DELETE: asked(operations.forgetNode) })
  of('/nodes/:of/apps', { GET: errand })
  of('/nodes/:of/apps/:app', { GET: errand })
  of('/nodes/:of/actors', { GET: errand, POST: errand })
  of('/nodes/:of/actors/:id', { GET: errand, DELETE: errand })
  of('/nodes/:of/actors/:id/start', { POST: errand })
  of('/nodes/:of/actors/:id/stop', { POST: errand })
  of('/nodes/:of/actors/:id/log', { GET: errand })
}

/** The agent's own answer to what stands behind the name of its node. */
function passedOn(operations: FleetOperations): Handler {
  return async (request, reply) => {
    const body = jsonIn(request)
    const wanted = { method: request.method, path: pathOf(request) }
    const done = await operations.errand({
      of: parameterOf(request, 'of'),
      body: objectOf(body === undefined ? wanted : { ...wanted, body: verbatim(body) }),
      option: () => undefined,
      asker: () => askerOf(reply),
    })
    return answered(reply, done)
  }
}

/** As the agent reads it: whatever the headers say. @throws HubError `hub-bad-request`. */
function jsonIn({ body }: FastifyRequest): Json | undefined {
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined
  const read = readJson(Buffer.from(body).toString())
  if ('value' in read) return read.value
  throw new HubError('hub-bad-request', `the body is no JSON: ${read.flaw.message}`)
}

function pathOf({ url }: FastifyRequest): string {
  return url.replace(/^\/v1\/nodes\/[^/]+/, '/v1')
}

function answered(reply: FastifyReply, done: Json): undefined {
  const { status, body, log } = errandDone.parse(JSON.parse(jsonText(done)))
  if (!log) {
    answer(reply, status, new Verbatim(JSON.stringify(body ?? null)))
    return
  }
  const { from, next, text } = log
  reply.code(status).header('content-type', 'text/plain; charset=utf-8')
  reply.header('quorate-log-from', from).header('quorate-log-next', next).send(text)
}
