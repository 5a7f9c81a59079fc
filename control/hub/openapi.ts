/** What is told of a hub at `/docs`. Loaded when somebody asks. */

import { FLEET, fleetOperations } from '../fleet/openapi.js'
import { NOBODY } from '../openapi/answers.js'
import { type Description, operationsWith } from '../openapi/description.js'
import { PAGE, pageOperations } from './page-openapi.js'
import { SEED, seedOperations } from './seed-openapi.js'
import { OWN, ownOperations } from './v1-openapi.js'

const TEXT =
  'Commands and replies between users and workers. Times are milliseconds since 1970. ' +
  'Pages of other origins are refused with 403, and bodies that are too long with 413.'

export function hubDescription(isOpen: boolean): Description {
  const operations = { ...ownOperations, ...fleetOperations, ...seedOperations, ...pageOperations }
  return {
    ...{ title: 'quorate hub', version: 'v1', text: TEXT },
    tags: {
      [OWN]: 'Commands by a lease, replies, workers.',
      [FLEET]: 'Nodes and actors, what changes of them, and what their agents do.',
      [SEED]: 'The routes of the hub of control-lab-ly, for its workers and users.',
      [PAGE]: 'The page that shows the fleet.',
    },
    schemes: isOpen ? {} : { token: 'What the file "token" in the folder of the hub holds.' },
    shows: isOpen ? '' : 'token',
    operations: operationsWith({ answers: isOpen ? {} : NOBODY }, operations),
  }
}
