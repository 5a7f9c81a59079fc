/** What is told of the hub's own routes; a test holds what they answer against it. */
import { z } from 'zod'
import { modelSchema } from '../fastapi/fields.js'
import { answerOf, coded } from '../openapi/answers.js'
import { type Operations, operationsWith, schemaOf } from '../openapi/description.js'
import { entryStates } from './entry.js'
import { hubLimits } from './limits.js'
import { bodyModels } from './v1-models.js'

export const OWN = 'hub'

const command = z.strictObject({
  id: z.string(),
  from: z.string(),
  object: z.string(),
  method: z.string(),
  args: z.array(z.unknown()),
  kwargs: z.record(z.string(), z.unknown()),
  priority: z.boolean(),
  rank: z.number().nullable().describe('the smallest comes first'),
})
const progress = z.strictObject({ state: z.enum(entryStates), attempts: z.int(), ended: z.boolean() })
const leased = command.extend({
  token: z.string().describe('the one who answers shows it'),
  leasedUntil: z.number(),
  attempt: z.int(),
  deadline: z.number().nullable(),
})
const reply = z.strictObject({ id: z.string(), worker: z.string(), status: z.string(), data: z.unknown() })
const worker = z.strictObject({
  name: z.string(),
  objects: z.unknown(),
  seen: z.number(),
  there: z.boolean().describe('whether it was heard of lately'),
  waiting: z.int().describe('commands'),
})
const past = command.omit({ args: true, kwargs: true }).extend({
  sequence: z.int().describe('by which those of a hub follow each other'),
  worker: z.string(),
  state: z.enum(entryStates),
  attempts: z.int(),
  posted: z.number(),
  ended: z.number().nullable(),
})
const id = z.strictObject({ id: z.string() })
const name = z.strictObject({ name: z.string() })

/** By route: what it answers with 200. */
export const hubAnswers = {
  'GET /v1/commands': z.strictObject({
    commands: z.array(past),
    next: z.int().nullable().describe('give it as "before" for those that are older'),
  }),
  'POST /v1/commands': z.strictObject({ id: z.string(), to: z.array(z.string()) }),
  'GET /v1/commands/:of': command.extend({ targets: z.record(z.string(), progress), replies: z.int() }),
  'DELETE /v1/commands/:of': id,
  'POST /v1/commands/:of/lease': z.strictObject({ leasedUntil: z.number() }),
  'GET /v1/commands/:of/replies': z.strictObject({
    replies: z.array(reply),
    count: z.int().describe('all there are'),
    ended: z.boolean().describe('no other will come'),
  }),
  'POST /v1/commands/:of/replies': id,
  'GET /v1/workers': z.strictObject({ workers: z.array(worker) }),
  'PUT /v1/workers/:of': name,
  'DELETE /v1/workers/:of': name,
  'GET /v1/workers/:of/commands': z.strictObject({ commands: z.array(command) }),
  'DELETE /v1/workers/:of/commands': name,
  'POST /v1/workers/:of/take': z.strictObject({ commands: z.array(leased) }),
} as const satisfies Readonly<Record<string, z.ZodType>>

const BAD = coded('it makes no sense; the message says why')
const UNKNOWN = coded('there is none of that name')
const LOST = coded('the command is no longer that of this worker')
const FULL = coded('there are as many as the hub takes')
const NOT_KEPT = coded('the folder cannot be written: nothing was done')

const ofCommand = { of: { type: 'string', description: 'the id of the command' } }
const ofWorker = { of: { type: 'string', description: 'the name of the worker' } }
const whole = (most: number): z.ZodType => z.int().min(0).max(most).optional()
const patience = z.object({
  after: whole(hubLimits.keptReplies).describe('replies that are known already'),
  waitMs: whole(hubLimits.waitMaxMs).describe('wait for one so many milliseconds'),
})

const sought = z.object({
  worker: z.string().optional(),
  state: z.enum(entryStates).optional(),
  most: whole(hubLimits.toldAtOnce),
  before: z.int().min(0).optional().describe('a sequence: those that came before it'),
})

