/** The routes of the hub's own: its operations over HTTP. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { objectOf } from '../fastapi/json.js'
import { answer, bodyOf, type Handler, InvalidError, parameterOf, queryOf, route } from '../fastapi/routes.js'
import { Asker } from './asker.js'
import { HubError, hubStatus } from './errors.js'
import type { HubOperations, Operation } from './operations.js'

export function v1Routes(server: FastifyInstance, operations: HubOperations): void {
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, `/v1${url}`, handlers, refused)
  }
  of('/commands', { GET: asked(operations.history), POST: asked(operations.post) })
  of('/commands/:of', { GET: asked(operations.command), DELETE: asked(operations.cancel) })
  of('/commands/:of/lease', { POST: asked(operations.extend) })
  of('/commands/:of/replies', { GET: asked(operations.replies), POST: asked(operations.reply) })
  of('/workers', { GET: asked(operations.workers) })
  of('/workers/:of', { PUT: asked(operations.register), DELETE: asked(operations.unregister) })
  of('/workers/:of/commands', { GET: asked(operations.waiting), DELETE: asked(operations.clear) })
  of('/workers/:of/take', { POST: asked(operations.take) })
}

/** What is asked by HTTP, as over a socket. */
export function asked(operation: Operation): Handler {
  return (request, reply) => {
    return operation({
      of: parameterOf(request, 'of'),
      body: bodyOf(request),
      option: (name) => queryOf(request, name),
      asker: () => askerOf(reply),
      traceparent: request.headers.traceparent,
    })
  }
}

/** Answers for what the hub refuses. */
export function refused(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  const refusal = refusalOf(error)
  if (!refusal) return undefined
  const { code, message } = refusal
  return answer(reply, hubStatus[code] ?? 500, objectOf({ error: objectOf({ code, message }) }))
}

/** What the hub says to whoever asked; undefined for what is a fault of its own. */
export function refusalOf(error: unknown): HubError | undefined {
  if (error instanceof HubError) return error
  if (!(error instanceof InvalidError)) return undefined
  return new HubError('hub-bad-request', error.flaws.map(({ message }) => message).join('; '))
}

/** Who leaves when it is answered, or its connection breaks. */
export function askerOf({ raw }: FastifyReply): Asker {
  const asker = new Asker()
  if (raw.socket?.destroyed ?? true) asker.leave()
  else raw.once('close', () => asker.leave())
  return asker
}
