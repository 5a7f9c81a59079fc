/**
 * What FLorist's client service calls clients: actors of installed apps, and what its routes answer of them,
 * in whichever dialect they are asked. What its stop does to the service itself, ours does not.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { messageOf } from '../../ports/index.js'
import { type Field, oneOf } from '../fastapi/fields.js'
import { isObject, type JsonObject, objectOf } from '../fastapi/json.js'
import { readJson } from '../fastapi/json-reader.js'
import { answer } from '../fastapi/routes.js'
import { type RedisAddress, readAddressOf, readDocument } from '../metrics/index.js'
import { AgentError } from './errors.js'
import type { InstalledApps } from './installed-apps.js'
import { agentLimits } from './limits.js'
import type { SupervisedActor } from './supervised-actor.js'
import type { Supervisor } from './supervisor.js'

/** Answered as `{"error": …}`. */
class FloristError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What a client is told at its start: it gets what it has parameters for. */
export type ClientParams = Readonly<
  Record<'serverAddress' | 'dataPath' | 'redisAddress', string> &
    Partial<Record<'model' | 'optimizer', string>>
>

export class FloristClients {
  readonly #apps: InstalledApps
  readonly #supervisor: Supervisor

  constructor(apps: InstalledApps, supervisor: Supervisor) {
    this.#apps = apps
    this.#supervisor = supervisor
  }

  /** One that there is, by its name. */
  get name(): Field<string> {
    return oneOf([...this.#all().keys()])
  }

  /** Throws what floristFailed() answers for. */
  async start(name: string, given: ClientParams): Promise<JsonObject> {
    const client = this.#all().get(name)
    if (!client) throw new AgentError('agent-unknown', `there is no client ${name}`)
    const { app, actor } = client
    const declared = this.#apps.app(app).actors[actor] ?? {}
    const taken = Object.entries(given).filter(([param]) => Object.hasOwn(declared, param))
    const { module, params } = this.#apps.resolve(app, actor, Object.fromEntries(taken))
    const id = randomUUID()
    const { activeMs, graceMs } = agentLimits
    // Whoever starts a training decides whether it is to begin anew.
    const spec = { app, actor, params, restart: 'never', activeMs, graceMs, limits: {} } as const
    await this.#supervisor.start(id, module, { ...spec, metrics: given.redisAddress })
    return objectOf({ uuid: id })
  }

  log(id: string): string {
    const { log } = this.#client(id)
    return log.part(0, undefined, agentLimits.logBytes + agentLimits.logSlackBytes).bytes.toString()
  }

  /** Resolves when it has ended. */
  async stop(id: string): Promise<JsonObject> {
    await this.#supervisor.stop(this.#client(id).record.id)
    return objectOf({ status: 'success' })
  }

  /** Where the metrics of a client are; undefined where there is no such client, or it was told nowhere. */
  redisOf(id: string): RedisAddress | undefined {
    return readAddressOf(this.#supervisor.actors.get(id)?.record.spec.metrics ?? '')
  }

  #client(id: string): SupervisedActor {
    const actor = this.#supervisor.actors.get(id)
    if (!actor) throw new FloristError(500, `Client with uuid '${id}' not found.`)
    return actor
  }

  /** The actors of all apps, by the names that they have here: with spaces, which no name of ours has. */
  #all(): Map<string, { readonly app: string; readonly actor: string }> {
    const all = [...this.#apps.all.values()].sort((one, other) => one.installedMs - other.installedMs)
    const clients = new Map<string, { readonly app: string; readonly actor: string }>()
    for (const { name: app, actors } of all) {
      for (const actor of Object.keys(actors)) {
        const client = actor.replaceAll('_', ' ')
        if (!clients.has(client)) clients.set(client, { app, actor })
      }
    }
    return clients
  }
}

/** The metrics of a client. @param address undefined for nowhere. Throws what floristFailed() answers for. */
export async function statusAt(address: RedisAddress | undefined, id: string): Promise<JsonObject> {
  const document = address
    ? await readDocument(address, id).catch((error: unknown) => {
        throw new FloristError(500, messageOf(error))
      })
    : undefined
  if (document === undefined) throw new FloristError(404, `Client ${id} Not Found`)
  const read = readJson(document)
  if ('value' in read && isObject(read.value)) return read.value
  throw new FloristError(500, `What is at ${id} is no JSON object`)
}

/** Throws what floristFailed() answers for. */
export function redisAt(text: string): RedisAddress {
  const address = readAddressOf(text)
  if (address) return address
  throw new FloristError(500, `Address '${text}' is not valid: must be in the format '<host>:<port>'.`)
}

export function floristFailed(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!(error instanceof FloristError || error instanceof AgentError)) return undefined
  const status = error instanceof FloristError ? error.status : 500
  return answer(reply, status, objectOf({ error: error.message }))
}
