/**
 * The routes of the control-lab-ly hub, with its bodies and codes; but that `clear` is a word here, and no
 * target. What `GET /command/{target}` gives is given once and for good: who loses the answer has lost the
 * command. Its clients ask again and again; nothing waits.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { missing } from '../fastapi/fields.js'
import { isObject, type Json, objectOf, type Verbatim, verbatim } from '../fastapi/json.js'
import { valueIn } from '../fastapi/json-reader.js'
import {
  answer,
  bodyOf,
  DetailError,
  detail,
  type Handler,
  InvalidError,
  parameterOf,
  queryOf,
  route,
} from '../fastapi/routes.js'
import type { HubCore } from './core.js'
import { HubError, hubStatus } from './errors.js'
import type { Keeper } from './keeper.js'
import {
  commandBody,
  exposeMethods,
  isName,
  NAME_RULE,
  type Read,
  readCommand,
  readReply,
  replyBody,
} from './models.js'

/** The only word that no target, and no command, may be called. */
const CLEAR = 'clear'
/** What a worker says of itself comes as the reply to this. */
const REGISTRATION = 'registration'
const HUB = 'HUB'
const CLEARED = objectOf({ status: 'cleared' })

/** @param accepted told how long each command took to be kept. */
export function seedRoutes(
  server: FastifyInstance,
  keeper: Keeper,
  accepted: (tookMs: number) => void,
): void {
  const of = (url: string, handlers: Parameters<typeof route>[2]): void => {
    route(server, url, handlers, failed)
  }
  of('/', { GET: () => objectOf({ Hello: 'World' }) })
  of('/registry', { GET: () => keeper.do(registry) })
  of('/register/model', { POST: (request) => registered(keeper, request) })
  of('/commands', { GET: () => keeper.do(commands) })
  of('/command', { POST: (request) => timed(accepted, () => posted(keeper, request)) })
  of('/command/:target', { GET: (request) => popped(keeper, request) })
  of('/command/clear', { GET: clearAll(keeper, 'queues'), ...otherMethods(clearAll(keeper, 'queues')) })
  const clearQueue: Handler = (request) =>
    cleared(keeper, request, (core, name, nowMs) => core.clear(name, nowMs))
  of('/command/clear/:target', { GET: clearQueue, ...otherMethods(clearQueue) })
  of('/replies', { GET: () => keeper.do(replies) })
  of('/reply', { POST: (request) => replied(keeper, request) })
  of('/reply/:request_id', { GET: (request) => replyTo(keeper, request) })
  of('/reply/clear', { GET: clearAll(keeper, 'replies'), ...otherMethods(clearAll(keeper, 'replies')) })
  const clearReplies: Handler = (request) => {
    return cleared(keeper, request, (core, id) => core.forgetReplies(id))
  }
  of('/reply/clear/:request_id', { GET: clearReplies, ...otherMethods(clearReplies) })
}

/** What changes something should not be a GET; the seed's clients know no other. */
function otherMethods(handler: Handler): { readonly POST: Handler; readonly DELETE: Handler } {
  return { POST: handler, DELETE: handler }
}

function registry(core: HubCore): Json {
  return new Map(
    [...core.workers.values()].map(({ name, objects }) => [name, addressesIn(name, objects)] as const),
  )
}

/** Workers of the hub's own routes tell what an object can do; here is told where it is. */
function addressesIn(name: string, objects: Json): Json {
  if (!isObject(objects)) return objects
  return new Map([...objects].map(([id, told]) => [id, isObject(told) ? [name] : told]))
}

function commands(core: HubCore): Json {
  return new Map(
    [...core.queues].map(([target, queue]) => {
      return [
        target,
        new Map([...queue.all()].map(({ command }) => [command.id, commandBody(command)])),
      ] as const
    }),
  )
}

function replies(core: HubCore): Json {
  return new Map(
    [...core.replies.all()].flatMap((id) => {
      const last = core.replies.last(id)
      return last ? [[id, replyBody(last)] as const] : []
    }),
  )
}

