/** What is told of the routes of FLorist's client service, in both dialects. */
import { type JsonSchema, type Model, modelSchema, text } from '../fastapi/fields.js'
import { detailed, FLAWS, members, TEXT } from '../openapi/answers.js'
import { type Answer, type Operations, operationsWith } from '../openapi/description.js'
import { CHANGE, SIGN_IN } from './head-sign-in.js'

export const SEED = 'FLorist, early 2025'
export const HEAD = 'FLorist, 2026'

const REQUIRED = { is: text }

function failed(description: string): Answer {
  return { description, schema: members({ error: TEXT }) }
}

const FAILED = failed('it cannot be done; the text says why')
const REFUSED = detailed('no token, or one that is good for nothing')

const path = { uuid: { ...TEXT, description: 'what start answered' } }

/** @param start what a start takes. @param status where the metrics are. */
function operations(start: Model, status: Model): Operations {
  return {
    'GET /api/client/connect': {
      summary: 'Whether the service is there',
      answers: { 200: success({ status: TEXT }) },
    },
    'GET /api/client/start': {
      summary: 'Start a client: an actor of an installed app, with spaces for the _ of its name',
      description:
        'It gets what it has parameters for: serverAddress, dataPath, redisAddress, model, optimizer.',
      query: modelSchema(start),
      answers: { 200: success({ uuid: TEXT }), 422: FLAWS, 500: FAILED },
    },
    'GET /api/client/check_status/:client_uuid': {
      summary: 'The metrics of a client, as they are in Redis',
      path: { client_uuid: path.uuid },
      query: modelSchema(status),
      answers: {
        200: { description: 'the document', schema: { type: 'object' } },
        404: failed('there are none'),
        ...{ 422: FLAWS, 500: FAILED },
      },
    },
    'GET /api/client/get_log/:uuid': {
      summary: 'The log of a client, as one text',
      path,
      answers: { 200: { description: 'all of it', schema: TEXT }, 500: FAILED },
    },
    'GET /api/client/stop/:uuid': {
      summary: 'Stop a client, and nothing else; answers when it has ended',
      path,
      answers: { 200: success({ status: TEXT }), 500: FAILED },
    },
  }
}

function success(properties: Readonly<Record<string, JsonSchema>>): Answer {
  return { description: 'it is done', schema: members(properties) }
}

const START = { server_address: REQUIRED, client: REQUIRED, data_path: REQUIRED }
const REDIS = { redis_host: REQUIRED, redis_port: REQUIRED }
const REDIS_ADDRESS = { redis_address: REQUIRED }

export const seedOperations = operationsWith(
  { tag: SEED, answers: {} },
  operations({ ...START, ...REDIS }, REDIS),
)

const tokens = {
  200: success({ access_token: TEXT, token_type: TEXT, should_change_password: { type: 'boolean' } }),
  401: detailed('user or password are wrong'),
  422: FLAWS,
  429: detailed('they were wrong too often'),
}

const signIn: Operations = {
  'POST /api/client/auth/token': {
    summary: 'Sign in: the password is the SHA-256 of what was typed, in hex',
    ...{ body: modelSchema(SIGN_IN), isForm: true, shows: '', answers: tokens },
  },
  'POST /api/client/auth/change_password': {
    summary: 'Change the password; all tokens that there were are good for nothing then',
    description: 'The token of the agent may stand for the current password.',
    ...{ body: modelSchema(CHANGE), isForm: true, shows: '' },
    answers: {
      ...tokens,
      403: detailed('the first password is set on the host of the agent'),
      507: detailed('it cannot be kept: the old one holds'),
    },
  },
  'GET /change-password/index.html': {
    summary: 'A page on which the password is changed',
    ...{ shows: '', answers: { 200: { description: 'the page', type: 'text/html', schema: TEXT } } },
  },
  'GET /api/client/auth/check_default_user_token': {
    summary: 'Whom a token stands for',
    answers: { 200: success({ uuid: TEXT, username: TEXT }), 401: REFUSED },
  },
}

export const headOperations = operationsWith(
  { tag: HEAD, shows: 'florist', answers: {} },
  {
    ...operationsWith(
      { answers: { 401: REFUSED } },
      operations({ ...START, model: REQUIRED, optimizer: REQUIRED, ...REDIS_ADDRESS }, REDIS_ADDRESS),
    ),
    ...signIn,
  },
)
