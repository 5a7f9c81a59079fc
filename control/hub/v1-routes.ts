/**
 * The routes of the hub's own. A worker takes commands by a lease, and has to answer before that is over, or
 * to extend it; else another is given them. Who waits for a command or a reply asks once, and is answered
 * when it is there.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Json, objectOf } from '../fastapi/json.js'
import { answer, bodyOf, InvalidError, parameterOf, queryOf, route } from '../fastapi/routes.js'
import type { HubCore } from './core.js'
import { hasEnded } from './entry.js'
import { HubError, hubStatus } from './errors.js'
import type { Keeper } from './keeper.js'
import { hubLimits } from './limits.js'
import { accepting } from './spans.js'
import {
  commandView,
  leaseView,
  progressView,
  readAnswered,
  readExtending,
  readPosted,
  readRegistered,
  readTaking,
  replyView,
} from './v1-models.js'
import type { Waiters } from './waiters.js'

/** Those who wait for a command, and for a reply. */
export interface HubWaiters {
  readonly work: Waiters
  readonly answers: Waiters
}

export function v1Routes(server: FastifyInstance, keeper: Keeper, waiters: HubWaiters): void {
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, `/v1${url}`, handlers, failed)
  }
  of('/commands', { POST: (request) => posted(keeper, request) })
  of('/commands/:id', {
    GET: (request) => keeper.do((core) => told(core, request)),
    DELETE: (request) => keeper.do((core, nowMs) => cancelled(core, request, nowMs)),
  })
  of('/commands/:id/lease', { POST: (request) => extended(keeper, request) })
  of('/commands/:id/replies', {
    GET: (request, reply) => replies(keeper, waiters.answers, request, reply),
    POST: (request) => replied(keeper, request),
  })
  of('/workers', { GET: () => keeper.do(workers) })
  of('/workers/:name', {
    PUT: (request) => registered(keeper, request),
    DELETE: (request) => keeper.do((core) => unregistered(core, request)),
  })
  of('/workers/:name/commands', {
    GET: (request) => keeper.do((core) => waiting(core, request)),
    DELETE: (request) => keeper.do((core, nowMs) => cleared(core, request, nowMs)),
  })
  of('/workers/:name/take', { POST: (request, reply) => taken(keeper, waiters.work, request, reply) })
}

async function posted(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const { command: given, timeoutMs } = readPosted(bodyOf(request), randomUUID)
  return accepting(given, request.headers.traceparent, (command) =>
    keeper.do((core, nowMs) => {
      const targets = command.targets.length > 0 ? command.targets : [...core.workers.keys()]
      if (targets.length === 0) throw new HubError('hub-unknown', 'no worker is registered; name one in "to"')
      core.post(command, targets, nowMs, { timeoutMs })
      return objectOf({ id: command.id, to: [...targets] })
    }),
  )
}

function told(core: HubCore, request: FastifyRequest): Json {
  const id = parameterOf(request, 'id')
  const entries = core.entriesOf(id)
  const [first] = entries?.values() ?? []
  if (!entries || !first) throw unknown('command', id)
  const replied = core.replies.of(id).length
  return new Map<string, Json>([
    ...commandView(first.command),
    ['targets', progressView(entries)],
    ['replies', replied],
  ])
}

function cancelled(core: HubCore, request: FastifyRequest, nowMs: number): Json {
  const id = parameterOf(request, 'id')
  core.cancel(id, nowMs)
  return objectOf({ id })
}

async function extended(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const { worker, token, leaseMs } = readExtending(bodyOf(request))
  return keeper.do((core, nowMs) => {
    core.extend(parameterOf(request, 'id'), worker, token, nowMs + leaseMs)
    return objectOf({ leasedUntil: nowMs + leaseMs })
  })
}