function ok(route: keyof typeof hubAnswers): { 200: ReturnType<typeof answerOf> } {
  return { 200: answerOf(hubAnswers[route], 'it is done, and kept') }
}

const ofCommands: Operations = {
  'GET /v1/commands': {
    summary: 'What has become of commands, the newest first',
    query: schemaOf(sought),
    answers: { ...ok('GET /v1/commands'), 400: BAD },
  },
  'POST /v1/commands': {
    summary: 'Post a command',
    description:
      'Without "to" it is for all workers that are registered. The same again posts nothing again.',
    body: modelSchema(bodyModels.post),
    answers: {
      ...ok('POST /v1/commands'),
      ...{ 400: BAD, 404: UNKNOWN, 429: FULL },
      409: coded('a command of that id says something else'),
    },
  },
  'GET /v1/commands/:of': {
    summary: 'A command, and what has become of it for each of its targets',
    path: ofCommand,
    answers: { ...ok('GET /v1/commands/:of'), 404: UNKNOWN },
  },
  'DELETE /v1/commands/:of': {
    summary: 'Take a command back where it was not answered',
    path: ofCommand,
    answers: { ...ok('DELETE /v1/commands/:of'), 404: UNKNOWN },
  },
  'POST /v1/commands/:of/lease': {
    summary: 'Go on having a command',
    path: ofCommand,
    body: modelSchema(bodyModels.extend),
    answers: { ...ok('POST /v1/commands/:of/lease'), 400: BAD, 404: UNKNOWN, 409: LOST },
  },
  'GET /v1/commands/:of/replies': {
    summary: 'The replies to a command; waits for one',
    ...{ path: ofCommand, query: schemaOf(patience) },
    answers: { ...ok('GET /v1/commands/:of/replies'), 400: BAD, 404: UNKNOWN, 429: FULL },
  },
  'POST /v1/commands/:of/replies': {
    summary: 'Answer a command; with "more" it goes on',
    path: ofCommand,
    body: modelSchema(bodyModels.answer),
    answers: { ...ok('POST /v1/commands/:of/replies'), 400: BAD, 404: UNKNOWN, 409: LOST },
  },
}

const ofWorkers: Operations = {
  'GET /v1/workers': {
    summary: 'Who is registered, whether each was heard of, and how much waits',
    answers: ok('GET /v1/workers'),
  },
  'PUT /v1/workers/:of': {
    summary: 'Register a worker, and what it offers',
    path: ofWorker,
    body: modelSchema(bodyModels.register),
    answers: { ...ok('PUT /v1/workers/:of'), 400: BAD, 429: FULL },
  },
  'DELETE /v1/workers/:of': {
    summary: 'Forget a worker; what waits for it goes on waiting',
    path: ofWorker,
    answers: { ...ok('DELETE /v1/workers/:of'), 404: UNKNOWN },
  },
  'GET /v1/workers/:of/commands': {
    summary: 'What waits for a worker',
    path: ofWorker,
    answers: ok('GET /v1/workers/:of/commands'),
  },
  'DELETE /v1/workers/:of/commands': {
    summary: 'Take back all that waits for a worker',
    path: ofWorker,
    answers: { ...ok('DELETE /v1/workers/:of/commands'), 404: UNKNOWN },
  },
  'POST /v1/workers/:of/take': {
    summary: 'Take commands by a lease, the most urgent first; waits for one',
    path: ofWorker,
    body: modelSchema(bodyModels.take),
    answers: { ...ok('POST /v1/workers/:of/take'), 400: BAD, 429: FULL },
  },
}

const ofSockets: Operations = {
  'GET /v1/socket': {
    summary: 'All of these over a WebSocket, many at a time',
    description:
      'A frame {"n", "do", "of", "body", …} asks for one of them by its name; one with the same n ' +
      'answers it: {"n", "ok"}, or {"n", "error": {"code", "message"}}.',
    answers: {
      101: { description: 'the socket is open' },
      404: { description: 'it was not asked for as a WebSocket' },
    },
  },
}

export const ownOperations = operationsWith(
  { tag: OWN, answers: {} },
  { ...operationsWith({ answers: { 507: NOT_KEPT } }, { ...ofCommands, ...ofWorkers }), ...ofSockets },
)
