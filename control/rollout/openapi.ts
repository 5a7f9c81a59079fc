/** What is told of the routes for deployments; a test holds what they answer against it. */
import { z } from 'zod'
import { answerOf, coded } from '../openapi/answers.js'
import { type Operations, schemaOf } from '../openapi/description.js'
import { deploymentsTold, looksTold, rolloutTold } from './answers.js'
import { rolloutLimits } from './limits.js'
import { beginning, bringing, ending, preparing } from './records.js'

const path = { id: { type: 'string', description: 'of the rollout: a UUID, drawn by whoever begins it' } }
const BAD = coded('the request makes no sense')
const UNKNOWN = coded('no such rollout is known here')
const ROLLOUT = answerOf(rolloutTold, 'how far it is, and what happened')
const id = z.object({ id: z.string() })

export const rolloutOperations: Operations = {
  'GET /v1/deployments': {
    summary: 'What is deployed here, and its actors',
    answers: { 200: answerOf(deploymentsTold, 'all of them, with those that were undeployed') },
  },
  'PUT /v1/rollouts/:id': {
    summary: 'Tell an agent what it is to run; nothing changes yet',
    path,
    body: schemaOf(preparing),
    answers: {
      200: answerOf(id, 'it will take part'),
      ...{ 400: BAD, 404: coded('its bundle is not installed') },
      403: coded('it is meant for another agent'),
      409: coded('the bundle is older, another rollout is under way, or a group could be split'),
      412: coded('keys are missing'),
    },
  },
  'POST /v1/rollouts/:id/begin': {
    summary: 'Have this agent lead a rollout that all have been told of',
    path,
    body: schemaOf(beginning),
    answers: { 200: ROLLOUT, 400: BAD, 403: coded('another agent leads it'), 404: UNKNOWN },
  },
  'GET /v1/rollouts/:id': {
    summary: 'How far a rollout is that this agent leads',
    path,
    query: schemaOf(
      z.object({
        after: z.int().min(0).optional().describe('events behind this one'),
        waitMs: z.int().min(0).max(rolloutLimits.waitMaxMs).optional().describe('for the next event'),
      }),
    ),
    answers: { 200: ROLLOUT, 400: BAD, 404: UNKNOWN },
  },
  'POST /v1/rollouts/:id/cancel': {
    summary: 'Have a rollout taken back, where that is still open',
    path,
    answers: { 200: ROLLOUT, 404: UNKNOWN },
  },
  'POST /v1/rollouts/:id/steps': {
    summary: 'Make one actor what it is to be in one of the versions: for the agent that leads',
    path,
    body: schemaOf(bringing),
    answers: {
      200: answerOf(z.object({ actor: z.string() }), 'it is'),
      ...{ 400: BAD, 404: UNKNOWN, 502: coded('it does not come up') },
    },
  },
  'POST /v1/rollouts/:id/outcome': {
    summary: 'Tell how a rollout ended: for the agent that leads',
    path,
    body: schemaOf(ending),
    answers: { 200: answerOf(ending, 'it is known'), 400: BAD },
  },
  'GET /v1/rollouts/:id/actors': {
    summary: 'The actors of the deployment that are here: for the agent that leads',
    path,
    answers: { 200: answerOf(looksTold, 'as they are now'), 404: UNKNOWN },
  },
}
