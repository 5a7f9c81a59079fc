/** All scripts, each a story of its own. */
import { actionScripts } from './actions.js'
import { formationScripts } from './formations.js'
import { grantScripts } from './grants.js'
import { leaseScripts } from './leases.js'
import { logScripts } from './logs.js'
import type { Script } from './script.js'

export const scripts: readonly Script[] = [
  ...leaseScripts,
  ...formationScripts,
  ...grantScripts,
  ...logScripts,
  ...actionScripts,
]
