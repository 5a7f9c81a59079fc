/** What is told of the routes about the fleet; a test holds what they answer against it. */
import { z } from 'zod'
import { answerOf, coded } from '../openapi/answers.js'
import { type Operation, type Operations, operationsWith, schemaOf } from '../openapi/description.js'
import { fleetLimits } from './limits.js'
import { actorTold, nodeActor, nodeTold } from './models.js'

export const FLEET = 'fleet'

const waitMs = z.int().min(0).max(fleetLimits.errandMs).optional()
const rate = z.strictObject({
  at: z.number().describe('the end of the second'),
  posted: z.int(),
  answered: z.int(),
  p50: z.number().nullable(),
  p99: z.number().nullable().describe('milliseconds from when it was posted to its last answer'),
})

/** By route: what it answers with 200. */
export const fleetAnswers = {
  'GET /v1/fleet': z.strictObject({
    cursor: z.string().describe('give it as "after" for what changes from now on'),
    anew: z.boolean().describe('forget what was told before: this is all'),
    now: z.number(),
    nodes: z.array(
      nodeTold.pick({ who: true, apps: true }).extend({ name: z.string(), there: z.boolean().optional() }),
    ),
    actors: z.array(
      actorTold.extend({
        worker: z.string(),
        there: z.boolean().optional(),
        agent: nodeActor.extend({ node: z.string() }).nullish(),
      }),
    ),
    gone: z.strictObject({ nodes: z.array(z.string()), actors: z.array(z.string()) }),
    rates: z.array(rate),
  }),
  'GET /v1/nodes': z.strictObject({
    nodes: z.array(z.strictObject({ name: z.string(), there: z.boolean() })),
  }),
  'DELETE /v1/nodes/:of': z.strictObject({ name: z.string() }),
  'GET /v1/session': z.strictObject({ open: z.boolean(), admitted: z.boolean() }),
  'POST /v1/session': z.strictObject({ open: z.boolean() }),
  'DELETE /v1/session': z.strictObject({ open: z.boolean() }),
} as const satisfies Readonly<Record<string, z.ZodType>>

const of = { of: { type: 'string', description: 'the name of the node' } }
const id = { id: { type: 'string', description: 'the id of the actor' } }
const AWAY = coded('the agent of the node is not at the hub, or does not answer')
const UNKNOWN = coded('there is none of that name')

function ok(route: keyof typeof fleetAnswers): { 200: ReturnType<typeof answerOf> } {
  return { 200: answerOf(fleetAnswers[route], 'as it is') }
}

/** One that the agent of the node answers. */
function passedOn(summary: string, more: Partial<Operation> = {}): Operation {
  const answers = {
    200: { description: 'as the agent answers' },
    ...{ 400: coded('it makes no sense'), 404: UNKNOWN, 409: coded('it is in another state'), 503: AWAY },
    429: coded('there are as many as the hub, or the agent, takes'),
  }
  return { summary: `${summary}, by its agent`, path: of, ...more, answers }
}

const path = { ...of, ...id }
const log = z.object({
  from: z.int().min(0).optional().describe('a place'),
  to: z.int().min(0).optional(),
  tail: z.int().min(0).optional().describe('lines'),
  waitMs: waitMs.describe('with "from": wait for what comes behind it'),
})

export const fleetOperations: Operations = operationsWith(
  { tag: FLEET, answers: {} },
  {
    'GET /v1/fleet': {
      summary: 'Nodes, actors, groups and polls: all of it, or what changed since a cursor',
      description: 'Members of an object that are there replace those that were; who is gone, is so first.',
      query: schemaOf(z.object({ after: z.string().optional(), waitMs })),
      answers: ok('GET /v1/fleet'),
    },
    'GET /v1/nodes': { summary: 'The nodes, and whether each is at the hub', answers: ok('GET /v1/nodes') },
    'DELETE /v1/nodes/:of': {
      summary: 'Forget a node that is not at the hub',
      path: of,
      answers: { ...ok('DELETE /v1/nodes/:of'), 404: UNKNOWN, 409: coded('its agent is at the hub') },
    },
    'GET /v1/nodes/:of/apps': passedOn('The apps of a node'),
    'GET /v1/nodes/:of/apps/:app': passedOn('One app of a node', {
      path: { ...of, app: { type: 'string', description: 'the name of the app' } },
    }),
    'GET /v1/nodes/:of/actors': passedOn('The actors of a node'),
    'POST /v1/nodes/:of/actors': passedOn('Start an actor on a node', { body: { type: 'object' } }),
    'GET /v1/nodes/:of/actors/:id': passedOn('One actor of a node', { path }),
    'DELETE /v1/nodes/:of/actors/:id': passedOn('Forget an actor of a node that has ended', { path }),
    'POST /v1/nodes/:of/actors/:id/start': passedOn('Start an actor of a node again', { path }),
    'POST /v1/nodes/:of/actors/:id/stop': passedOn('Stop an actor of a node', { path }),
    'GET /v1/nodes/:of/actors/:id/log': passedOn('The log of an actor of a node', {
      ...{ path, query: schemaOf(log) },
    }),
    'GET /v1/session': {
      summary: 'Whether the hub is open, and whether who asks is let in',
      answers: ok('GET /v1/session'),
      shows: '',
    },
    'POST /v1/session': {
      summary: 'Begin a session of a page: its cookie admits as the token does',
      answers: ok('POST /v1/session'),
    },
    'DELETE /v1/session': { summary: 'End it', answers: ok('DELETE /v1/session') },
  },
)