/** Each time it is asked what it can do: it may have changed. */
async function registered(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const target = queryOf(request, 'target')
  if (target === undefined) throw new InvalidError([missing(['query', 'target'])])
  requireName(target, ['query', 'target'])
  return keeper.do((core, nowMs) => {
    core.register(target, nowMs)
    core.post(exposeMethods(randomUUID().replaceAll('-', ''), target), [target], nowMs)
    return objectOf({ workers: [...core.workers.keys()] })
  })
}

async function timed<T>(told: (tookMs: number) => void, act: () => Promise<T>): Promise<T> {
  const beganMs = performance.now()
  const result = await act()
  told(performance.now() - beganMs)
  return result
}

async function posted(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const command = validIn(readCommand(bodyOf(request)))
  requireName(command.id, ['body', 'request_id'])
  for (const [at, target] of command.targets.entries()) {
    requireName(target, ['body', 'address', 'target', at])
  }
  return keeper.do((core, nowMs) => {
    const targets = command.targets.length > 0 ? command.targets : [...core.workers.keys()]
    core.post(command, targets, nowMs, { isReplacing: true })
    return objectOf({ request_id: command.id })
  })
}

function popped(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const target = parameterOf(request, 'target')
  return keeper.do((core, nowMs) => {
    const command = core.pop(target, nowMs)
    if (!command) throw noRequests(target)
    return commandBody(command)
  })
}

async function replied(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const reply = validIn(readReply(bodyOf(request)))
  requireName(reply.id, ['body', 'reply_id'])
  requireName(reply.commandId, ['body', 'request_id'])
  const isRegistration = reply.commandId === REGISTRATION
  return keeper.do((core, nowMs) => {
    core.answer(isRegistration ? { ...reply, address: toHub(reply.address) } : reply, nowMs)
    if (isRegistration) {
      for (const name of reply.senders) core.register(name, nowMs, valueIn(reply.data) ?? new Map())
    }
    return objectOf({ reply_id: reply.id })
  })
}

/** The hub is among those who are told, where anybody is. */
function toHub(kept: Verbatim): Verbatim {
  const address = valueIn(kept)
  const targets = isObject(address) ? address.get('target') : undefined
  if (!isObject(address) || !Array.isArray(targets)) return kept
  return verbatim(new Map([...address, ['target', [...targets, HUB]]]))
}

function replyTo(keeper: Keeper, request: FastifyRequest): Promise<Json> {
  const id = parameterOf(request, 'request_id')
  return keeper.do((core) => {
    const last = core.replies.last(id)
    if (!last) throw noReplies(id)
    return replyBody(last)
  })
}

function clearAll(keeper: Keeper, what: 'queues' | 'replies'): Handler {
  return () =>
    keeper.do((core, nowMs) => {
      if (what === 'queues') for (const target of core.queues.keys()) core.clear(target, nowMs)
      else for (const id of [...core.replies.all()]) core.forgetReplies(id)
      return CLEARED
    })
}

function cleared(
  keeper: Keeper,
  request: FastifyRequest,
  clear: (core: HubCore, name: string, nowMs: number) => boolean,
): Promise<Json> {
  const isQueue = request.url.startsWith('/command/')
  const name = parameterOf(request, isQueue ? 'target' : 'request_id')
  return keeper.do((core, nowMs) => {
    if (!clear(core, name, nowMs)) throw isQueue ? noRequests(name) : noReplies(name)
    return CLEARED
  })
}

function noRequests(target: string): DetailError {
  return new DetailError(404, `No pending requests for target: ${target}`)
}

function noReplies(id: string): DetailError {
  return new DetailError(404, `No pending replies to request: ${id}`)
}

/** Only the answers of the hub itself: its seed knows none of them. */
function failed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof HubError)) return undefined
  return answer(reply, hubStatus[error.code] ?? 500, detail(error.message))
}

function validIn<T>(read: Read<T>): T {
  if ('flaws' in read) throw new InvalidError(read.flaws)
  return read.value
}

function requireName(name: string, place: readonly (string | number)[]): void {
  const isClear = name === CLEAR
  if (!isClear && isName(name)) return
  const message = isClear ? `"${CLEAR}" is no name: its route clears` : NAME_RULE
  throw new InvalidError([{ place, message, type: 'value_error' }])
}
