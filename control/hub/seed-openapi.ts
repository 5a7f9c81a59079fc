/** What is told of the routes that the hub has for workers and users of control-lab-ly. */
import { modelSchema, text } from '../fastapi/fields.js'
import { detailed, FLAWS, members, TEXT } from '../openapi/answers.js'
import { type Answer, type Operation, type Operations, operationsWith } from '../openapi/description.js'
import { COMMAND, REPLY } from './models.js'

export const SEED = 'control-lab-ly'

const ANY = { type: 'object' }
const command = { description: 'the command', schema: modelSchema(COMMAND) }
const reply = { description: 'the last reply', schema: modelSchema(REPLY) }
const target = { target: { ...TEXT, description: 'the name of a worker' } }
const request = { request_id: { ...TEXT, description: 'the id of a command' } }
const NONE = detailed('none waits')
const cleared = { description: 'it is done', schema: members({ status: TEXT }) }

function all(description: string): Answer {
  return { description, schema: ANY }
}

/** What changes something is no GET here; clients of control-lab-ly know no other. */
function clearing(url: string, operation: Operation): Operations {
  return Object.fromEntries(['GET', 'POST', 'DELETE'].map((method) => [`${method} ${url}`, operation]))
}

const ofCommands: Operations = {
  'POST /command': {
    summary: 'Post a command: to all workers where it names none',
    body: modelSchema(COMMAND),
    answers: { 200: { description: 'it is kept', schema: members({ request_id: TEXT }) }, 422: FLAWS },
  },
  'GET /commands': {
    summary: 'What waits, by worker and id',
    answers: { 200: all('the commands') },
  },
  'GET /command/:target': {
    summary: 'Take the next command for a worker: once, and for good',
    path: target,
    answers: { 200: command, 404: NONE },
  },
  ...clearing('/command/clear', { summary: 'Take back all commands', answers: { 200: cleared } }),
  ...clearing('/command/clear/:target', {
    ...{ summary: 'Take back all commands for a worker', path: target },
    answers: { 200: cleared, 404: NONE },
  }),
}

const ofReplies: Operations = {
  'POST /reply': {
    summary: 'Answer a command',
    body: modelSchema(REPLY),
    answers: { 200: { description: 'it is kept', schema: members({ reply_id: TEXT }) }, 422: FLAWS },
  },
  'GET /replies': {
    summary: 'The last reply to each command, by its id',
    answers: { 200: all('the replies') },
  },
  'GET /reply/:request_id': {
    summary: 'The last reply to a command',
    path: request,
    answers: { 200: reply, 404: detailed('there is none') },
  },
  ...clearing('/reply/clear', { summary: 'Forget all replies', answers: { 200: cleared } }),
  ...clearing('/reply/clear/:request_id', {
    ...{ summary: 'Forget the replies to a command', path: request },
    answers: { 200: cleared, 404: detailed('there is none') },
  }),
}

const ofWorkers: Operations = {
  'GET /': {
    summary: 'Whether the hub is there',
    answers: { 200: { description: 'it is', schema: members({ Hello: TEXT }) } },
  },
  'GET /registry': {
    summary: 'Who is registered, and what each offers',
    answers: { 200: all('by name') },
  },
  'POST /register/model': {
    summary: 'Register a worker, which is asked by a command what it offers',
    query: modelSchema({ target: { is: text } }),
    answers: {
      200: {
        description: 'all that are registered',
        schema: members({ workers: { type: 'array', items: TEXT } }),
      },
      422: FLAWS,
    },
  },
}

export const seedOperations = operationsWith(
  {
    tag: SEED,
    answers: { 429: detailed('there are as many as the hub takes'), 507: detailed('it cannot be kept') },
  },
  { ...ofWorkers, ...ofCommands, ...ofReplies },
)
