/**
 * The routes of FLorist's client service of early 2025: all of them GET, all parameters in the query. What
 * its stop does to the service itself, ours does not.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { messageOf } from '../../ports/index.js'
import { checked, type Field, type Model, text } from '../fastapi/fields.js'
import { isObject, type Json, objectOf } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { answer, InvalidError, parameterOf, queryOf, route } from '../fastapi/routes.js'
import { type RedisAddress, readAddressOf, readDocument } from '../metrics/index.js'
import { AgentError } from './errors.js'
import type { InstalledApps } from './installed-apps.js'
import { agentLimits } from './limits.js'
import type { SupervisedActor } from './supervised-actor.js'
import type { Supervisor } from './supervisor.js'

/** Answered as `{"error": …}`. */
class SeedError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const REDIS = { redis_host: { is: text }, redis_port: { is: text } } as const satisfies Model

export function seedRoutes(server: FastifyInstance, apps: InstalledApps, supervisor: Supervisor): void {
  const of = (url: string, GET: NonNullable<Parameters<typeof route>[2]['GET']>): void => {
    route(server, `/api/client${url}`, { GET }, failed)
  }
  of('/connect', () => objectOf({ status: 'ok' }))
  of('/start', (request) => started(apps, supervisor, request))
  of('/check_status/:client_uuid', (request) => checkedStatus(request))
  of('/get_log/:uuid', (request) => {
    const { log } = clientOf(supervisor, request)
    return log.part(0, undefined, agentLimits.logBytes + agentLimits.logSlackBytes).bytes.toString()
  })
  of('/stop/:uuid', async (request) => {
    await supervisor.stop(clientOf(supervisor, request).record.id)
    return objectOf({ status: 'success' })
  })
}

/** The actors of all apps, by the names that clients have here: with spaces, which no name of ours has. */
function clientsOf(apps: InstalledApps): Map<string, { readonly app: string; readonly actor: string }> {
  const all = [...apps.all.values()].sort((one, other) => one.installedMs - other.installedMs)
  const clients = new Map<string, { readonly app: string; readonly actor: string }>()
  for (const { name: app, actors } of all) {
    for (const actor of Object.keys(actors)) {
      const client = actor.replaceAll('_', ' ')
      if (!clients.has(client)) clients.set(client, { app, actor })
    }
  }
  return clients
}

function oneOf(names: readonly string[]): Field<string> {
  return (value, place, flaws) => {
    if (typeof value === 'string' && names.includes(value)) return value
    const permitted = names.map((name) => `'${name}'`).join(', ')
    const message = `value is not a valid enumeration member; permitted: ${permitted}`
    flaws.push({ place, message, type: 'type_error.enum', context: objectOf({ enum_values: [...names] }) })
    return undefined
  }
}

async function started(apps: InstalledApps, supervisor: Supervisor, request: FastifyRequest): Promise<Json> {
  const clients = clientsOf(apps)
  const query = queryIn(request, {
    server_address: { is: text },
    client: { is: oneOf([...clients.keys()]) },
    data_path: { is: text },
    ...REDIS,
  })
  const client = clients.get(query('client'))
  if (!client) throw new AgentError('agent-unknown', `there is no client ${query('client')}`)
  const { host, port } = redisAt(query)
  const redis = `${host}:${port}`
  const { app, actor } = client
  const declared = apps.app(app).actors[actor] ?? {}
  const given = {
    serverAddress: query('server_address'),
    dataPath: query('data_path'),
    redisAddress: redis,
  }
  const taken = Object.entries(given).filter(([name]) => Object.hasOwn(declared, name))
  const { module, params } = apps.resolve(app, actor, Object.fromEntries(taken))
  const id = randomUUID()
  const { activeMs, graceMs } = agentLimits
  // Whoever starts a training decides whether it is to begin anew.
  await supervisor.start(id, module, {
    app,
    actor,
    params,
    restart: 'never',
    activeMs,
    graceMs,
    metrics: redis,
    limits: {},
  })
  return objectOf({ uuid: id })
}

async function checkedStatus(request: FastifyRequest): Promise<Json> {
  const id = parameterOf(request, 'client_uuid')
  const address = redisAt(queryIn(request, REDIS))
  const document = await readDocument(address, id).catch((error: unknown) => {
    throw new SeedError(500, messageOf(error))
  })
  if (document === undefined) throw new SeedError(404, `Client ${id} Not Found`)
  const read = readJson(document)
  if ('value' in read && isObject(read.value)) return read.value
  throw new SeedError(500, `What is at ${id} is no JSON object`)
}

function clientOf(supervisor: Supervisor, request: FastifyRequest): SupervisedActor {
  const id = parameterOf(request, 'uuid')
  const actor = supervisor.actors.get(id)
  if (!actor) throw new SeedError(500, `Client with uuid '${id}' not found.`)
  return actor
}

function redisAt(query: (name: keyof typeof REDIS) => string): RedisAddress {
  const text = `${query('redis_host')}:${query('redis_port')}`
  const address = readAddressOf(text)
  if (address) return address
  throw new SeedError(500, `Address '${text}' is not valid: must be in the format '<host>:<port>'.`)
}

/** The parameters of the query, by the names of a model of texts. @throws InvalidError. */
function queryIn<M extends Model>(request: FastifyRequest, model: M): (name: keyof M & string) => string {
  const given = new Map(
    Object.keys(model).flatMap((name) => {
      const value = queryOf(request, name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
  const read = checked(model, given, ['query'])
  if ('flaws' in read) throw new InvalidError(read.flaws)
  return (name) => given.get(name) ?? ''
}

function failed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof SeedError || error instanceof AgentError)) return undefined
  return answer(reply, error instanceof SeedError ? error.status : 500, objectOf({ error: error.message }))
}
