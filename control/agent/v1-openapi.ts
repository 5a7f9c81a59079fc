/** What is told of the agent's own routes; a test holds what they answer against it. */
import { z } from 'zod'
import { bundleManifest } from '../bundle/index.js'
import { answerOf, coded } from '../openapi/answers.js'
import { type Operations, operationsWith, schemaOf } from '../openapi/description.js'
import { scrapeOperations } from '../prometheus/openapi.js'
import { rolloutOperations } from '../rollout/openapi.js'
import { PHASES, RESTARTS } from './core.js'
import { agentLimits } from './limits.js'
import { installBody, startBody, stopBody } from './v1-models.js'

export const OWN = 'agent'

const value = z.union([z.number(), z.string(), z.boolean()])
const places = z.int().min(0)

export const nodeAnswer = z.strictObject({
  id: z.string().describe('drawn at each start'),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  version: z.string().describe('of quorate'),
  node: z.string().describe('version of Node.js'),
  platform: z.string(),
  arch: z.string(),
  cpus: z.int(),
  memory: z.strictObject({ totalBytes: z.number(), freeBytes: z.number() }),
  encrypted: z.boolean().describe('other hosts come in TLS, or not at all'),
})

export const appAnswer = z.strictObject({
  name: z.string(),
  version: z.string(),
  file: z.string().describe('what it was installed from'),
  installed: z.number().describe('milliseconds since 1970'),
  actors: z.record(
    z.string(),
    z.record(z.string(), z.strictObject({ type: z.string(), default: value.nullable(), help: z.string() })),
  ),
})

const limitAnswer = z
  .strictObject({
    limit: z.number(),
    used: z.number().nullable().describe('null while it is not known'),
    at: z.number().nullable().describe('when that was'),
    by: z.enum(['cgroup', 'measure']).describe('who sees to it: the kernel, or the agent, which measures'),
  })
  .optional()

const groupAnswer = z.strictObject({
  name: z.string().describe('type and instance'),
  component: z.string(),
  id: z.string().describe('of the member'),
  role: z.enum(['leader', 'member', 'observer', 'joining']),
  leader: z.strictObject({ actor: z.string(), component: z.string(), id: z.string() }).nullable(),
  epoch: z.number(),
  term: z.number().describe('with the epoch the ballot'),
  quorum: z.int().nullable().describe('null of a group that has no leaders'),
  seat: z.string().nullable(),
  size: z.int().describe('members'),
  observers: z.int(),
})

export const actorAnswer = z.strictObject({
  id: z.string(),
  app: z.string(),
  actor: z.string(),
  bundle: z.string().nullable().describe('the digest of the bundle that it is of'),
  params: z.record(z.string(), value),
  restart: z.enum(RESTARTS),
  metrics: z.string().nullable().describe('host:port of the Redis that they go to'),
  created: z.number(),
  state: z.enum(PHASES),
  since: z.number(),
  why: z.string().describe('why it is in this state'),
  due: z.number().nullable().describe('when something is done without being asked'),
  starts: z.int(),
  failures: z.int().describe('in a row'),
  pid: z.int().nullable(),
  cpuMs: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  limits: z.strictObject({ cpu: limitAnswer, memory: limitAnswer, disk: limitAnswer, network: limitAnswer }),
  groups: z.array(groupAnswer).nullable().describe('as the actor says now; null where it is not heard'),
  groupsWhy: z.string().nullable().describe('why it is not heard'),
  log: z.strictObject({ begins: places, ends: places }),
  last: z
    .strictObject({
      code: z.int().nullable(),
      signal: z.string().nullable(),
      at: z.number(),
      lines: z.array(z.string()),
    })
    .nullable()
    .describe('how its last process ended, and what it said last'),
})

export const stoppedAnswer = z.strictObject({
  stopped: z.enum(['SIGTERM', 'SIGKILL', 'gone']),
  actor: actorAnswer,
})

const ACTOR = answerOf(actorAnswer, 'the actor as it is')
const BAD = coded('it makes no sense; the message says why')
const UNKNOWN = coded('there is none of that name')
const CONFLICT = coded('it is another, or in a state in which this cannot be done')
const FULL = coded('there are as many as the agent takes')
const NOT_KEPT = coded('the folder cannot be written: nothing was done')

const path = { id: { type: 'string', description: 'the id of the actor' } }
const waitMs = z
  .int()
  .min(0)
  .max(agentLimits.waitMaxMs)
  .optional()
  .describe('answer when it is neither about to start nor to stop, or after so many milliseconds')
const waiting = schemaOf(z.object({ waitMs }))

const ofNode: Operations = {
  'GET /v1/agent': {
    summary: 'The agent and its host: its name, its labels, what it runs on',
    answers: { 200: answerOf(nodeAnswer, 'the agent') },
  },
}

