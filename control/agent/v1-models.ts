/** What the agent's own routes take, and what they tell. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isDigest } from '../bundle/index.js'
import { type Json, type JsonObject, objectOf } from '../fastapi/json.js'
import { queryOf } from '../fastapi/routes.js'
import { allowance } from './allowance.js'
import { RESTARTS } from './core.js'
import { AgentError } from './errors.js'
import { groupView } from './group-view.js'
import { agentLimits } from './limits.js'
import { limitsView } from './limits-view.js'
import type { AppRecord } from './records.js'
import type { SupervisedActor } from './supervised-actor.js'

/** It names files, too. */
const actorId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'give letters, digits, _, . and -, a letter or digit first')
  .max(agentLimits.idChars)

const graceMs = z.int().min(0).max(agentLimits.graceMaxMs)

export const startBody = z.strictObject({
  app: z.string(),
  actor: z.string(),
  id: actorId.optional(),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
  restart: z.enum(RESTARTS).default('on-failure'),
  activeMs: z.int().min(1).max(agentLimits.activeMaxMs).default(agentLimits.activeMs),
  graceMs: graceMs.default(agentLimits.graceMs),
  metrics: z
    .string()
    .regex(/^(?:[^\s:/]+:\d{1,5})?$/, 'give host:port of a Redis')
    .default(''),
  limits: allowance.default({}),
  bundle: z
    .string()
    .refine(isDigest, 'give the digest of a bundle')
    .optional()
    .describe('the digest of the bundle that has the app; without it an app that is installed from a file'),
})

export const stopBody = z.strictObject({ graceMs: graceMs.optional() }).default({})

export const installBody = z.strictObject({ file: z.string() })

/** The body of a request; none at all where the model takes that. @throws AgentError `agent-bad-request`. */
export function bodyAs<T>(model: z.ZodType<T>, { body }: FastifyRequest): T {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  let value: unknown
  try {
    value =
      bytes.length === 0 ? undefined : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AgentError('agent-bad-request', 'the body is no JSON', { cause })
  }
  const read = model.safeParse(value)
  if (read.success) return read.data
  const flaws = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
  throw new AgentError('agent-bad-request', flaws.join('; '))
}

/** A whole number of the query. @throws AgentError `agent-bad-request`. */
export function wholeQuery(
  request: FastifyRequest,
  name: string,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const given = queryOf(request, name)
  if (given === undefined) return undefined
  if (/^\d{1,15}$/.test(given) && Number(given) <= most) return Number(given)
  throw new AgentError('agent-bad-request', `${name}: give a whole number from 0 to ${most}`)
}

/** A switch of the query. @throws AgentError `agent-bad-request`. */
export function flagQuery(request: FastifyRequest, name: string): boolean {
  const given = queryOf(request, name) ?? 'false'
  if (given === 'true' || given === 'false') return given === 'true'
  throw new AgentError('agent-bad-request', `${name}: give true or false`)
}

export function appView({ name, version, file, installedMs, actors }: AppRecord): JsonObject {
  const params = (declared: AppRecord['actors'][string]): Json =>
    objectsOf(declared, ({ type, fallback = null, help }) => objectOf({ type, default: fallback, help }))
  return objectOf({ name, version, file, installed: installedMs, actors: objectsOf(actors, params) })
}

/** The actor as it is; what only it itself knows is asked for. */
export async function actorView(actor: SupervisedActor): Promise<JsonObject> {
  const groups = await actor.groups()
  const { id, spec, createdMs, state, last } = actor.record
  const { phase, sinceMs, why, starts, failures, dueMs } = state
  const { cpuMs = null, memoryBytes = null } = actor.usage ?? {}
  return objectOf({
    ...{
      id,
      app: spec.app,
      actor: spec.actor,
      bundle: spec.bundle ?? null,
      params: objectsOf(spec.params, (value) => value),
    },
    ...{ restart: spec.restart, metrics: spec.metrics || null, created: createdMs },
    ...{ state: phase, since: sinceMs, why, due: dueMs || null, starts, failures },
    ...{ pid: actor.pid ?? null, cpuMs, memoryBytes },
    limits: limitsView(actor),
    groups: typeof groups === 'string' ? null : groups.map(groupView),
    groupsWhy: typeof groups === 'string' ? groups : null,
    log: objectOf({ begins: actor.log.begins, ends: actor.log.ends }),
    last: last ? objectOf({ code: last.code, signal: last.signal, at: last.atMs, lines: last.lines }) : null,
  })
}

function objectsOf<T>(all: Readonly<Record<string, T>>, view: (each: T) => Json): JsonObject {
  return new Map(Object.entries(all).map(([name, each]) => [name, view(each)]))
}
