/** What is told of an agent at `/docs`. Loaded when somebody asks. */
import { NOBODY } from '../openapi/answers.js'
import { type Description, operationsWith } from '../openapi/description.js'
import { HEAD, headOperations, SEED, seedOperations } from './florist-openapi.js'
import { OWN, ownOperations } from './v1-openapi.js'

const TEXT =
  'Starts, watches and stops the actors of a node. Times are milliseconds since 1970. ' +
  'Pages of other origins are refused with 403, and bodies that are too long with 413.'

export function agentDescription(isOpen: boolean): Description {
  const own = { [OWN]: 'Apps, actors and their logs.' }
  const common = { title: 'quorate agent', version: 'v1', text: TEXT }
  if (isOpen) {
    const operations = { ...ownOperations, ...seedOperations }
    const tags = { ...own, [SEED]: "The routes of FLorist's client service as they were." }
    return { ...common, tags, operations, schemes: {}, shows: '' }
  }
  const operations = { ...operationsWith({ answers: NOBODY }, ownOperations), ...headOperations }
  const schemes = {
    token: 'What the file "token" in the folder of the agent holds.',
    florist: 'What /api/client/auth/token gives, once the password was changed.',
  }
  const tags = { ...own, [HEAD]: "The routes of FLorist's client service." }
  return { ...common, tags, operations, schemes, shows: 'token' }
}