const ofApps: Operations = {
  'GET /v1/apps': {
    summary: 'The apps that are installed, and the parameters of their actors',
    answers: { 200: answerOf(z.strictObject({ apps: z.array(appAnswer) }), 'all of them') },
  },
  'POST /v1/apps': {
    summary: 'Install the app of a file on this host, or another version of it',
    description: 'Actors that run go on with their version. Refused where the agent is open.',
    body: schemaOf(installBody),
    answers: {
      200: answerOf(appAnswer, 'the app'),
      ...{ 400: BAD, 429: FULL, 507: NOT_KEPT },
      403: coded('the agent is open'),
      422: coded('the file is no app'),
    },
  },
  'GET /v1/apps/:name': {
    summary: 'One app',
    path: { name: { type: 'string', description: 'the name of the app' } },
    answers: { 200: answerOf(appAnswer, 'the app'), 404: UNKNOWN },
  },
}

export const bundleAnswer = z.strictObject({
  digest: z.string().describe('the SHA-256 of its manifest, in hex'),
  app: z.string(),
  version: z.string(),
  sequence: z.number().describe('grows with each bundle of an app'),
  made: z.number().describe('milliseconds since 1970'),
  bytes: z.number().describe('of its files'),
})

const digest = { digest: { type: 'string', description: 'the SHA-256 of its manifest, in hex' } }
const LARGE = coded('it has more files or bytes than it may')

const ofBundles: Operations = {
  'GET /v1/bundles': {
    summary: 'The bundles that are installed',
    answers: { 200: answerOf(z.strictObject({ bundles: z.array(bundleAnswer) }), 'all of them') },
  },
  'GET /v1/bundles/:digest': {
    summary: 'What a bundle says of itself: the very bytes that were signed',
    path: digest,
    answers: { 200: answerOf(bundleManifest, 'the manifest'), 400: BAD, 404: UNKNOWN },
  },
  'PUT /v1/bundles/:digest': {
    summary: 'Install a bundle: the body is the file',
    description: 'It must be signed by a key that the agent trusts for its app. The same again does nothing.',
    path: digest,
    answers: {
      200: answerOf(bundleAnswer, 'it is installed'),
      ...{ 400: coded('it did not arrive whole'), 413: LARGE, 429: FULL, 507: NOT_KEPT },
      403: coded('it is not signed by whom the agent trusts'),
      422: coded('it is not what was signed, leads out of its folder, or is for another host'),
    },
  },
  'DELETE /v1/bundles/:digest': {
    summary: 'Remove a bundle that no actor is started from',
    path: digest,
    answers: {
      200: answerOf(z.strictObject({ digest: z.string() }), 'it is removed'),
      ...{ 400: BAD, 404: UNKNOWN, 409: CONFLICT, 507: NOT_KEPT },
    },
  },
}

const ofActors: Operations = {
  'GET /v1/actors': {
    summary: 'The actors that are known, whether they run or have ended',
    answers: { 200: answerOf(z.strictObject({ actors: z.array(actorAnswer) }), 'all of them') },
  },
  'POST /v1/actors': {
    summary: 'Start an actor',
    description: 'The same again with an id starts nothing again.',
    query: waiting,
    body: schemaOf(startBody),
    answers: { 200: ACTOR, 400: BAD, 404: UNKNOWN, 409: CONFLICT, 429: FULL, 507: NOT_KEPT },
  },
  'GET /v1/actors/:id': {
    summary: 'One actor: its state, what it uses, its groups, and how its last process ended',
    ...{ path, query: waiting },
    answers: { 200: ACTOR, 404: UNKNOWN },
  },
  'DELETE /v1/actors/:id': {
    summary: 'Forget an actor that has ended, its log and its folder',
    path,
    answers: {
      200: answerOf(z.strictObject({ id: z.string() }), 'it is forgotten'),
      ...{ 404: UNKNOWN, 409: CONFLICT, 507: NOT_KEPT },
    },
  },
  'POST /v1/actors/:id/start': {
    summary: 'Start an actor again that has ended',
    ...{ path, query: waiting },
    answers: { 200: ACTOR, 404: UNKNOWN, 429: FULL, 507: NOT_KEPT },
  },
  'POST /v1/actors/:id/stop': {
    summary: 'Stop an actor: SIGTERM, and SIGKILL after the grace',
    path,
    body: schemaOf(stopBody),
    answers: { 200: answerOf(stoppedAnswer, 'it has ended, and by what'), 400: BAD, 404: UNKNOWN },
  },
  'GET /v1/actors/:id/log': {
    summary: 'The log of an actor: a range of it, its last lines, or all that comes until it ends',
    description: 'The headers quorate-log-from and quorate-log-next say which places were handed out.',
    path,
    query: schemaOf(
      z.object({
        from: places.optional(),
        to: places.optional(),
        tail: z.int().min(0).max(agentLimits.tailLines).optional().describe('lines'),
        follow: z.boolean().optional(),
        waitMs: z
          .int()
          .min(0)
          .max(agentLimits.waitMaxMs)
          .optional()
          .describe('with "from": wait for what comes behind it'),
        most: z.int().min(0).max(agentLimits.logAtOnceBytes).optional().describe('bytes'),
      }),
    ),
    answers: {
      200: { description: 'what it wrote', type: 'text/plain', schema: { type: 'string' } },
      ...{ 400: BAD, 404: UNKNOWN, 429: FULL },
    },
  },
}

export const ownOperations = operationsWith(
  { tag: OWN, answers: {} },
  { ...ofNode, ...ofApps, ...ofBundles, ...ofActors, ...rolloutOperations, ...scrapeOperations },
)