/** Those behind the first so many; waits for another, or for the end of the command. */
async function replies(
  keeper: Keeper,
  answers: Waiters,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Json> {
  const id = parameterOf(request, 'id')
  const after = wholeQuery(request, 'after', hubLimits.keptReplies)
  const patience = { waitMs: wholeQuery(request, 'waitMs', hubLimits.waitMaxMs), gone: goneOf(reply) }
  const look = (isPatient: boolean): Promise<Json | undefined> =>
    keeper.do((core) => {
      const entries = core.entriesOf(id)
      const all = core.replies.of(id)
      if (!entries && all.length === 0) throw unknown('command', id)
      const isOver = [...(entries?.values() ?? [])].every(hasEnded)
      if (isPatient && all.length <= after && !isOver) return undefined
      return objectOf({ replies: all.slice(after).map(replyView), count: all.length, ended: isOver })
    })
  return (await answers.first(id, patience, () => look(true))) ?? (await look(false)) ?? null
}

async function replied(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const body = bodyOf(request)
  const id = parameterOf(request, 'id')
  return keeper.do((core, nowMs) => {
    const [entry] = core.entriesOf(id)?.values() ?? []
    if (!entry) throw unknown('command', id)
    const { reply, token, isLast } = readAnswered(body, entry.command)
    const [worker = ''] = reply.senders
    if (!core.entriesOf(id)?.has(worker)) throw unknown('command', `${id} for ${worker}`)
    core.answer(reply, nowMs, { token, isLast })
    return objectOf({ id: reply.id })
  })
}

/** Its commands, the most urgent first; waits for one where there is none. */
async function taken(
  keeper: Keeper,
  work: Waiters,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Json> {
  const name = parameterOf(request, 'name')
  const { most, leaseMs, waitMs } = readTaking(bodyOf(request))
  const taken = await work.first(name, { waitMs, gone: goneOf(reply) }, () =>
    keeper.do((core, nowMs) => {
      const entries = core.take(name, nowMs, { most, leaseMs, token: randomUUID })
      return entries.length > 0 ? entries : undefined
    }),
  )
  return objectOf({ commands: (taken ?? []).map(leaseView) })
}

function workers(core: HubCore, nowMs: number): Json {
  const all = [...core.workers.values()].map(({ name, objects, seenMs, done }) => {
    const waits = core.queues.get(name)?.size ?? 0
    const isThere = nowMs - seenMs <= hubLimits.silentMs
    return objectOf({ name, objects, seen: seenMs, there: isThere, waiting: waits, done })
  })
  return objectOf({ workers: all })
}

async function registered(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const name = parameterOf(request, 'name')
  const objects = readRegistered(bodyOf(request))
  return keeper.do((core, nowMs) => {
    core.register(name, nowMs, objects)
    return objectOf({ name })
  })
}

function unregistered(core: HubCore, request: FastifyRequest): Json {
  const name = parameterOf(request, 'name')
  if (!core.unregister(name)) throw unknown('worker', name)
  return objectOf({ name })
}

function waiting(core: HubCore, request: FastifyRequest): Json {
  const queue = core.queues.get(parameterOf(request, 'name'))
  return objectOf({ commands: [...(queue?.all() ?? [])].map(({ command }) => commandView(command)) })
}

function cleared(core: HubCore, request: FastifyRequest, nowMs: number): Json {
  const name = parameterOf(request, 'name')
  if (!core.clear(name, nowMs)) throw unknown('target', name)
  return objectOf({ name })
}

function failed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  const refusal = error instanceof InvalidError ? new HubError('hub-bad-request', textOf(error)) : error
  if (!(refusal instanceof HubError)) return undefined
  const { code, message } = refusal
  return answer(reply, hubStatus[code] ?? 500, objectOf({ error: objectOf({ code, message }) }))
}

function textOf({ flaws }: InvalidError): string {
  return flaws.map(({ message }) => message).join('; ')
}

function wholeQuery(request: FastifyRequest, name: string, most: number): number {
  const given = queryOf(request, name) ?? '0'
  if (/^\d{1,9}$/.test(given) && Number(given) <= most) return Number(given)
  throw new HubError('hub-bad-request', `${name}: give a whole number from 0 to ${most}`)
}

function unknown(what: string, name: string): HubError {
  return new HubError('hub-unknown', `there is no ${what} ${name}`)
}

/** Aborted when the one who asks is answered, or has gone. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => controller.abort())
  return controller.signal
}
